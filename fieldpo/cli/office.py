"""The officer's desk for a command: the open vault, the agency's policy pack, and the time on the agency's clock.

Every command reads and prints its times on that clock, wherever the laptop is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fieldpo.store.vault import Vault
    from fieldpo.supervision.pack import Pack


@dataclass(frozen=True)
class Office:
    """What a command works with. `now` carries the agency's offset."""

    vault: Vault
    pack: Pack
    now: dt.datetime


def clock() -> dt.datetime:
    """This moment; tests hand in their own."""
    return dt.datetime.now(dt.UTC)


@contextmanager
def opened_office(passphrase_file: Path | None) -> Iterator[Office]:
    """The vault of this computer with the policy pack in force; closed at the end. Raises what `opened_vault` does."""
    from fieldpo.cli.opening import opened_vault
    from fieldpo.supervision.calendar import local

    with opened_vault(passphrase_file) as vault:
        pack = agency_pack(vault)
        yield Office(vault, pack, local(clock(), pack))


def agency_pack(vault: Vault) -> Pack:
    """The agency's policy pack in force today, as the vault has it."""
    from fieldpo.store.queries.rules.policy import main_pack

    with vault.reading() as connection:
        return main_pack(connection, clock().astimezone().date())


def on_agency_clock(moment: dt.datetime, vault: Vault) -> dt.datetime:
    """A moment of any offset as the agency's clock shows it."""
    from fieldpo.supervision.calendar import local

    return local(moment, agency_pack(vault))


def office_now() -> dt.datetime:
    """This moment on the device's own clock, for commands that open no vault."""
    return clock().astimezone()
