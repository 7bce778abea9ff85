"""SQL of one's own, and a table that knows what has been applied: `python migrate.py STEP`."""

import asyncio
import sys

import aiopg

STEPS = (
    (
        "create table customer (id serial primary key, name varchar(80) not null)",
        "drop table customer",
    ),
    ("alter table customer add email varchar(120)", "alter table customer drop email"),
)


async def migrate(wanted):
    async with aiopg.connect("") as connection, connection.cursor() as cursor, cursor.begin():
        await cursor.execute("create table if not exists schema_step (number int)")
        await cursor.execute("select coalesce(max(number), 0) from schema_step")
        ((applied,),) = await cursor.fetchall()
        for number in range(applied + 1, wanted + 1):
            await cursor.execute(STEPS[number - 1][0])
            await cursor.execute("insert into schema_step values (%s)", [number])
        for number in range(applied, wanted, -1):
            await cursor.execute(STEPS[number - 1][1])
            await cursor.execute("delete from schema_step where number = %s", [number])


asyncio.run(migrate(int(sys.argv[1])))
