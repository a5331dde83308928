-- The highest token under which each donation was recorded. What was recorded before has none here: its row alone
-- answers for it.
create table token_fence (
    fence_key   varchar(300) not null primary key,
    stamp       bigint       not null,
    node        varchar(320) not null,
    incarnation bigint       not null
);
