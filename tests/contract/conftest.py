"""The contract is tested against a served central, on a SQLite file and on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.central.conftest import (  # noqa: F401 - fixtures
    database_url,
    postgres_server,
    postgres_template,
)
from tests.contract.served import Served, serving


@pytest.fixture
def served(database_url: str) -> Iterator[Served]:  # noqa: F811 - the fixture imported above
    """A central on loopback with three signed-in devices."""
    with serving(database_url) as found:
        yield found
