create table webhook_event (
  reference    uuid     not null primary key,
  source       text     not null,
  dedup_key    text     not null,
  event_id     text,
  event_type   text,
  ordering_key text,
  content_type text,
  headers      text     not null,
  received_at  bigint   not null,
  body_sha256  bytea    not null,
  subscribed   smallint not null,
  unique (source, dedup_key)
);
create index webhook_event_unsubscribed on webhook_event (source) where subscribed = 0;

create table webhook_body (
  reference uuid  not null primary key,
  body      bytea not null
);

create table webhook_subscription (
  number        int    generated always as identity primary key,
  source        text   not null,
  name          text   not null,
  types         text   not null,
  state         text   not null,
  registered_at bigint not null,
  unique (source, name)
);

create table webhook_delivery (
  reference    uuid   not null,
  subscription int    not null,
  run          int    not null,
  state        text   not null,
  attempt      int    not null,
  epoch        int    not null,
  due_at       bigint not null,
  node         text,
  created_at   bigint not null,
  ended_at     bigint,
  reason       text,
  detail       text,
  primary key (reference, subscription, run)
);
create index webhook_delivery_due on webhook_delivery (subscription, due_at)
  where state in ('waiting', 'leased');
create index webhook_delivery_dead on webhook_delivery (subscription, ended_at) where state = 'dead';

create table webhook_audit (
  reference    uuid   not null,
  at           bigint not null,
  entry        bigint generated always as identity,
  kind         text   not null,
  source       text   not null,
  event_id     text,
  subscription int,
  run          int,
  attempt      int    not null,
  duration_ms  bigint not null,
  reason       text,
  detail       text,
  node         text   not null,
  primary key (reference, entry)
);

create table webhook_idempotent (
  repository text   not null,
  name       text   not null,
  owner      text   not null,
  confirmed  int    not null,
  until      bigint not null,
  primary key (repository, name)
);
