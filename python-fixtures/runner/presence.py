"""Which dotted names exist in the installed packages: the proof behind `absent:` in a probe."""

from __future__ import annotations

import importlib
import importlib.util


class UnknownPackage(Exception):
    """The first part of a name is not installed: that proves a typing error, not an absence."""


def present(names: list[str]) -> list[str]:
    """:raises UnknownPackage: naming the package and the name."""
    return [name for name in names if _exists(name)]


def _exists(name: str) -> bool:
    root = name.split(".")[0]
    if importlib.util.find_spec(root) is None:
        raise UnknownPackage("absent: `%s`: there is no package `%s` in this environment" % (name, root))
    thing: object = importlib.import_module(root)
    path = root
    for part in name.split(".")[1:]:
        path += "." + part
        if hasattr(thing, part):
            thing = getattr(thing, part)
            continue
        try:
            thing = importlib.import_module(path)
        except ImportError:
            return False
    return True
