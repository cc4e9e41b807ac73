"""Central's databases, for attacks on it: a SQLite file, then a real PostgreSQL."""

from __future__ import annotations

from tests.central.conftest import (  # noqa: F401 - fixtures
    database,
    database_url,
    postgres_server,
    postgres_template,
)
