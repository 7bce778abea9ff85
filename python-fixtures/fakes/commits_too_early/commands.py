from __future__ import annotations

from stacks.flask_sqlalchemy.commands import COMMANDS as COMMANDS
