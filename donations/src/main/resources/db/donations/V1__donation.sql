-- For H2 and PostgreSQL alike. The key on the id is what makes recording idempotent.
create table donation (
    id          varchar(200)                not null,
    donor       varchar(1000)               not null,
    amount      decimal(19, 4)              not null,
    currency    varchar(3)                  not null,
    zakat       decimal(19, 4)              not null,
    region      varchar(100)                not null,
    donated_at  timestamp(6) with time zone not null,
    source      varchar(100)                not null,
    node        varchar(300)                not null,
    worker      varchar(300)                not null,
    token       varchar(300)                not null,
    recorded_at timestamp(6) with time zone default current_timestamp not null,
    constraint donation_id primary key (id)
);

create index donation_source on donation (source);
