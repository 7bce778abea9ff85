"""Where Piccolo and its commands look for the engine and the apps."""

import os

from piccolo.conf.apps import AppRegistry
from piccolo.engine.postgres import PostgresEngine

DB = PostgresEngine(
    config={
        "host": os.environ["PGHOST"],
        "port": os.environ["PGPORT"],
        "user": os.environ["PGUSER"],
        "database": os.environ["PGDATABASE"],
        "timeout": 2,
    }
)

APP_REGISTRY = AppRegistry(apps=["shop.piccolo_app"])
