"""The databases of central's tests, devices enrolled with a running central, and a supervisor's vault."""

from __future__ import annotations

from tests.central.conftest import database, database_url, postgres_server, postgres_template
from tests.sync.conftest import central, field
from tests.teams.team_vault import on_team, team_template

__all__ = [
    "central",
    "database",
    "database_url",
    "field",
    "on_team",
    "postgres_server",
    "postgres_template",
    "team_template",
]
