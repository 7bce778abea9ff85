import os

TORTOISE_ORM = {
    "connections": {
        "default": {
            "engine": "tortoise.backends.asyncpg",
            "credentials": {
                "host": os.environ["PGHOST"],
                "port": os.environ["PGPORT"],
                "user": os.environ["PGUSER"],
                "database": os.environ["PGDATABASE"],
                "maxsize": 4,
                "timeout": 2,
            },
        }
    },
    "apps": {"shop": {"models": ["models"], "migrations": "migrations"}},
}
