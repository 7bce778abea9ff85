"""What the worker says of itself: the versions that are really there, and not the ones that were planned."""

from __future__ import annotations

import importlib.metadata
import platform
from typing import Any


def hello(distributions: list[str], libpq: int | None) -> dict[str, Any]:
    return {
        "kind": "hello",
        "python": platform.python_version(),
        "versions": {name: _version(name) for name in distributions},
        "libpq": libpq,
    }


def _version(distribution: str) -> str | None:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return None
