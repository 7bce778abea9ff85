"""SQL of one's own, and a table that knows what has been applied: `python migrate.py STEP`."""

import asyncio
import sys

import asyncpg

STEPS = (
    (
        "create table customer (id serial primary key, name varchar(80) not null)",
        "drop table customer",
    ),
    ("alter table customer add email varchar(120)", "alter table customer drop email"),
)


async def migrate(wanted):
    connection = await asyncpg.connect()
    async with connection.transaction():
        await connection.execute("create table if not exists schema_step (number int)")
        applied = await connection.fetchval("select max(number) from schema_step") or 0
        for number in range(applied + 1, wanted + 1):
            await connection.execute(STEPS[number - 1][0])
            await connection.execute("insert into schema_step values ($1)", number)
        for number in range(applied, wanted, -1):
            await connection.execute(STEPS[number - 1][1])
            await connection.execute("delete from schema_step where number = $1", number)
    await connection.close()


asyncio.run(migrate(int(sys.argv[1])))
