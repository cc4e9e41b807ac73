"""The small caseload of the forms, and an app that opens at one of its people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fieldpo.app import FieldpoApp
from fieldpo.paths import paths
from fieldpo.screens import routes
from fieldpo.store.vault import Vault
from tests.filled_vault import OFFICER, Template, as_template, empty_vault, fill, open_copy
from tests.screens_forms.caseload import caseload
from tests.screens_forms.one_row import OneRow
from tests.screens_forms.playing import NOW
from tests.screens_rules.records import more

Open = Callable[..., FieldpoApp]


@pytest.fixture(scope="session")
def rules_template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """A vault with the small caseload, an old assessment that is wrong and two earlier reports."""
    vault = empty_vault(tmp_path_factory.mktemp("rules") / "vault", OFFICER)
    fill(vault, [*caseload(OFFICER), *more(OFFICER)])
    return as_template(vault)


@pytest.fixture
def vault(rules_template: Template, fieldpo_home: Path) -> Iterator[Vault]:
    """This test's own open vault."""
    with open_copy(rules_template, paths().data) as opened:
        yield opened


@pytest.fixture
def on_row(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> Open:
    """The app on a list whose row is one person, on this test's vault; its clock stands still."""

    def open_on(person_id: str, opens: str = "assessment") -> FieldpoApp:
        monkeypatch.setitem(routes.ROUTES, "today", "tests.screens_forms.one_row:OneRow")
        monkeypatch.setattr(OneRow, "person_id", person_id)
        monkeypatch.setattr(OneRow, "opens", opens)
        return FieldpoApp(vault=vault, clock=lambda: NOW, sync=False)

    return open_on


@pytest.fixture
def anew(rules_template: Template, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """The app on a list of one person, each time on a vault of its own, for pictures."""
    opened: list[Vault] = []
    monkeypatch.setitem(routes.ROUTES, "today", "tests.screens_forms.one_row:OneRow")

    def open_on(person_id: str, opens: str = "assessment") -> FieldpoApp:
        monkeypatch.setattr(OneRow, "person_id", person_id)
        monkeypatch.setattr(OneRow, "opens", opens)
        opened.append(open_copy(rules_template, tmp_path / f"vault{len(opened)}"))
        return FieldpoApp(vault=opened[-1], clock=lambda: NOW, sync=False)

    yield open_on
    for vault in opened:
        vault.close()
