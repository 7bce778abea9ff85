"""Web applications: a framework on a client, served as its documentation recommends (stacks/*).

In scope: `app`, the application as it is served; `serve(…)`, `run(name)`, `together(…)`, `closed_port()` and
`sql(text)`: see runner/application.py. The application runs in processes of its own, which end with the
recipe. What it wrote stands in the evidence where the recipe fails.
"""

from __future__ import annotations

import ast
import importlib
import os
import socket
from typing import Any

from runner.application import (
    Application,
    ApplicationError,
    Program,
    reserve_port,
    run_command,
    together,
)
from runner.plain_sql import PlainSql, Row
from runner.sessions import Endpoint, Family, Identity

SCOPE = ("app", "serve", "run", "together", "closed_port", "sql")


def load(driver: str | None) -> Family:
    """`driver` is the application's folder."""
    if driver is None:
        raise ValueError("there is no application")
    program = Program(driver)
    _warm_up(program)
    return Family(session=lambda endpoint: Session(program, endpoint))


def _warm_up(program: Program) -> None:
    """Imports what the application imports, once and not in every fork. What wants the application's
    settings first is left to it."""
    modules = [program.commands["serve"].split()[0]]
    for name in os.listdir(program.folder):
        if name.endswith(".py"):
            with open(os.path.join(program.folder, name)) as file:
                modules += _imported(ast.parse(file.read()))
    own = {name[:-3] for name in os.listdir(program.folder)}
    for module in modules:
        if module.endswith(".py") or module.split(".")[0] in own:
            continue
        try:
            importlib.import_module(module)
        except Exception:
            """Needs settings."""


def _imported(module: ast.Module) -> list[str]:
    names: list[str] = []
    for node in module.body:
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.append(node.module)
    return names


class Session:
    subject = None

    def __init__(self, program: Program, endpoint: Endpoint) -> None:
        self.program = program
        self.endpoint = endpoint
        self.environment = {
            "PGHOST": endpoint.host,
            "PGPORT": str(endpoint.port),
            "PGUSER": endpoint.user,
            "PGDATABASE": endpoint.database,
        }
        self.scope: dict[str, object] = {}
        self.served: list[Application] = []
        self.reserved: list[socket.socket] = []
        self.plain: PlainSql | None = None

    def open(self) -> None:
        self.scope = {
            "app": self.serve(),
            "serve": self.serve,
            "run": self.run,
            "together": together,
            "closed_port": self.closed_port,
            "sql": self.sql,
        }

    def serve(self, **settings: object) -> Application:
        """`settings` are environment variables."""
        changed = {name: str(value) for name, value in settings.items()}
        application = Application(self.program, {**self.environment, **changed})
        self.served.append(application)
        return application

    def run(self, name: str) -> str:
        return run_command(self.program, name, self.environment)

    def closed_port(self) -> int:
        reserved, port = reserve_port()
        self.reserved.append(reserved)
        return port

    def sql(self, text: str) -> list[Row]:
        if self.plain is None:
            self.plain = PlainSql(self.endpoint)
        return self.plain.rows(text)

    def identify(self, subject: Any) -> Identity:
        reply = self.served[0].get("/identity")
        if reply.status != 200:
            raise ApplicationError(self.served[0].last_error())
        version, run_id, nonce, pid = reply.json
        return version, run_id, nonce, pid

    def commit(self) -> None:
        """Nothing to do: the application answers for its own transactions."""

    def rollback(self) -> None:
        for application in self.served:
            print(application.log())

    def close(self) -> None:
        """The processes end with the recipe's."""
