-- What somebody else made in the other environments.
create table price (item varchar(50) not null primary key, cents int not null);
insert into price (item, cents) values ('bolt', 12), ('nut', 7);
