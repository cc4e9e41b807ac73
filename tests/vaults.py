"""Vaults for tests, made once a session and copied a test: opening a copy costs about 10 ms instead of 200."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fieldpo.paths import paths
from fieldpo.store.vault import Vault
from tests.filled_vault import Template, as_template, empty_vault, filled_vault, open_copy


@pytest.fixture(scope="session")
def empty_template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """A vault with no records, to copy from."""
    return as_template(empty_vault(tmp_path_factory.mktemp("empty") / "vault"))


@pytest.fixture
def bare_vault(empty_template: Template, fieldpo_home: Path) -> Iterator[Vault]:
    """This test's own open vault with no records, standing where the commands look for it."""
    with open_copy(empty_template, paths().data) as vault:
        yield vault


@pytest.fixture(scope="session")
def filled_template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """A vault with the demo's 60 clients and two years of their contacts, to copy from."""
    return as_template(filled_vault(tmp_path_factory.mktemp("filled") / "vault"))


@pytest.fixture
def full_vault(filled_template: Template, fieldpo_home: Path) -> Iterator[Vault]:
    """This test's own open vault with the demo's caseload, standing where the commands look for it."""
    with open_copy(filled_template, paths().data) as vault:
        yield vault
