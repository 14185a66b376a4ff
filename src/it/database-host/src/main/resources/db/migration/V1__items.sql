create table item (
  name   varchar(50) not null primary key references price (item),
  pieces int         not null
);
insert into item (name, pieces) values ('bolt', 10), ('nut', 10);
create table reservation (
  number varchar(100) not null primary key,
  item   varchar(50)  not null references item (name),
  pieces int          not null
);
