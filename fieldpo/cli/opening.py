"""Opening the vault for a shell command: the passphrase from a prompt, or for a training vault from a file."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from fieldpo.errors import BadInput, NoVault

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from fieldpo.store.vault import Vault


@contextmanager
def opened_vault(passphrase_file: Path | None = None) -> Iterator[Vault]:
    """The vault of this computer, closed at the end.

    Raises `NoVault`, `BadInput` for a passphrase file that may not be used here, and what `store.opening.keys.unlock`
    raises.
    """
    from fieldpo.paths import paths
    from fieldpo.store.opening.hardening import harden
    from fieldpo.store.vault import peek

    harden()
    folder = paths().data
    seen = peek(folder)
    if not seen.exists:
        raise NoVault("This computer is not enrolled: it has no vault yet. Run fieldpo enroll.")
    passphrase = read_passphrase(passphrase_file, training=seen.training) if passphrase_file else ask_passphrase()

    from fieldpo.store.acting.outbox import renumber
    from fieldpo.store.database.migrations import migrate
    from fieldpo.store.vault import open_vault

    def reincarnate(connection: Connection, incarnation: str) -> None:
        renumber(connection, incarnation)

    with open_vault(folder, passphrase, migrate=migrate, reincarnate=reincarnate) as vault:
        yield vault


def log_reading(vault: Vault, shown: str, *, outcome: str = "ok") -> None:
    """Log that a command showed a list, by its name (CJIS AU-2)."""
    import datetime as dt

    from fieldpo.store.audit import Event, append

    who = vault.identity
    with vault.writing() as connection:
        event = Event("read", shown, outcome=outcome)
        append(connection, who.user_id, who.device_id, dt.datetime.now(dt.UTC), [event])


def read_passphrase(file: Path, *, training: bool) -> str:
    """A training vault's passphrase from its file. Raises `BadInput` for any other vault."""
    if not training:
        raise BadInput(
            "This vault is not for training, so its passphrase is not taken from a file. Run it again without "
            "--passphrase-file and FIELDPO_PASSPHRASE_FILE."
        )
    try:
        return file.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput("The passphrase file cannot be read as text. Nothing was opened.") from error


def ask_passphrase() -> str:
    """The passphrase as typed at the terminal, never echoed. Raises `BadInput` where there is none."""
    from getpass import getpass

    if not sys.stdin.isatty() and not _has_terminal():
        raise BadInput("The passphrase is asked at a terminal, and there is none here. Nothing was opened.")
    return getpass("Passphrase: ")


def _has_terminal() -> bool:
    """Whether there is one though standard input is a pipe, as when a name or a note comes through it."""
    if sys.platform == "win32":
        return True  # getpass reads the console there
    try:
        with Path("/dev/tty").open("rb"):
            return True
    except OSError:
        return False
