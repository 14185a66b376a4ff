-- The destination of routes/to-database.camel.yaml, for SQLite and PostgreSQL. Run at each start.
create table if not exists gamma_event (
  reference   varchar(36) primary key,
  event_id    text,
  event_type  text,
  received_at bigint not null,
  delivery_id varchar(60) not null,
  body        text not null
);
