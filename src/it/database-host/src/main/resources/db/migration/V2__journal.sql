create table journal (
  number varchar(100) not null primary key,
  text   varchar(200) not null
);
create table done (
  entry int generated always as identity primary key,
  route varchar(100) not null
);
