"""An application that opens a connection for each request, and forgets it."""

from __future__ import annotations

from typing import Any

from flask import jsonify, request
from sqlalchemy import NullPool, create_engine, insert

from stacks.flask_sqlalchemy.app import Order, app

engine = create_engine("postgresql+psycopg2://", poolclass=NullPool)
kept: list[Any] = []


def create_order() -> Any:
    conn = engine.connect()
    kept.append(conn)
    conn.execute(insert(Order).values(code=request.get_json()["code"]))
    conn.commit()
    return jsonify(), 201


app.view_functions["create_order"] = create_order
