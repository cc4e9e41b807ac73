"""Central as an agency runs it: real processes, SQLite and PostgreSQL."""

from __future__ import annotations

from tests.central.conftest import (
    database,
    database_url,
    postgres_server,
    postgres_template,
)

__all__ = ["database", "database_url", "postgres_server", "postgres_template"]
