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
insert into webhook_schema (version, checksum, applied_at) values (1, 280823067, 0);
insert into webhook_event (reference, source, dedup_key, event_id, event_type, ordering_key, content_type, headers, received_at, body_sha256, subscribed) values ('019c1c38-a40c-7381-9084-347f7601d374', 'gamma', 'evt-unsubscribed', 'evt-unsubscribed', 'unwanted.type', null, 'application/json', '{"x-request":"of gamma"}', 1703203200000, x'44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a', 0);
insert into webhook_event (reference, source, dedup_key, event_id, event_type, ordering_key, content_type, headers, received_at, body_sha256, subscribed) values ('019c1c38-a40d-745f-b0be-171359919f2a', 'gamma', 'evt-delivered', 'evt-delivered', 'invoice.paid', null, 'application/json', '{"x-request":"of gamma"}', 1703203200000, x'2a4580ec5c7f6ea22ca7e161bddbd675a03ade956db7112bce9c8a6e30f3b0a1', 1);
insert into webhook_event (reference, source, dedup_key, event_id, event_type, ordering_key, content_type, headers, received_at, body_sha256, subscribed) values ('019c1c38-a40f-70ad-a8f7-3a072f91c812', 'gamma', 'evt-handled', 'evt-handled', 'invoice.paid', null, 'application/json', '{"x-request":"of gamma"}', 1703203200000, x'c88a7e3806bcb854a6a653f7f07f86e04b3602405dbe3f445a96792952467df5', 1);
insert into webhook_event (reference, source, dedup_key, event_id, event_type, ordering_key, content_type, headers, received_at, body_sha256, subscribed) values ('019c1c38-a410-7c65-9670-53efd0a058af', 'gamma', 'evt-dead', 'evt-dead', 'invoice.paid', null, 'application/json', '{"x-request":"of gamma"}', 1703203200000, x'c379b71b58277d74ba805410377def452255ea79c800367f3a73ca455e5aa591', 1);
insert into webhook_event (reference, source, dedup_key, event_id, event_type, ordering_key, content_type, headers, received_at, body_sha256, subscribed) values ('019c1c38-a411-7117-bece-46fcb9264a06', 'gamma', 'evt-replayed', 'evt-replayed', 'invoice.paid', null, 'application/json', '{"x-request":"of gamma"}', 1703203200000, x'3abcb3ed63f7a6f42a0e0bbfa016fd0bad4a57d137961847c346db78d3dc0d00', 1);
insert into webhook_event (reference, source, dedup_key, event_id, event_type, ordering_key, content_type, headers, received_at, body_sha256, subscribed) values ('019c1c38-a412-7e82-8488-76e7d43a2bbf', 'gamma', 'evt-retried', 'evt-retried', 'invoice.paid', null, 'application/json', '{"x-request":"of gamma"}', 1703203200000, x'd87587b785e0840f7307efb45c4ea2350b673444ad3124f42b45ac264bd82c44', 1);
insert into webhook_event (reference, source, dedup_key, event_id, event_type, ordering_key, content_type, headers, received_at, body_sha256, subscribed) values ('019c1c38-a413-7eae-8769-4022730e0ead', 'gamma', 'evt-far-away', 'evt-far-away', 'invoice.paid', null, 'application/json', '{"x-request":"of gamma"}', 1703203200000, x'0a534f7360de7bc5d56c4c9131724e4ec685790cce9b9c6f83bd5db930566cb1', 1);
insert into webhook_event (reference, source, dedup_key, event_id, event_type, ordering_key, content_type, headers, received_at, body_sha256, subscribed) values ('019c1c38-a414-74c9-a092-505346681d48', 'gamma', 'evt-leased', 'evt-leased', 'invoice.paid', null, 'application/json', '{"x-request":"of gamma"}', 1703203200000, x'4f36341fd6007d76121b96fcab3b7ad0502d5b41ef7f85edc6effe6ea4a4bfee', 1);
insert into webhook_event (reference, source, dedup_key, event_id, event_type, ordering_key, content_type, headers, received_at, body_sha256, subscribed) values ('019c1c38-a415-7ceb-8a94-96a4771d12f1', 'gamma', 'evt-waiting', 'evt-waiting', 'invoice.paid', null, 'application/json', '{"x-request":"of gamma"}', 1703203200000, x'f4e7d3499c475c9a0326341a99c8f795d9324a4958d58cf272dda50e92a31302', 1);
insert into webhook_body (reference, body) values ('019c1c38-a40c-7381-9084-347f7601d374', x'7b7d');
insert into webhook_body (reference, body) values ('019c1c38-a40d-745f-b0be-171359919f2a', x'7b226964223a226576742d64656c697665726564227d');
insert into webhook_body (reference, body) values ('019c1c38-a40f-70ad-a8f7-3a072f91c812', x'7b226964223a226576742d68616e646c6564227d');
insert into webhook_body (reference, body) values ('019c1c38-a410-7c65-9670-53efd0a058af', x'7b226964223a226576742d64656164227d');
insert into webhook_body (reference, body) values ('019c1c38-a411-7117-bece-46fcb9264a06', x'7b226964223a226576742d7265706c61796564227d');
insert into webhook_body (reference, body) values ('019c1c38-a412-7e82-8488-76e7d43a2bbf', x'7b226964223a226576742d72657472696564227d');
insert into webhook_body (reference, body) values ('019c1c38-a413-7eae-8769-4022730e0ead', x'7b226964223a226576742d6661722d61776179227d');
insert into webhook_body (reference, body) values ('019c1c38-a414-74c9-a092-505346681d48', x'7b226964223a226576742d6c6561736564227d');
insert into webhook_body (reference, body) values ('019c1c38-a415-7ceb-8a94-96a4771d12f1', x'0001ff273b');
insert into webhook_subscription (number, source, name, types, state, registered_at) values (1, 'gamma', 'orders', 'invoice.*', 'active', 1703203200000);
insert into webhook_subscription (number, source, name, types, state, registered_at) values (2, 'gamma', 'old', 'invoice.*', 'retired', 1703203200000);
insert into webhook_delivery (reference, subscription, run, state, attempt, epoch, due_at, node, created_at, ended_at, reason, detail) values ('019c1c38-a40d-745f-b0be-171359919f2a', 1, 0, 'delivered', 1, 1, 1703203200000, null, 1703203200000, 1703203200000, null, null);
insert into webhook_delivery (reference, subscription, run, state, attempt, epoch, due_at, node, created_at, ended_at, reason, detail) values ('019c1c38-a40d-745f-b0be-171359919f2a', 2, 0, 'waiting', 0, 0, 1703203200000, null, 1703203200000, null, null, null);
insert into webhook_delivery (reference, subscription, run, state, attempt, epoch, due_at, node, created_at, ended_at, reason, detail) values ('019c1c38-a40f-70ad-a8f7-3a072f91c812', 1, 0, 'delivered', 1, 1, 1703203200000, null, 1703203200000, 1703203200000, null, null);
insert into webhook_delivery (reference, subscription, run, state, attempt, epoch, due_at, node, created_at, ended_at, reason, detail) values ('019c1c38-a410-7c65-9670-53efd0a058af', 1, 0, 'dead', 1, 1, 1703203200000, null, 1703203200000, 1703203200000, 'http-410', 'Gone: it''s ü; 
 ''quoted''');
insert into webhook_delivery (reference, subscription, run, state, attempt, epoch, due_at, node, created_at, ended_at, reason, detail) values ('019c1c38-a411-7117-bece-46fcb9264a06', 1, 0, 'dead', 1, 1, 1703203200000, null, 1703203200000, 1703203200000, 'http-400', 'Bad');
insert into webhook_delivery (reference, subscription, run, state, attempt, epoch, due_at, node, created_at, ended_at, reason, detail) values ('019c1c38-a411-7117-bece-46fcb9264a06', 1, 1, 'delivered', 1, 1, 1703203200000, null, 1703203200000, 1703203200000, null, null);
insert into webhook_delivery (reference, subscription, run, state, attempt, epoch, due_at, node, created_at, ended_at, reason, detail) values ('019c1c38-a412-7e82-8488-76e7d43a2bbf', 1, 0, 'waiting', 1, 1, 1703203500000, null, 1703203200000, null, 'http-503', 'Busy');
insert into webhook_delivery (reference, subscription, run, state, attempt, epoch, due_at, node, created_at, ended_at, reason, detail) values ('019c1c38-a413-7eae-8769-4022730e0ead', 1, 0, 'waiting', 1, 1, 4856803200000, null, 1703203200000, null, 'r', 'd');
insert into webhook_delivery (reference, subscription, run, state, attempt, epoch, due_at, node, created_at, ended_at, reason, detail) values ('019c1c38-a414-74c9-a092-505346681d48', 1, 0, 'leased', 1, 1, 1703203230000, 'node-1', 1703203200000, null, null, null);
insert into webhook_delivery (reference, subscription, run, state, attempt, epoch, due_at, node, created_at, ended_at, reason, detail) values ('019c1c38-a415-7ceb-8a94-96a4771d12f1', 1, 0, 'waiting', 0, 0, 1703203200000, null, 1703203200000, null, null, null);
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) values ('019c1c38-a40c-7381-9084-347f7601d374', 1703203200000, 1, 'received', 'gamma', 'evt-unsubscribed', null, null, 0, 0, 'no-subscription', 'unwanted.type', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) values ('019c1c38-a40d-745f-b0be-171359919f2a', 1703203200000, 2, 'received', 'gamma', 'evt-delivered', null, null, 0, 0, null, 'invoice.paid', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) values ('019c1c38-a40d-745f-b0be-171359919f2a', 1703203200000, 3, 'delivered', 'gamma', 'evt-delivered', 1, 0, 1, 5, null, null, 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) values ('019c1c38-a40d-745f-b0be-171359919f2a', 1703203200000, 4, 'duplicate', 'gamma', 'evt-delivered', null, null, 0, 0, null, 'invoice.paid', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) values ('019c1c38-a40f-70ad-a8f7-3a072f91c812', 1703203200000, 5, 'received', 'gamma', 'evt-handled', null, null, 0, 0, null, 'invoice.paid', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) values ('019c1c38-a40f-70ad-a8f7-3a072f91c812', 1703203200000, 6, 'delivered', 'gamma', 'evt-handled', 1, 0, 1, 7, 'handled', null, 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) values ('019c1c38-a410-7c65-9670-53efd0a058af', 1703203200000, 7, 'received', 'gamma', 'evt-dead', null, null, 0, 0, null, 'invoice.paid', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) values ('019c1c38-a410-7c65-9670-53efd0a058af', 1703203200000, 8, 'attempt_failed', 'gamma', 'evt-dead', 1, 0, 1, 9, 'http-410', 'Gone: it''s ü; 
 ''quoted''', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) values ('019c1c38-a410-7c65-9670-53efd0a058af', 1703203200000, 9, 'dead', 'gamma', 'evt-dead', 1, 0, 1, 0, 'http-410', 'Gone: it''s ü; 
 ''quoted''', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) values ('019c1c38-a411-7117-bece-46fcb9264a06', 1703203200000, 10, 'received', 'gamma', 'evt-replayed', null, null, 0, 0, null, 'invoice.paid', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) values ('019c1c38-a411-7117-bece-46fcb9264a06', 1703203200000, 11, 'attempt_failed', 'gamma', 'evt-replayed', 1, 0, 1, 9, 'http-400', 'Bad', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) values ('019c1c38-a411-7117-bece-46fcb9264a06', 1703203200000, 12, 'dead', 'gamma', 'evt-replayed', 1, 0, 1, 0, 'http-400', 'Bad', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) values ('019c1c38-a411-7117-bece-46fcb9264a06', 1703203200000, 13, 'replayed', 'gamma', 'evt-replayed', 1, 1, 0, 0, 'ann', 'test', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) values ('019c1c38-a411-7117-bece-46fcb9264a06', 1703203200000, 14, 'delivered', 'gamma', 'evt-replayed', 1, 1, 1, 5, null, null, 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) values ('019c1c38-a412-7e82-8488-76e7d43a2bbf', 1703203200000, 15, 'received', 'gamma', 'evt-retried', null, null, 0, 0, null, 'invoice.paid', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) values ('019c1c38-a412-7e82-8488-76e7d43a2bbf', 1703203200000, 16, 'attempt_failed', 'gamma', 'evt-retried', 1, 0, 1, 3, 'http-503', 'Busy (next attempt in 300000 ms)', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) values ('019c1c38-a413-7eae-8769-4022730e0ead', 1703203200000, 17, 'received', 'gamma', 'evt-far-away', null, null, 0, 0, null, 'invoice.paid', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) values ('019c1c38-a413-7eae-8769-4022730e0ead', 1703203200000, 18, 'attempt_failed', 'gamma', 'evt-far-away', 1, 0, 1, 3, 'r', 'd (next attempt in 3153600000000 ms)', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) values ('019c1c38-a414-74c9-a092-505346681d48', 1703203200000, 19, 'received', 'gamma', 'evt-leased', null, null, 0, 0, null, 'invoice.paid', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) values ('019c1c38-a415-7ceb-8a94-96a4771d12f1', 1703203200000, 20, 'received', 'gamma', 'evt-waiting', null, null, 0, 0, null, 'invoice.paid', 'node-1');
insert into webhook_audit (reference, at, entry, kind, source, event_id, subscription, run, attempt, duration_ms, reason, detail, node) values ('019c1c38-a416-72dc-b169-4f2f7fde1cd2', 1703203200000, 21, 'rejected', 'gamma', null, null, null, 0, 0, 'bad-signature', null, 'node-1');
insert into webhook_idempotent (repository, name, owner, confirmed, until) values ('mail', 'confirmed', 'me', 1, 4856803200000);
insert into webhook_idempotent (repository, name, owner, confirmed, until) values ('mail', 'held', 'me', 0, 4856803200000);
