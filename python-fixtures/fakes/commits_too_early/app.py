"""An application whose view commits before it has done all its work."""

from __future__ import annotations

from typing import Any

from flask import request

from stacks.flask_sqlalchemy.app import Order, app, db


def fail_half_way() -> Any:
    db.session.add(Order(code=request.get_json()["code"]))
    db.session.commit()
    raise RuntimeError("half way")


app.view_functions["fail_half_way"] = fail_half_way
