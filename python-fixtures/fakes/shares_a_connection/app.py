"""An application with one connection for all threads: whoever asks is in the transaction of the others."""

from __future__ import annotations

from typing import Any

import psycopg2
from flask import jsonify

from stacks.flask_sqlalchemy.app import app

conn = psycopg2.connect("")


def isolation(value: str) -> Any:
    with conn.cursor() as cur:
        cur.execute("select set_config('app.value', %s, true)", [value])
        cur.execute("select pg_sleep(0.2)")
        cur.execute("select current_setting('app.value')")
        return jsonify(*cur.fetchone())


app.view_functions["isolation"] = isolation
