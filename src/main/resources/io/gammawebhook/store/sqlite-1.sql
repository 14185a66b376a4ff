create table webhook_event (
  reference    text    not null primary key,
  source       text    not null,
  dedup_key    text    not null,
  event_id     text,
  event_type   text,
  ordering_key text,
  content_type text,
  headers      text    not null,
  received_at  integer not null,
  body_sha256  blob    not null,
  subscribed   integer not null,
  unique (source, dedup_key)
);
create index webhook_event_unsubscribed on webhook_event (source) where subscribed = 0;

create table webhook_body (
  reference text not null primary key,
  body      blob not null
);

create table webhook_subscription (
  number        integer primary key autoincrement,
  source        text    not null,
  name          text    not null,
  types         text    not null,
  state         text    not null,
  registered_at integer not null,
  unique (source, name)
);

create table webhook_delivery (
  reference    text    not null,
  subscription integer not null,
  run          integer not null,
  state        text    not null,
  attempt      integer not null,
  epoch        integer not null,
  due_at       integer not null,
  node         text,
  created_at   integer not null,
  ended_at     integer,
  reason       text,
  detail       text,
  primary key (reference, subscription, run)
);
create index webhook_delivery_due on webhook_delivery (subscription, due_at)
  where state in ('waiting', 'leased');
create index webhook_delivery_dead on webhook_delivery (subscription, ended_at) where state = 'dead';

create table webhook_audit (
  reference    text    not null,
  at           integer not null,
  entry        integer primary key,
  kind         text    not null,
  source       text    not null,
  event_id     text,
  subscription integer,
  run          integer,
  attempt      integer not null,
  duration_ms  integer not null,
  reason       text,
  detail       text,
  node         text    not null
);
create index webhook_audit_reference on webhook_audit (reference);

create table webhook_idempotent (
  repository text    not null,
  name       text    not null,
  owner      text    not null,
  confirmed  integer not null,
  until      integer not null,
  primary key (repository, name)
) without rowid;
