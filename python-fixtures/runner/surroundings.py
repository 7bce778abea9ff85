"""What a profile of the server gives a recipe beside its connection: addresses, files, deeds to ask for."""

from __future__ import annotations

import contextlib
import os
import tempfile
from typing import Any, Callable, Dict, Iterator, NamedTuple

#: Asks the harness for a deed and waits until it is done; what it tells is returned.
Ask = Callable[[str], Dict[str, Any]]


class Surroundings(NamedTuple):
    """As core/protocol.ts has them."""

    values: dict[str, object]
    #: Name in scope of a path, to the text of that file.
    files: dict[str, str]
    deeds: list[str]

    def names(self) -> list[str]:
        return [*self.values, *self.files, *self.deeds]

    def scope(self, folder: str, ask: Ask) -> dict[str, object]:
        """`folder` is where the files are."""
        paths = {name: _path(folder, name) for name in self.files}
        return {**self.values, **paths, **{name: _deed(name, ask) for name in self.deeds}}

    @contextlib.contextmanager
    def folder(self) -> Iterator[str]:
        """A folder with the files, for this account alone; it is gone afterwards."""
        if not self.files:
            yield ""
            return
        with tempfile.TemporaryDirectory(prefix="pgmatrix-") as folder:
            for name, text in self.files.items():
                # libpq refuses a key that others may read.
                descriptor = os.open(_path(folder, name), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                with os.fdopen(descriptor, "w") as file:
                    file.write(text)
            yield folder


def _path(folder: str, name: str) -> str:
    return os.path.join(folder, name + ".pem")


def _deed(name: str, ask: Ask) -> Callable[[], dict[str, Any]]:
    def deed() -> dict[str, Any]:
        return ask(name)

    deed.__name__ = name
    return deed
