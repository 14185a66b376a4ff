create table webhook_quarantine (
  reference      uuid   not null primary key,
  source         text   not null,
  received_at    bigint not null,
  remote_address text   not null,
  query          text,
  headers        text   not null,
  reason         text   not null,
  detail         text   not null,
  bytes          bigint not null,
  body           bytea  not null
);
create index webhook_quarantine_source on webhook_quarantine (source, reference, bytes);

drop index webhook_event_unsubscribed;
create index webhook_event_unsubscribed on webhook_event (source, reference) where subscribed = 0;
