create table if not exists webhook_schema (version int not null primary key, checksum bigint not null, applied_at bigint not null);
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
insert into webhook_schema (version, checksum, applied_at) values (1, 3703089219, 0);
insert into webhook_event (reference, source, dedup_key, event_id, event_type, ordering_key, content_type, headers, received_at, body_sha256, subscribed) overriding system value values ('019c1c38-a401-7865-af36-d27a809168f4', 'gamma', 'evt-unsubscribed', 'evt-unsubscribed', 'unwanted.type', null, 'application/json', '{"x-request":"of gamma"}', 1726455409918, '\x44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a', 0);
insert into webhook_event (reference, source, dedup_key, event_id, event_type, ordering_key, content_type, headers, received_at, body_sha256, subscribed) overriding system value values ('019c1c38-a402-713b-a5e7-d48ea97b6e88', 'gamma', 'evt-delivered', 'evt-delivered', 'invoice.paid', null, 'application/json', '{"x-request":"of gamma"}', 1726455410042, '\x2a4580ec5c7f6ea22ca7e161bddbd675a03ade956db7112bce9c8a6e30f3b0a1', 1);
insert into webhook_event (reference, source, dedup_key, event_id, event_type, ordering_key, content_type, headers, received_at, body_sha256, subscribed) overriding system value values ('019c1c38-a404-72dc-a6d4-1a2195a6fe99', 'gamma', 'evt-handled', 'evt-handled', 'invoice.paid', null, 'application/json', '{"x-request":"of gamma"}', 1726455410088, '\xc88a7e3806bcb854a6a653f7f07f86e04b3602405dbe3f445a96792952467df5', 1);
insert into webhook_event (reference, source, dedup_key, event_id, event_type, ordering_key, content_type, headers, received_at, body_sha256, subscribed) overriding system value values ('019c1c38-a405-7a5c-876b-e62798f1d68d', 'gamma', 'evt-dead', 'evt-dead', 'invoice.paid', null, 'application/json', '{"x-request":"of gamma"}', 1726455410097, '\xc379b71b58277d74ba805410377def452255ea79c800367f3a73ca455e5aa591', 1);
insert into webhook_event (reference, source, dedup_key, event_id, event_type, ordering_key, content_type, headers, received_at, body_sha256, subscribed) overriding system value values ('019c1c38-a406-744b-a516-2ba1c40dde97', 'gamma', 'evt-replayed', 'evt-replayed', 'invoice.paid', null, 'application/json', '{"x-request":"of gamma"}', 1726455410110, '\x3abcb3ed63f7a6f42a0e0bbfa016fd0bad4a57d137961847c346db78d3dc0d00', 1);
insert into webhook_event (reference, source, dedup_key, event_id, event_type, ordering_key, content_type, headers, received_at, body_sha256, subscribed) overriding system value values ('019c1c38-a407-7f55-a96b-32a5ef639300', 'gamma', 'evt-retried', 'evt-retried', 'invoice.paid', null, 'application/json', '{"x-request":"of gamma"}', 1726455410128, '\xd87587b785e0840f7307efb45c4ea2350b673444ad3124f42b45ac264bd82c44', 1);
insert into webhook_event (reference, source, dedup_key, event_id, event_type, ordering_key, content_type, headers, received_at, body_sha256, subscribed) overriding system value values ('019c1c38-a408-728d-8575-c5b85628bd14', 'gamma', 'evt-far-away', 'evt-far-away', 'invoice.paid', null, 'application/json', '{"x-request":"of gamma"}', 1726455410136, '\x0a534f7360de7bc5d56c4c9131724e4ec685790cce9b9c6f83bd5db930566cb1', 1);
insert into webhook_event (reference, source, dedup_key, event_id, event_type, ordering_key, content_type, headers, received_at, body_sha256, subscribed) overriding system value values ('019c1c38-a409-7c49-9c73-bb02ed42cf28', 'gamma', 'evt-leased', 'evt-leased', 'invoice.paid', null, 'application/json', '{"x-request":"of gamma"}', 1726455410143, '\x4f36341fd6007d76121b96fcab3b7ad0502d5b41ef7f85edc6effe6ea4a4bfee', 1);
insert into webhook_event (reference, source, dedup_key, event_id, event_type, ordering_key, content_type, headers, received_at, body_sha256, subscribed) overriding system value values ('019c1c38-a40a-7f62-9076-4702da3d0802', 'gamma', 'evt-waiting', 'evt-waiting', 'invoice.paid', null, 'application/json', '{"x-request":"of gamma"}', 1726455410147, '\xf4e7d3499c475c9a0326341a99c8f795d9324a4958d58cf272dda50e92a31302', 1);
insert into webhook_body (reference, body) overriding system value values ('019c1c38-a401-7865-af36-d27a809168f4', '\x7b7d');
insert into webhook_body (reference, body) overriding system value values ('019c1c38-a402-713b-a5e7-d48ea97b6e88', '\x7b226964223a226576742d64656c697665726564227d');
insert into webhook_body (reference, body) overriding system value values ('019c1c38-a404-72dc-a6d4-1a2195a6fe99', '\x7b226964223a226576742d68616e646c6564227d');
insert into webhook_body (reference, body) overriding system value values ('019c1c38-a405-7a5c-876b-e62798f1d68d', '\x7b226964223a226576742d64656164227d');
insert into webhook_body (reference, body) overriding system value values ('019c1c38-a406-744b-a516-2ba1c40dde97', '\x7b226964223a226576742d7265706c61796564227d');
insert into webhook_body (reference, body) overriding system value values ('019c1c38-a407-7f55-a96b-32a5ef639300', '\x7b226964223a226576742d72657472696564227d');
insert into webhook_body (reference, body) overriding system value values ('019c1c38-a408-728d-8575-c5b85628bd14', '\x7b226964223a226576742d6661722d61776179227d');
insert into webhook_body (reference, body) overriding system value values ('019c1c38-a409-7c49-9c73-bb02ed42cf28', '\x7b226964223a226576742d6c6561736564227d');
insert into webhook_body (reference, body) overriding system value values ('019c1c38-a40a-7f62-9076-4702da3d0802', '\x0001ff273b');
insert into webhook_subscription (number, source, name, types, state, registered_at) overriding system value values (1, 'gamma', 'orders', 'invoice.*', 'active', 1726455410037);
insert into webhook_subscription (number, source, name, types, state, registered_at) overriding system value values (2, 'gamma', 'old', 'invoice.*', 'retired', 1726455410040);
insert into webhook_delivery (reference, subscription, run, state, attempt, epoch, due_at, node, created_at, ended_at, reason, detail) overriding system value values ('019c1c38-a402-713b-a5e7-d48ea97b6e88', 1, 0, 'delivered', 1, 1, 1726455410069, null, 1726455410042, 1726455410069, null, null);
insert into webhook_delivery (reference, subscription, run, state, attempt, epoch, due_at, node, created_at, ended_at, reason, detail) overriding system value values ('019c1c38-a402-713b-a5e7-d48ea97b6e88', 2, 0, 'waiting', 0, 0, 1726455410042, null, 1726455410042, null, null, null);
insert into webhook_delivery (reference, subscription, run, state, attempt, epoch, due_at, node, created_at, ended_at, reason, detail) overriding system value values ('019c1c38-a404-72dc-a6d4-1a2195a6fe99', 1, 0, 'delivered', 1, 1, 1726455410094, null, 1726455410088, 1726455410094, null, null);
insert into webhook_delivery (reference, subscription, run, state, attempt, epoch, due_at, node, created_at, ended_at, reason, detail) overriding system value values ('019c1c38-a405-7a5c-876b-e62798f1d68d', 1, 0, 'dead', 1, 1, 1726455410103, null, 1726455410097, 1726455410103, 'http-410', 'Gone: it''s ü; 
 ''quoted''');
insert into webhook_delivery (reference, subscription, run, state, attempt, epoch, due_at, node, created_at, ended_at, reason, detail) overriding system value values ('019c1c38-a406-744b-a516-2ba1c40dde97', 1, 1, 'delivered', 1, 1, 1726455410127, null, 1726455410122, 1726455410127, null, null);
insert into webhook_delivery (reference, subscription, run, state, attempt, epoch, due_at, node, created_at, ended_at, reason, detail) overriding system value values ('019c1c38-a406-744b-a516-2ba1c40dde97', 1, 0, 'dead', 1, 1, 1726455410118, null, 1726455410110, 1726455410118, 'http-400', 'Bad');
insert into webhook_delivery (reference, subscription, run, state, attempt, epoch, due_at, node, created_at, ended_at, reason, detail) overriding system value values ('019c1c38-a407-7f55-a96b-32a5ef639300', 1, 0, 'waiting', 1, 1, 1726455710133, null, 1726455410128, null, 'http-503', 'Busy');
insert into webhook_delivery (reference, subscription, run, state, attempt, epoch, due_at, node, created_at, ended_at, reason, detail) overriding system value values ('019c1c38-a408-728d-8575-c5b85628bd14', 1, 0, 'waiting', 1, 1, 4880055410142, null, 1726455410136, null, 'r', 'd');
insert into webhook_delivery (reference, subscription, run, state, attempt, epoch, due_at, node, created_at, ended_at, reason, detail) overriding system value values ('019c1c38-a409-7c49-9c73-bb02ed42cf28', 1, 0, 'leased', 1, 1, 1726455440145, 'node-1', 1726455410143, null, null, null);
insert into webhook_delivery (reference, subscription, run, state, attempt, epoch, due_at, node, created_at, ended_at, reason, detail) overriding system value values ('019c1c38-a40a-7f62-9076-4702da3d0802', 1, 0, 'waiting', 0, 0, 1726455410147, null, 1726455410147, null, null, null);
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) overriding system value values ('019c1c38-a401-7865-af36-d27a809168f4', 1726455409918, 1, 'received', 'gamma', 'evt-unsubscribed', null, null, 0, 0, 'no-subscription', 'unwanted.type', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) overriding system value values ('019c1c38-a402-713b-a5e7-d48ea97b6e88', 1726455410042, 2, 'received', 'gamma', 'evt-delivered', null, null, 0, 0, null, 'invoice.paid', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) overriding system value values ('019c1c38-a402-713b-a5e7-d48ea97b6e88', 1726455410069, 3, 'delivered', 'gamma', 'evt-delivered', 1, 0, 1, 5, null, null, 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) overriding system value values ('019c1c38-a402-713b-a5e7-d48ea97b6e88', 1726455410076, 4, 'duplicate', 'gamma', 'evt-delivered', null, null, 0, 0, null, 'invoice.paid', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) overriding system value values ('019c1c38-a404-72dc-a6d4-1a2195a6fe99', 1726455410088, 5, 'received', 'gamma', 'evt-handled', null, null, 0, 0, null, 'invoice.paid', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) overriding system value values ('019c1c38-a404-72dc-a6d4-1a2195a6fe99', 1726455410094, 6, 'delivered', 'gamma', 'evt-handled', 1, 0, 1, 7, 'handled', null, 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) overriding system value values ('019c1c38-a405-7a5c-876b-e62798f1d68d', 1726455410097, 7, 'received', 'gamma', 'evt-dead', null, null, 0, 0, null, 'invoice.paid', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) overriding system value values ('019c1c38-a405-7a5c-876b-e62798f1d68d', 1726455410103, 8, 'attempt_failed', 'gamma', 'evt-dead', 1, 0, 1, 9, 'http-410', 'Gone: it''s ü; 
 ''quoted''', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) overriding system value values ('019c1c38-a405-7a5c-876b-e62798f1d68d', 1726455410103, 9, 'dead', 'gamma', 'evt-dead', 1, 0, 1, 0, 'http-410', 'Gone: it''s ü; 
 ''quoted''', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) overriding system value values ('019c1c38-a406-744b-a516-2ba1c40dde97', 1726455410110, 10, 'received', 'gamma', 'evt-replayed', null, null, 0, 0, null, 'invoice.paid', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) overriding system value values ('019c1c38-a406-744b-a516-2ba1c40dde97', 1726455410118, 11, 'attempt_failed', 'gamma', 'evt-replayed', 1, 0, 1, 9, 'http-400', 'Bad', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) overriding system value values ('019c1c38-a406-744b-a516-2ba1c40dde97', 1726455410118, 12, 'dead', 'gamma', 'evt-replayed', 1, 0, 1, 0, 'http-400', 'Bad', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) overriding system value values ('019c1c38-a406-744b-a516-2ba1c40dde97', 1726455410122, 13, 'replayed', 'gamma', 'evt-replayed', 1, 1, 0, 0, 'ann', 'test', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) overriding system value values ('019c1c38-a406-744b-a516-2ba1c40dde97', 1726455410127, 14, 'delivered', 'gamma', 'evt-replayed', 1, 1, 1, 5, null, null, 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) overriding system value values ('019c1c38-a407-7f55-a96b-32a5ef639300', 1726455410128, 15, 'received', 'gamma', 'evt-retried', null, null, 0, 0, null, 'invoice.paid', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) overriding system value values ('019c1c38-a407-7f55-a96b-32a5ef639300', 1726455410133, 16, 'attempt_failed', 'gamma', 'evt-retried', 1, 0, 1, 3, 'http-503', 'Busy (next attempt in 300000 ms)', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) overriding system value values ('019c1c38-a408-728d-8575-c5b85628bd14', 1726455410136, 17, 'received', 'gamma', 'evt-far-away', null, null, 0, 0, null, 'invoice.paid', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) overriding system value values ('019c1c38-a408-728d-8575-c5b85628bd14', 1726455410142, 18, 'attempt_failed', 'gamma', 'evt-far-away', 1, 0, 1, 3, 'r', 'd (next attempt in 3153600000000 ms)', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) overriding system value values ('019c1c38-a409-7c49-9c73-bb02ed42cf28', 1726455410143, 19, 'received', 'gamma', 'evt-leased', null, null, 0, 0, null, 'invoice.paid', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) overriding system value values ('019c1c38-a40a-7f62-9076-4702da3d0802', 1726455410147, 20, 'received', 'gamma', 'evt-waiting', null, null, 0, 0, null, 'invoice.paid', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) overriding system value values ('019c1c38-a40b-7d55-ad9d-3a150aae03d9', 1726455410151, 21, 'rejected', 'gamma', null, null, null, 0, 0, 'bad-signature', null, 'node-1');
insert into webhook_idempotent (repository, name, owner, confirmed, until) overriding system value values ('mail', 'confirmed', 'me', 1, 4880055410155);
insert into webhook_idempotent (repository, name, owner, confirmed, until) overriding system value values ('mail', 'held', 'me', 0, 4880055410157);
select setval(pg_get_serial_sequence('webhook_audit', 'entry'), 1000);
select setval(pg_get_serial_sequence('webhook_subscription', 'number'), 1000);
