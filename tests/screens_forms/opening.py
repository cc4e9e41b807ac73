"""The app on a list of one row. Whoever imports these fixtures has a `template` to copy vaults from and says by `opens`
what Enter opens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fieldpo.app import FieldpoApp
from fieldpo.paths import paths
from fieldpo.screens import routes
from fieldpo.store.vault import Vault
from tests.filled_vault import Template, open_copy
from tests.screens_forms.one_row import OneRow
from tests.screens_forms.playing import NOW

Open = Callable[..., FieldpoApp]


@pytest.fixture
def vault(template: Template, fieldpo_home: Path) -> Iterator[Vault]:
    """This test's own open vault."""
    with open_copy(template, paths().data) as opened:
        yield opened


@pytest.fixture
def on_row(vault: Vault, opens: str, monkeypatch: pytest.MonkeyPatch) -> Open:
    """The app on a list whose row is one person, on this test's vault; its clock stands still."""
    return lambda person_id, route=opens: _on_row(monkeypatch, vault, person_id, route)


@pytest.fixture
def anew(template: Template, opens: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """The app on a list of one person, each time on a vault of its own, for pictures."""
    opened: list[Vault] = []

    def open_on(person_id: str, route: str = opens) -> FieldpoApp:
        opened.append(open_copy(template, tmp_path / f"vault{len(opened)}"))
        return _on_row(monkeypatch, opened[-1], person_id, route)

    yield open_on
    for one in opened:
        one.close()


def _on_row(monkeypatch: pytest.MonkeyPatch, vault: Vault, person_id: str, route: str) -> FieldpoApp:
    monkeypatch.setitem(routes.ROUTES, "today", "tests.screens_forms.one_row:OneRow")
    monkeypatch.setattr(OneRow, "person_id", person_id)
    monkeypatch.setattr(OneRow, "opens", route)
    return FieldpoApp(vault=vault, clock=lambda: NOW, sync=False)
