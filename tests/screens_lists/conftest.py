"""A vault with the small caseload of `tests.listed`, and the app on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fieldpo.app import FieldpoApp
from fieldpo.paths import paths
from fieldpo.store.vault import Vault
from tests.filled_vault import Template, as_template, empty_vault, fill, open_copy
from tests.listed import listed
from tests.snapshots import app_on

Open = Callable[[], FieldpoApp]


@pytest.fixture(scope="session")
def listed_template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """A vault with the small caseload, to copy from."""
    vault = empty_vault(tmp_path_factory.mktemp("listed") / "vault")
    fill(vault, listed())
    return as_template(vault)


@pytest.fixture
def listed_vault(listed_template: Template, fieldpo_home: Path) -> Iterator[Vault]:
    """This test's own open vault with the small caseload."""
    with open_copy(listed_template, paths().data) as vault:
        yield vault


@pytest.fixture
def on_today(listed_vault: Vault) -> Open:
    """Makes the app, unlocked, on Today."""
    return lambda: app_on(listed_vault)
