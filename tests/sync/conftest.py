"""A running central, an officer, and devices enrolled with it by the real device flow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from fieldpo.central.accounts.users import User
from fieldpo.store.vault import Vault
from fieldpo.sync import enrol
from fieldpo.sync.client import Client, open_client
from fieldpo.sync.receipt import Receipt
from fieldpo.sync.runner import sync_once
from fieldpo.sync.transport import Transport
from tests.filled_vault import PASSPHRASE
from tests.running_central import Central, running


@dataclass
class Device:
    """An enrolled laptop: its vault and its client."""

    vault: Vault
    client: Client

    def sync(self) -> Receipt:
        """One sync."""
        return sync_once(self.vault, self.client, attempts=1)


@dataclass
class Field:
    """A central and the devices enrolled with it."""

    central: Central
    folder: Path
    devices: list[Device]

    def enrol(self, user: User, url: str = "") -> Device:
        """A new laptop for an officer, with an empty vault; `url` may be a proxy's."""
        with Transport(self.central.url) as transport:
            code = enrol.ask(transport, with_keyring=False)
            self.central.approve(code.user_code, user)
            enrolled = enrol.wait(transport, code)
        folder = self.folder / f"device{len(self.devices)}"
        vault = enrol.make_vault(folder, PASSPHRASE, url or self.central.url, enrolled)
        device = Device(vault, open_client(vault))
        self.devices.append(device)
        return device


@pytest.fixture
def central(tmp_path: Path) -> Iterator[Central]:
    """A training central that runs."""
    with running(tmp_path) as one:
        yield one


@pytest.fixture
def field(central: Central, tmp_path: Path) -> Iterator[Field]:
    """Where devices can be enrolled."""
    made = Field(central, tmp_path, [])
    yield made
    for device in made.devices:
        device.client.close()
        device.vault.close()
