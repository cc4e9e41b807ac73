"""The small caseload of the forms, with what the rules' screens ask for beside it."""

from __future__ import annotations

import pytest

from tests.filled_vault import OFFICER, Template, as_template, empty_vault, fill
from tests.screens_forms.caseload import caseload
from tests.screens_forms.opening import anew, on_row, vault
from tests.screens_rules.records import more

__all__ = ["anew", "on_row", "vault"]


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """A vault with the small caseload, an old assessment that is wrong and two earlier reports."""
    made = empty_vault(tmp_path_factory.mktemp("rules") / "vault", OFFICER)
    fill(made, [*caseload(OFFICER), *more(OFFICER)])
    return as_template(made)


@pytest.fixture
def opens() -> str:
    """Enter opens an assessment."""
    return "assessment"
