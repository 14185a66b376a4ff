-- The sender's trace (W3C Trace Context), continued in each delivery.
alter table webhook_event add column trace_parent text;
alter table webhook_event add column trace_state text;
-- Finds an event by an id that is not its dedup key; those whose id is the key are found by that.
create index webhook_event_id on webhook_event (event_id) where event_id <> dedup_key;

-- What a failed attempt was sent to, as far as it is known: the cause of dead letters, with the reason.
alter table webhook_delivery add column destination text;

-- From where an operator ordered something.
alter table webhook_audit add column origin text;
create index webhook_audit_operator on webhook_audit (entry)
  where kind in ('released', 'replayed', 'discarded', 'made_due', 'paused', 'resumed', 'retired', 'erased',
    'ordered', 'cancelled', 'registration_ordered');

-- Orders on many events: each a search that is carried out piece by piece, by one node of all.
create table webhook_operation (
  operation  uuid     not null primary key,
  kind       text     not null,
  dry_run    smallint not null,
  criteria   text     not null,
  target     text,
  again      smallint not null,
  rate       int      not null,
  who        text     not null,
  why        text     not null,
  origin     text,
  state      text     not null,
  created_at bigint   not null,
  ended_at   bigint,
  due_at     bigint   not null,
  node       text,
  epoch      int      not null,
  position   uuid,
  looked_at  bigint   not null,
  matched    bigint   not null,
  done       bigint   not null,
  skipped    bigint   not null,
  total      bigint   not null,
  detail     text
);
create index webhook_operation_open on webhook_operation (due_at) where state in ('waiting', 'running');

-- Our entries at the APIs of senders, and the one node of all that may change one until due_at.
create table webhook_registration (
  registration  text     not null primary key,
  node          text,
  epoch         int      not null,
  due_at        bigint   not null,
  source        text,
  api           text,
  url           text,
  api_id        text,
  settings      text,
  applied       text,
  print         text,
  creating      text,
  replaces      text,
  rotating      smallint not null,
  kept          text,
  removed       smallint not null,
  ending        smallint not null,
  ended         smallint not null,
  state         text,
  sentence      text,
  cure          text,
  failures      int      not null,
  enabled_at    text,
  updated_at    text,
  made          text,
  limited_until bigint,
  checked_at    bigint,
  changed_at    bigint,
  next_check_at bigint
);

-- Their signing secrets where we manage them, sealed.
create table webhook_registration_secret (
  registration  text     not null,
  version       int      not null,
  state         text     not null,
  sealed        bytea    not null,
  made_at       bigint   not null,
  told_at       bigint,
  replaced_at   bigint,
  used_at       bigint,
  primary key (registration, version)
);
