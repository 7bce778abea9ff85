"""A family whose library takes for ever to import."""

from __future__ import annotations

import time

from runner.sessions import Family

SCOPE = ()


def load(driver: str | None) -> Family:
    time.sleep(3600)
    return Family()
