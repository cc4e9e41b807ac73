"""The databases of central's tests, and devices enrolled with a running central."""

from __future__ import annotations

from tests.central.conftest import database, database_url, postgres_server, postgres_template
from tests.sync.conftest import central, field

__all__ = ["central", "database", "database_url", "field", "postgres_server", "postgres_template"]
