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
  operation  text    not null primary key,
  kind       text    not null,
  dry_run    integer not null,
  criteria   text    not null,
  target     text,
  again      integer not null,
  rate       integer not null,
  who        text    not null,
  why        text    not null,
  origin     text,
  state      text    not null,
  created_at integer not null,
  ended_at   integer,
  due_at     integer not null,
  node       text,
  epoch      integer not null,
  position   text,
  looked_at  integer not null,
  matched    integer not null,
  done       integer not null,
  skipped    integer not null,
  total      integer not null,
  detail     text
);
create index webhook_operation_open on webhook_operation (due_at) where state in ('waiting', 'running');

-- Our entries at the APIs of senders, and the one node of all that may change one until due_at.
create table webhook_registration (
  registration  text     not null primary key,
  node          text,
  epoch         integer  not null,
  due_at        integer  not null,
  source        text,
  api           text,
  url           text,
  api_id        text,
  settings      text,
  applied       text,
  print         text,
  creating      text,
  replaces      text,
  rotating      integer  not null,
  kept          text,
  removed       integer  not null,
  ending        integer  not null,
  ended         integer  not null,
  state         text,
  sentence      text,
  cure          text,
  failures      integer  not null,
  enabled_at    text,
  updated_at    text,
  made          text,
  limited_until integer,
  checked_at    integer,
  changed_at    integer,
  next_check_at integer
);

-- Their signing secrets where we manage them, sealed.
create table webhook_registration_secret (
  registration  text     not null,
  version       integer  not null,
  state         text     not null,
  sealed        blob     not null,
  made_at       integer  not null,
  told_at       integer,
  replaced_at   integer,
  used_at       integer,
  primary key (registration, version)
);
