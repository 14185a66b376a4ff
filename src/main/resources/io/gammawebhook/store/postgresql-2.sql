create table webhook_source (
  source      text     not null primary key,
  signed_time smallint not null
);

create table webhook_housekeeping (
  task   text   not null primary key,
  node   text,
  epoch  int    not null,
  due_at bigint not null,
  bodies_done bigint not null,
  keys_done bigint not null
);

create index webhook_idempotent_until on webhook_idempotent (until);
