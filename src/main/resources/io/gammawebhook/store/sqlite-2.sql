create table webhook_source (
  source      text    not null primary key,
  signed_time integer not null
) without rowid;

create table webhook_housekeeping (
  task   text    not null primary key,
  node   text,
  epoch  integer not null,
  due_at integer not null,
  bodies_done integer not null,
  keys_done integer not null
) without rowid;

create index webhook_idempotent_until on webhook_idempotent (until);
