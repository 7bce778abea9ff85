"""How far a recipe got, and what is known of it at each step."""

from __future__ import annotations

from typing import Any

from runner.recipe import Source, run_given
from runner.seen import encode
from runner.sessions import Identity


class Progress:
    def __init__(self, scope: dict[str, object], expected: object, given: Source | None) -> None:
        self.scope = scope
        self.expected = expected
        self.given = given
        self.figures: dict[str, float] = {}
        self.phase = "connect"
        self.identity: Identity | None = None
        self.returned: dict[str, Any] = {}

    def begin(self, names: dict[str, object], identity: Identity) -> None:
        self.scope.update(names)
        self.identity = identity
        self.scope["figure"] = self.figure
        if self.given:
            run_given(self.given, self.scope)
        self.phase = "recipe"

    def figure(self, name: str, number: float) -> None:
        """What a recipe measured."""
        self.figures[name] = number

    def finish(self, value: object) -> None:
        """Looks at the value while its connection is still open: it may be lazy."""
        self.returned = {
            "value": encode(value),
            "expected": encode(self.expected),
            "equal": _equal(value, self.expected),
            "figures": self.figures,
        }
        self.phase = "commit"

    def subjects(self, subject: str | None, first: object) -> list[object]:
        """The connections to ask once more after the recipe: the one it was given, and the one it has now."""
        now = self.scope.get(subject) if subject else None
        return [first] if now is None or now is first else [first, now]

    def note(self, later: Identity) -> None:
        """Keeps the later identity where it is another server or database: the harness must see that one."""
        if self.identity is None or later[:3] != self.identity[:3]:
            self.identity = later

    def report(self) -> dict[str, Any]:
        if self.identity is None:
            return {"identity": None}
        version, run_id, nonce, pid = self.identity
        # A client may have other ideas of types.
        numbers = {"serverVersionNum": int(version), "backendPid": int(pid)}
        return {"identity": {**numbers, "runId": str(run_id), "nonce": str(nonce)}}


def _equal(value: object, expected: object) -> bool:
    try:
        return bool(value == expected)
    except Exception:
        return False
