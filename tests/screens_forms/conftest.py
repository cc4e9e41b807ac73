"""A small caseload with everything that a form asks for, on Monday 23 November 2026, 14:33 in Chicago."""

from __future__ import annotations

import pytest

from tests.filled_vault import OFFICER, Template, as_template, empty_vault, fill
from tests.screens_forms.caseload import caseload
from tests.screens_forms.opening import anew, on_row, vault

__all__ = ["anew", "on_row", "vault"]


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """A vault with the small caseload."""
    made = empty_vault(tmp_path_factory.mktemp("forms") / "vault", OFFICER)
    fill(made, caseload(OFFICER))
    return as_template(made)


@pytest.fixture
def opens() -> str:
    """Enter logs a contact."""
    return "log_contact"
