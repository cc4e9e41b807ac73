"""An officer's laptop in a training ground: enrolled by the real device flow, filled by the real sync."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection

from fieldpo.demo.ground import OFFICER, PASSPHRASE, Ground, approve
from fieldpo.store.acting.outbox import renumber
from fieldpo.store.database.migrations import migrate
from fieldpo.store.vault import Vault, open_vault
from fieldpo.sync import enrol
from fieldpo.sync.client import Client
from fieldpo.sync.receipt import Receipt
from fieldpo.sync.runner import sync_once
from fieldpo.sync.transport import Transport


def enrol_laptop(ground: Ground, folder: Path) -> Vault:
    """Ask central for a code, approve it on its side, make the vault in `folder`. Central must serve."""
    with Transport(ground.url) as transport:
        code = enrol.ask(transport, with_keyring=False)
        approve(ground, code.user_code, OFFICER)
        # Approved already: nothing to pause for.
        enrolled = enrol.wait(transport, code, enrol.Waiting(sleep=lambda _: None))
    return enrol.make_vault(folder, PASSPHRASE, ground.url, enrolled)


def open_laptop(folder: Path) -> Vault:
    """Open a vault of the training ground."""
    return open_vault(folder, PASSPHRASE, migrate=migrate, reincarnate=_renumber)


def load_laptop(vault: Vault, ground: Ground) -> Receipt:
    """Pull everything into a new vault."""
    with Transport(ground.url) as transport:
        return enrol.first_load(vault, Client(vault, transport))


def sync_laptop(vault: Vault, url: str, *, attempts: int = 3) -> Receipt:
    """One sync with the central at that address. Raises as `sync_once` does."""
    with Transport(url) as transport:
        return sync_once(vault, Client(vault, transport), attempts=attempts)


def _renumber(connection: Connection, incarnation: str) -> None:
    renumber(connection, incarnation)
