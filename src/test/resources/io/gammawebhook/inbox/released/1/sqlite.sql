create table if not exists webhook_schema (version int not null primary key, checksum bigint not null, applied_at bigint not null);
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
  entry        integer not null,
  kind         text    not null,
  source       text    not null,
  event_id     text,
  subscription integer,
  run          integer,
  attempt      integer not null,
  duration_ms  integer not null,
  reason       text,
  detail       text,
  node         text    not null,
  primary key (reference, at, entry)
) without rowid;
create table webhook_idempotent (
  repository text    not null,
  name       text    not null,
  owner      text    not null,
  confirmed  integer not null,
  until      integer not null,
  primary key (repository, name)
) without rowid;
insert into webhook_schema (version, checksum, applied_at) values (1, 2677958950, 0);
insert into webhook_event (reference, source, dedup_key, event_id, event_type, ordering_key, content_type, headers, received_at, body_sha256, subscribed) values ('019c1c38-a40c-706f-b3ed-ba258f60678a', 'gamma', 'evt-unsubscribed', 'evt-unsubscribed', 'unwanted.type', null, 'application/json', '{"x-request":"of gamma"}', 1703203200000, x'44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a', 0);
insert into webhook_event (reference, source, dedup_key, event_id, event_type, ordering_key, content_type, headers, received_at, body_sha256, subscribed) values ('019c1c38-a40d-70c5-a3dc-3a1ce1882668', 'gamma', 'evt-delivered', 'evt-delivered', 'invoice.paid', null, 'application/json', '{"x-request":"of gamma"}', 1703203200000, x'2a4580ec5c7f6ea22ca7e161bddbd675a03ade956db7112bce9c8a6e30f3b0a1', 1);
insert into webhook_event (reference, source, dedup_key, event_id, event_type, ordering_key, content_type, headers, received_at, body_sha256, subscribed) values ('019c1c38-a40f-7029-a9cb-09a834c7fcee', 'gamma', 'evt-handled', 'evt-handled', 'invoice.paid', null, 'application/json', '{"x-request":"of gamma"}', 1703203200000, x'c88a7e3806bcb854a6a653f7f07f86e04b3602405dbe3f445a96792952467df5', 1);
insert into webhook_event (reference, source, dedup_key, event_id, event_type, ordering_key, content_type, headers, received_at, body_sha256, subscribed) values ('019c1c38-a410-71a9-b6ec-a4e9ae4d7852', 'gamma', 'evt-dead', 'evt-dead', 'invoice.paid', null, 'application/json', '{"x-request":"of gamma"}', 1703203200000, x'c379b71b58277d74ba805410377def452255ea79c800367f3a73ca455e5aa591', 1);
insert into webhook_event (reference, source, dedup_key, event_id, event_type, ordering_key, content_type, headers, received_at, body_sha256, subscribed) values ('019c1c38-a411-741b-b552-7e6975d07c4d', 'gamma', 'evt-replayed', 'evt-replayed', 'invoice.paid', null, 'application/json', '{"x-request":"of gamma"}', 1703203200000, x'3abcb3ed63f7a6f42a0e0bbfa016fd0bad4a57d137961847c346db78d3dc0d00', 1);
insert into webhook_event (reference, source, dedup_key, event_id, event_type, ordering_key, content_type, headers, received_at, body_sha256, subscribed) values ('019c1c38-a412-7c2c-9d47-dc8b3f84e275', 'gamma', 'evt-retried', 'evt-retried', 'invoice.paid', null, 'application/json', '{"x-request":"of gamma"}', 1703203200000, x'd87587b785e0840f7307efb45c4ea2350b673444ad3124f42b45ac264bd82c44', 1);
insert into webhook_event (reference, source, dedup_key, event_id, event_type, ordering_key, content_type, headers, received_at, body_sha256, subscribed) values ('019c1c38-a413-71e4-b841-f4888a4fe6d3', 'gamma', 'evt-far-away', 'evt-far-away', 'invoice.paid', null, 'application/json', '{"x-request":"of gamma"}', 1703203200000, x'0a534f7360de7bc5d56c4c9131724e4ec685790cce9b9c6f83bd5db930566cb1', 1);
insert into webhook_event (reference, source, dedup_key, event_id, event_type, ordering_key, content_type, headers, received_at, body_sha256, subscribed) values ('019c1c38-a414-756f-b624-a38b7ad8fde3', 'gamma', 'evt-leased', 'evt-leased', 'invoice.paid', null, 'application/json', '{"x-request":"of gamma"}', 1703203200000, x'4f36341fd6007d76121b96fcab3b7ad0502d5b41ef7f85edc6effe6ea4a4bfee', 1);
insert into webhook_event (reference, source, dedup_key, event_id, event_type, ordering_key, content_type, headers, received_at, body_sha256, subscribed) values ('019c1c38-a415-77c4-a20d-d857afe201ba', 'gamma', 'evt-waiting', 'evt-waiting', 'invoice.paid', null, 'application/json', '{"x-request":"of gamma"}', 1703203200000, x'f4e7d3499c475c9a0326341a99c8f795d9324a4958d58cf272dda50e92a31302', 1);
insert into webhook_body (reference, body) values ('019c1c38-a40c-706f-b3ed-ba258f60678a', x'7b7d');
insert into webhook_body (reference, body) values ('019c1c38-a40d-70c5-a3dc-3a1ce1882668', x'7b226964223a226576742d64656c697665726564227d');
insert into webhook_body (reference, body) values ('019c1c38-a40f-7029-a9cb-09a834c7fcee', x'7b226964223a226576742d68616e646c6564227d');
insert into webhook_body (reference, body) values ('019c1c38-a410-71a9-b6ec-a4e9ae4d7852', x'7b226964223a226576742d64656164227d');
insert into webhook_body (reference, body) values ('019c1c38-a411-741b-b552-7e6975d07c4d', x'7b226964223a226576742d7265706c61796564227d');
insert into webhook_body (reference, body) values ('019c1c38-a412-7c2c-9d47-dc8b3f84e275', x'7b226964223a226576742d72657472696564227d');
insert into webhook_body (reference, body) values ('019c1c38-a413-71e4-b841-f4888a4fe6d3', x'7b226964223a226576742d6661722d61776179227d');
insert into webhook_body (reference, body) values ('019c1c38-a414-756f-b624-a38b7ad8fde3', x'7b226964223a226576742d6c6561736564227d');
insert into webhook_body (reference, body) values ('019c1c38-a415-77c4-a20d-d857afe201ba', x'0001ff273b');
insert into webhook_subscription (number, source, name, types, state, registered_at) values (1, 'gamma', 'orders', 'invoice.*', 'active', 1703203200000);
insert into webhook_subscription (number, source, name, types, state, registered_at) values (2, 'gamma', 'old', 'invoice.*', 'retired', 1703203200000);
insert into webhook_delivery (reference, subscription, run, state, attempt, epoch, due_at, node, created_at, ended_at, reason, detail) values ('019c1c38-a40d-70c5-a3dc-3a1ce1882668', 1, 0, 'delivered', 1, 1, 1703203200000, null, 1703203200000, 1703203200000, null, null);
insert into webhook_delivery (reference, subscription, run, state, attempt, epoch, due_at, node, created_at, ended_at, reason, detail) values ('019c1c38-a40d-70c5-a3dc-3a1ce1882668', 2, 0, 'waiting', 0, 0, 1703203200000, null, 1703203200000, null, null, null);
insert into webhook_delivery (reference, subscription, run, state, attempt, epoch, due_at, node, created_at, ended_at, reason, detail) values ('019c1c38-a40f-7029-a9cb-09a834c7fcee', 1, 0, 'delivered', 1, 1, 1703203200000, null, 1703203200000, 1703203200000, null, null);
insert into webhook_delivery (reference, subscription, run, state, attempt, epoch, due_at, node, created_at, ended_at, reason, detail) values ('019c1c38-a410-71a9-b6ec-a4e9ae4d7852', 1, 0, 'dead', 1, 1, 1703203200000, null, 1703203200000, 1703203200000, 'http-410', 'Gone: it''s ü; 
 ''quoted''');
insert into webhook_delivery (reference, subscription, run, state, attempt, epoch, due_at, node, created_at, ended_at, reason, detail) values ('019c1c38-a411-741b-b552-7e6975d07c4d', 1, 0, 'dead', 1, 1, 1703203200000, null, 1703203200000, 1703203200000, 'http-400', 'Bad');
insert into webhook_delivery (reference, subscription, run, state, attempt, epoch, due_at, node, created_at, ended_at, reason, detail) values ('019c1c38-a411-741b-b552-7e6975d07c4d', 1, 1, 'delivered', 1, 1, 1703203200000, null, 1703203200000, 1703203200000, null, null);
insert into webhook_delivery (reference, subscription, run, state, attempt, epoch, due_at, node, created_at, ended_at, reason, detail) values ('019c1c38-a412-7c2c-9d47-dc8b3f84e275', 1, 0, 'waiting', 1, 1, 1703203500000, null, 1703203200000, null, 'http-503', 'Busy');
insert into webhook_delivery (reference, subscription, run, state, attempt, epoch, due_at, node, created_at, ended_at, reason, detail) values ('019c1c38-a413-71e4-b841-f4888a4fe6d3', 1, 0, 'waiting', 1, 1, 4856803200000, null, 1703203200000, null, 'r', 'd');
insert into webhook_delivery (reference, subscription, run, state, attempt, epoch, due_at, node, created_at, ended_at, reason, detail) values ('019c1c38-a414-756f-b624-a38b7ad8fde3', 1, 0, 'leased', 1, 1, 1703203230000, 'node-1', 1703203200000, null, null, null);
insert into webhook_delivery (reference, subscription, run, state, attempt, epoch, due_at, node, created_at, ended_at, reason, detail) values ('019c1c38-a415-77c4-a20d-d857afe201ba', 1, 0, 'waiting', 0, 0, 1703203200000, null, 1703203200000, null, null, null);
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) values ('019c1c38-a40c-706f-b3ed-ba258f60678a', 1703203200000, 7538284551701939003, 'received', 'gamma', 'evt-unsubscribed', null, null, 0, 0, 'no-subscription', 'unwanted.type', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) values ('019c1c38-a40d-70c5-a3dc-3a1ce1882668', 1703203200000, -7043745430717276303, 'received', 'gamma', 'evt-delivered', null, null, 0, 0, null, 'invoice.paid', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) values ('019c1c38-a40d-70c5-a3dc-3a1ce1882668', 1703203200000, -5347903995183730967, 'delivered', 'gamma', 'evt-delivered', 1, 0, 1, 5, null, null, 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) values ('019c1c38-a40d-70c5-a3dc-3a1ce1882668', 1703203200000, 6134830493772197129, 'duplicate', 'gamma', 'evt-delivered', null, null, 0, 0, null, 'invoice.paid', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) values ('019c1c38-a40f-7029-a9cb-09a834c7fcee', 1703203200000, -804984980055968202, 'delivered', 'gamma', 'evt-handled', 1, 0, 1, 7, 'handled', null, 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) values ('019c1c38-a40f-7029-a9cb-09a834c7fcee', 1703203200000, 4000964813498227669, 'received', 'gamma', 'evt-handled', null, null, 0, 0, null, 'invoice.paid', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) values ('019c1c38-a410-71a9-b6ec-a4e9ae4d7852', 1703203200000, -4139210956096001813, 'dead', 'gamma', 'evt-dead', 1, 0, 1, 0, 'http-410', 'Gone: it''s ü; 
 ''quoted''', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) values ('019c1c38-a410-71a9-b6ec-a4e9ae4d7852', 1703203200000, -3653309677145106298, 'received', 'gamma', 'evt-dead', null, null, 0, 0, null, 'invoice.paid', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) values ('019c1c38-a410-71a9-b6ec-a4e9ae4d7852', 1703203200000, 7159614096530488427, 'attempt_failed', 'gamma', 'evt-dead', 1, 0, 1, 9, 'http-410', 'Gone: it''s ü; 
 ''quoted''', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) values ('019c1c38-a411-741b-b552-7e6975d07c4d', 1703203200000, -7157974910899669571, 'delivered', 'gamma', 'evt-replayed', 1, 1, 1, 5, null, null, 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) values ('019c1c38-a411-741b-b552-7e6975d07c4d', 1703203200000, -5161798799245154019, 'replayed', 'gamma', 'evt-replayed', 1, 1, 0, 0, 'ann', 'it works now', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) values ('019c1c38-a411-741b-b552-7e6975d07c4d', 1703203200000, 1237288532129421122, 'dead', 'gamma', 'evt-replayed', 1, 0, 1, 0, 'http-400', 'Bad', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) values ('019c1c38-a411-741b-b552-7e6975d07c4d', 1703203200000, 2874956702280685231, 'received', 'gamma', 'evt-replayed', null, null, 0, 0, null, 'invoice.paid', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) values ('019c1c38-a411-741b-b552-7e6975d07c4d', 1703203200000, 4161289073762221484, 'attempt_failed', 'gamma', 'evt-replayed', 1, 0, 1, 9, 'http-400', 'Bad', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) values ('019c1c38-a412-7c2c-9d47-dc8b3f84e275', 1703203200000, -3346485112478056441, 'received', 'gamma', 'evt-retried', null, null, 0, 0, null, 'invoice.paid', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) values ('019c1c38-a412-7c2c-9d47-dc8b3f84e275', 1703203200000, 6871214080145173600, 'attempt_failed', 'gamma', 'evt-retried', 1, 0, 1, 3, 'http-503', 'Busy (next attempt in 300000 ms)', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) values ('019c1c38-a413-71e4-b841-f4888a4fe6d3', 1703203200000, 3943034015126659575, 'received', 'gamma', 'evt-far-away', null, null, 0, 0, null, 'invoice.paid', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) values ('019c1c38-a413-71e4-b841-f4888a4fe6d3', 1703203200000, 6846524804231208026, 'attempt_failed', 'gamma', 'evt-far-away', 1, 0, 1, 3, 'r', 'd (next attempt in 3153600000000 ms)', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) values ('019c1c38-a414-756f-b624-a38b7ad8fde3', 1703203200000, -3917355262442437219, 'received', 'gamma', 'evt-leased', null, null, 0, 0, null, 'invoice.paid', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) values ('019c1c38-a415-77c4-a20d-d857afe201ba', 1703203200000, -3827970743225255389, 'received', 'gamma', 'evt-waiting', null, null, 0, 0, null, 'invoice.paid', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) values ('019c1c38-a416-7c83-9345-d5a3aff7376d', 1703203200000, -5265429984337088086, 'rejected', 'gamma', null, null, null, 0, 0, 'bad-signature', null, 'node-1');
insert into webhook_idempotent (repository, name, owner, confirmed, until) values ('mail', 'confirmed', 'me', 1, 4856803200000);
insert into webhook_idempotent (repository, name, owner, confirmed, until) values ('mail', 'held', 'me', 0, 4856803200000);
