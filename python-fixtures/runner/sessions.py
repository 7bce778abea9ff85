"""What a family provides: how to connect, what a recipe finds in scope, and how to end it (families/*.py)."""

from __future__ import annotations

from typing import Any, Callable, NamedTuple, Protocol, Tuple

#: serverVersionNum, runId, nonce, backendPid: what the server on the other end says of itself.
Identity = Tuple[int, str, str, int]

#: Answered as Identity by every server; both texts are empty on one that the harness has not prepared.
IDENTITY_SQL = (
    "select current_setting('server_version_num')::int,"
    " coalesce(current_setting('pgmatrix.run_id', true), ''),"
    " coalesce(nullif(current_setting('pgmatrix.nonce', true), ''),"
    " obj_description('public'::regnamespace, 'pg_namespace'), ''),"
    " pg_backend_pid()"
)


class Endpoint(NamedTuple):
    """Where the server is. `host` is the folder of its Unix socket, or a host name."""

    host: str
    port: int
    user: str
    database: str

    def libpq(self) -> dict[str, Any]:
        """As libpq's keywords name it."""
        return {"host": self.host, "port": self.port, "user": self.user, "dbname": self.database}

    @property
    def socket(self) -> str | None:
        """Path of the Unix socket, for libraries that want the file and not its folder."""
        if not self.host.startswith("/"):
            return None
        return "%s/.s.PGSQL.%d" % (self.host, self.port)


class MissingLibrary(Exception):
    """Raised by `load` where the machine lacks a library that the family needs: nothing is known of the
    client then. The message says which one, and what to do."""


class Session(Protocol):
    """The connections of one recipe. Made by calling the family's `session` with an Endpoint, which does not
    connect."""

    #: What the recipe sees beside `value`.
    scope: dict[str, object]

    @property
    def subject(self) -> str | None:
        """Name in scope of the connection that can be asked who it talks to; None where a recipe gets
        none."""

    def open(self) -> None:
        """Connects and fills `scope`."""

    def identify(self, subject: Any) -> Identity:
        """Asks the given connection, and leaves it outside a transaction."""

    def commit(self) -> None:
        """After a recipe that returned."""

    def rollback(self) -> None:
        """After one that raised."""

    def close(self) -> None:
        """Closes all that was opened, in any state."""


class AsyncSession(Protocol):
    """The same for coroutines."""

    scope: dict[str, object]

    @property
    def subject(self) -> str | None: ...

    async def open(self) -> None: ...

    async def identify(self, subject: Any) -> Identity: ...

    async def commit(self) -> None: ...

    async def rollback(self) -> None: ...

    async def close(self) -> None: ...


class Family(NamedTuple):
    """What `load(driver)` of a family's module returns, after it has imported the library. It never
    connects."""

    #: For recipes without `await`. None: every recipe of this family runs as a coroutine.
    session: Callable[[Endpoint], Session] | None = None
    #: For recipes with `await`. None: they run in an event loop of their own inside the plain session.
    async_session: Callable[[Endpoint], AsyncSession] | None = None
    #: PQlibVersion() of the libpq that the driver uses, None for drivers without libpq.
    libpq: int | None = None
    #: Calls a function the way this library wants plain code to be called; None: directly.
    call: Callable[[Callable[[], None]], None] | None = None
