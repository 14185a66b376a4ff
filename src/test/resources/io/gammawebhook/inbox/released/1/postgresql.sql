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
  entry        bigint not null,
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
  primary key (reference, at, entry)
);
create table webhook_idempotent (
  repository text   not null,
  name       text   not null,
  owner      text   not null,
  confirmed  int    not null,
  until      bigint not null,
  primary key (repository, name)
);
insert into webhook_schema (version, checksum, applied_at) values (1, 3614947590, 0);
insert into webhook_event (reference, source, dedup_key, event_id, event_type, ordering_key, content_type, headers, received_at, body_sha256, subscribed) overriding system value values ('019c1c38-a401-7618-9aba-f5cce23fc24b', 'gamma', 'evt-unsubscribed', 'evt-unsubscribed', 'unwanted.type', null, 'application/json', '{"x-request":"of gamma"}', 1726452781674, '\x44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a', 0);
insert into webhook_event (reference, source, dedup_key, event_id, event_type, ordering_key, content_type, headers, received_at, body_sha256, subscribed) overriding system value values ('019c1c38-a402-798f-ac59-86cb76eff4a8', 'gamma', 'evt-delivered', 'evt-delivered', 'invoice.paid', null, 'application/json', '{"x-request":"of gamma"}', 1726452781785, '\x2a4580ec5c7f6ea22ca7e161bddbd675a03ade956db7112bce9c8a6e30f3b0a1', 1);
insert into webhook_event (reference, source, dedup_key, event_id, event_type, ordering_key, content_type, headers, received_at, body_sha256, subscribed) overriding system value values ('019c1c38-a404-7ed7-a891-e01a4c5907ce', 'gamma', 'evt-handled', 'evt-handled', 'invoice.paid', null, 'application/json', '{"x-request":"of gamma"}', 1726452781823, '\xc88a7e3806bcb854a6a653f7f07f86e04b3602405dbe3f445a96792952467df5', 1);
insert into webhook_event (reference, source, dedup_key, event_id, event_type, ordering_key, content_type, headers, received_at, body_sha256, subscribed) overriding system value values ('019c1c38-a405-74ed-b2ef-e0a236fc85a9', 'gamma', 'evt-dead', 'evt-dead', 'invoice.paid', null, 'application/json', '{"x-request":"of gamma"}', 1726452781832, '\xc379b71b58277d74ba805410377def452255ea79c800367f3a73ca455e5aa591', 1);
insert into webhook_event (reference, source, dedup_key, event_id, event_type, ordering_key, content_type, headers, received_at, body_sha256, subscribed) overriding system value values ('019c1c38-a406-78cc-827b-94060285a060', 'gamma', 'evt-replayed', 'evt-replayed', 'invoice.paid', null, 'application/json', '{"x-request":"of gamma"}', 1726452781839, '\x3abcb3ed63f7a6f42a0e0bbfa016fd0bad4a57d137961847c346db78d3dc0d00', 1);
insert into webhook_event (reference, source, dedup_key, event_id, event_type, ordering_key, content_type, headers, received_at, body_sha256, subscribed) overriding system value values ('019c1c38-a407-7309-a0fe-f11c65c0fc84', 'gamma', 'evt-retried', 'evt-retried', 'invoice.paid', null, 'application/json', '{"x-request":"of gamma"}', 1726452781848, '\xd87587b785e0840f7307efb45c4ea2350b673444ad3124f42b45ac264bd82c44', 1);
insert into webhook_event (reference, source, dedup_key, event_id, event_type, ordering_key, content_type, headers, received_at, body_sha256, subscribed) overriding system value values ('019c1c38-a408-789e-926d-5f0b8a6b0b1b', 'gamma', 'evt-far-away', 'evt-far-away', 'invoice.paid', null, 'application/json', '{"x-request":"of gamma"}', 1726452781855, '\x0a534f7360de7bc5d56c4c9131724e4ec685790cce9b9c6f83bd5db930566cb1', 1);
insert into webhook_event (reference, source, dedup_key, event_id, event_type, ordering_key, content_type, headers, received_at, body_sha256, subscribed) overriding system value values ('019c1c38-a409-70c0-8626-15c3e9550bd3', 'gamma', 'evt-leased', 'evt-leased', 'invoice.paid', null, 'application/json', '{"x-request":"of gamma"}', 1726452781865, '\x4f36341fd6007d76121b96fcab3b7ad0502d5b41ef7f85edc6effe6ea4a4bfee', 1);
insert into webhook_event (reference, source, dedup_key, event_id, event_type, ordering_key, content_type, headers, received_at, body_sha256, subscribed) overriding system value values ('019c1c38-a40a-79d1-b8c9-d0edec8cf5bc', 'gamma', 'evt-waiting', 'evt-waiting', 'invoice.paid', null, 'application/json', '{"x-request":"of gamma"}', 1726452781874, '\xf4e7d3499c475c9a0326341a99c8f795d9324a4958d58cf272dda50e92a31302', 1);
insert into webhook_body (reference, body) overriding system value values ('019c1c38-a401-7618-9aba-f5cce23fc24b', '\x7b7d');
insert into webhook_body (reference, body) overriding system value values ('019c1c38-a402-798f-ac59-86cb76eff4a8', '\x7b226964223a226576742d64656c697665726564227d');
insert into webhook_body (reference, body) overriding system value values ('019c1c38-a404-7ed7-a891-e01a4c5907ce', '\x7b226964223a226576742d68616e646c6564227d');
insert into webhook_body (reference, body) overriding system value values ('019c1c38-a405-74ed-b2ef-e0a236fc85a9', '\x7b226964223a226576742d64656164227d');
insert into webhook_body (reference, body) overriding system value values ('019c1c38-a406-78cc-827b-94060285a060', '\x7b226964223a226576742d7265706c61796564227d');
insert into webhook_body (reference, body) overriding system value values ('019c1c38-a407-7309-a0fe-f11c65c0fc84', '\x7b226964223a226576742d72657472696564227d');
insert into webhook_body (reference, body) overriding system value values ('019c1c38-a408-789e-926d-5f0b8a6b0b1b', '\x7b226964223a226576742d6661722d61776179227d');
insert into webhook_body (reference, body) overriding system value values ('019c1c38-a409-70c0-8626-15c3e9550bd3', '\x7b226964223a226576742d6c6561736564227d');
insert into webhook_body (reference, body) overriding system value values ('019c1c38-a40a-79d1-b8c9-d0edec8cf5bc', '\x0001ff273b');
insert into webhook_subscription (number, source, name, types, state, registered_at) overriding system value values (1, 'gamma', 'orders', 'invoice.*', 'active', 1726452781779);
insert into webhook_subscription (number, source, name, types, state, registered_at) overriding system value values (2, 'gamma', 'old', 'invoice.*', 'retired', 1726452781784);
insert into webhook_delivery (reference, subscription, run, state, attempt, epoch, due_at, node, created_at, ended_at, reason, detail) overriding system value values ('019c1c38-a402-798f-ac59-86cb76eff4a8', 1, 0, 'delivered', 1, 1, 1726452781806, null, 1726452781785, 1726452781806, null, null);
insert into webhook_delivery (reference, subscription, run, state, attempt, epoch, due_at, node, created_at, ended_at, reason, detail) overriding system value values ('019c1c38-a402-798f-ac59-86cb76eff4a8', 2, 0, 'waiting', 0, 0, 1726452781785, null, 1726452781785, null, null, null);
insert into webhook_delivery (reference, subscription, run, state, attempt, epoch, due_at, node, created_at, ended_at, reason, detail) overriding system value values ('019c1c38-a404-7ed7-a891-e01a4c5907ce', 1, 0, 'delivered', 1, 1, 1726452781830, null, 1726452781823, 1726452781830, null, null);
insert into webhook_delivery (reference, subscription, run, state, attempt, epoch, due_at, node, created_at, ended_at, reason, detail) overriding system value values ('019c1c38-a405-74ed-b2ef-e0a236fc85a9', 1, 0, 'dead', 1, 1, 1726452781837, null, 1726452781832, 1726452781837, 'http-410', 'Gone: it''s ü; 
 ''quoted''');
insert into webhook_delivery (reference, subscription, run, state, attempt, epoch, due_at, node, created_at, ended_at, reason, detail) overriding system value values ('019c1c38-a406-78cc-827b-94060285a060', 1, 1, 'delivered', 1, 1, 1726452781847, null, 1726452781844, 1726452781847, null, null);
insert into webhook_delivery (reference, subscription, run, state, attempt, epoch, due_at, node, created_at, ended_at, reason, detail) overriding system value values ('019c1c38-a406-78cc-827b-94060285a060', 1, 0, 'dead', 1, 1, 1726452781842, null, 1726452781839, 1726452781842, 'http-400', 'Bad');
insert into webhook_delivery (reference, subscription, run, state, attempt, epoch, due_at, node, created_at, ended_at, reason, detail) overriding system value values ('019c1c38-a407-7309-a0fe-f11c65c0fc84', 1, 0, 'waiting', 1, 1, 1726453081852, null, 1726452781848, null, 'http-503', 'Busy');
insert into webhook_delivery (reference, subscription, run, state, attempt, epoch, due_at, node, created_at, ended_at, reason, detail) overriding system value values ('019c1c38-a408-789e-926d-5f0b8a6b0b1b', 1, 0, 'waiting', 1, 1, 4880052781864, null, 1726452781855, null, 'r', 'd');
insert into webhook_delivery (reference, subscription, run, state, attempt, epoch, due_at, node, created_at, ended_at, reason, detail) overriding system value values ('019c1c38-a409-70c0-8626-15c3e9550bd3', 1, 0, 'leased', 1, 1, 1726452811868, 'node-1', 1726452781865, null, null, null);
insert into webhook_delivery (reference, subscription, run, state, attempt, epoch, due_at, node, created_at, ended_at, reason, detail) overriding system value values ('019c1c38-a40a-79d1-b8c9-d0edec8cf5bc', 1, 0, 'waiting', 0, 0, 1726452781874, null, 1726452781874, null, null, null);
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) overriding system value values ('019c1c38-a401-7618-9aba-f5cce23fc24b', 1726452781674, -6004552800770676874, 'received', 'gamma', 'evt-unsubscribed', null, null, 0, 0, 'no-subscription', 'unwanted.type', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) overriding system value values ('019c1c38-a402-798f-ac59-86cb76eff4a8', 1726452781785, -8449417810777319216, 'received', 'gamma', 'evt-delivered', null, null, 0, 0, null, 'invoice.paid', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) overriding system value values ('019c1c38-a402-798f-ac59-86cb76eff4a8', 1726452781806, -7173239028168316206, 'delivered', 'gamma', 'evt-delivered', 1, 0, 1, 5, null, null, 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) overriding system value values ('019c1c38-a402-798f-ac59-86cb76eff4a8', 1726452781815, 7290723654043225565, 'duplicate', 'gamma', 'evt-delivered', null, null, 0, 0, null, 'invoice.paid', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) overriding system value values ('019c1c38-a404-7ed7-a891-e01a4c5907ce', 1726452781823, -3693791006429886192, 'received', 'gamma', 'evt-handled', null, null, 0, 0, null, 'invoice.paid', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) overriding system value values ('019c1c38-a404-7ed7-a891-e01a4c5907ce', 1726452781830, -7236760355397978497, 'delivered', 'gamma', 'evt-handled', 1, 0, 1, 7, 'handled', null, 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) overriding system value values ('019c1c38-a405-74ed-b2ef-e0a236fc85a9', 1726452781832, -3400463273212112525, 'received', 'gamma', 'evt-dead', null, null, 0, 0, null, 'invoice.paid', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) overriding system value values ('019c1c38-a405-74ed-b2ef-e0a236fc85a9', 1726452781837, -6109596836305025963, 'attempt_failed', 'gamma', 'evt-dead', 1, 0, 1, 9, 'http-410', 'Gone: it''s ü; 
 ''quoted''', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) overriding system value values ('019c1c38-a405-74ed-b2ef-e0a236fc85a9', 1726452781837, -179711525862275906, 'dead', 'gamma', 'evt-dead', 1, 0, 1, 0, 'http-410', 'Gone: it''s ü; 
 ''quoted''', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) overriding system value values ('019c1c38-a406-78cc-827b-94060285a060', 1726452781839, 1292204752919006481, 'received', 'gamma', 'evt-replayed', null, null, 0, 0, null, 'invoice.paid', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) overriding system value values ('019c1c38-a406-78cc-827b-94060285a060', 1726452781842, 4031397521832564795, 'attempt_failed', 'gamma', 'evt-replayed', 1, 0, 1, 9, 'http-400', 'Bad', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) overriding system value values ('019c1c38-a406-78cc-827b-94060285a060', 1726452781842, -3756445274737239402, 'dead', 'gamma', 'evt-replayed', 1, 0, 1, 0, 'http-400', 'Bad', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) overriding system value values ('019c1c38-a406-78cc-827b-94060285a060', 1726452781844, 8869318392135362219, 'replayed', 'gamma', 'evt-replayed', 1, 1, 0, 0, 'ann', 'it works now', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) overriding system value values ('019c1c38-a406-78cc-827b-94060285a060', 1726452781847, 7172897562979365395, 'delivered', 'gamma', 'evt-replayed', 1, 1, 1, 5, null, null, 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) overriding system value values ('019c1c38-a407-7309-a0fe-f11c65c0fc84', 1726452781848, 4469661518805160090, 'received', 'gamma', 'evt-retried', null, null, 0, 0, null, 'invoice.paid', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) overriding system value values ('019c1c38-a407-7309-a0fe-f11c65c0fc84', 1726452781852, 6256690561799211295, 'attempt_failed', 'gamma', 'evt-retried', 1, 0, 1, 3, 'http-503', 'Busy (next attempt in 300000 ms)', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) overriding system value values ('019c1c38-a408-789e-926d-5f0b8a6b0b1b', 1726452781855, 1445234428115970552, 'received', 'gamma', 'evt-far-away', null, null, 0, 0, null, 'invoice.paid', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) overriding system value values ('019c1c38-a408-789e-926d-5f0b8a6b0b1b', 1726452781864, 2941258136652418404, 'attempt_failed', 'gamma', 'evt-far-away', 1, 0, 1, 3, 'r', 'd (next attempt in 3153600000000 ms)', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) overriding system value values ('019c1c38-a409-70c0-8626-15c3e9550bd3', 1726452781865, -1389173868286480748, 'received', 'gamma', 'evt-leased', null, null, 0, 0, null, 'invoice.paid', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) overriding system value values ('019c1c38-a40a-79d1-b8c9-d0edec8cf5bc', 1726452781874, -21886466626786066, 'received', 'gamma', 'evt-waiting', null, null, 0, 0, null, 'invoice.paid', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) overriding system value values ('019c1c38-a40b-74a0-a0a8-50efb274e22c', 1726452781879, 4213527815966253149, 'rejected', 'gamma', null, null, null, 0, 0, 'bad-signature', null, 'node-1');
insert into webhook_idempotent (repository, name, owner, confirmed, until) overriding system value values ('mail', 'confirmed', 'me', 1, 4880052781884);
insert into webhook_idempotent (repository, name, owner, confirmed, until) overriding system value values ('mail', 'held', 'me', 0, 4880052781886);
select setval(pg_get_serial_sequence('webhook_subscription', 'number'), 1000);
