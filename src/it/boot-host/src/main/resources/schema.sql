create table received_order (channel varchar(20) not null, number varchar(200) not null, text varbinary(10000) not null);
