"""The vaults of the shell's tests, and an app whose Today is a plain list."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from fieldpo.app import FieldpoApp
from fieldpo.screens import routes
from fieldpo.store.vault import Vault
from tests.snapshots import app_on
from tests.vaults import bare_vault, empty_template, filled_template, full_vault

__all__ = ["bare_vault", "empty_template", "filled_template", "full_vault"]

Open = Callable[..., FieldpoApp]


@pytest.fixture(autouse=True)
def office_zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The device stands in the demo office's time zone, so that pictures are the same everywhere."""
    monkeypatch.setenv("TZ", "America/Chicago")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def stub_today(monkeypatch: pytest.MonkeyPatch) -> None:
    """Today is a plain list."""
    monkeypatch.setitem(routes.ROUTES, "today", "tests.app.stub:StubList")


@pytest.fixture
def on_list(stub_today: None, bare_vault: Vault) -> Open:
    """The app, unlocked, on the plain list."""

    def make(**settings: Any) -> FieldpoApp:
        return app_on(bare_vault, **settings)

    return make
