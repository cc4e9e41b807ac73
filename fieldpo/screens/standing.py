"""What the status line counts in the vault."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from fieldpo.screens.widgets.status_line import Status

if TYPE_CHECKING:
    from fieldpo.store.vault import Vault
    from fieldpo.supervision.pack import Pack

LAST_SYNC: Final = "last_sync"
"""The vault's meta key of the last sync that central answered, in ISO 8601 with its offset; `sync.runner` writes it."""


def standing(vault: Vault) -> Status:
    """Entries not sent, held and waiting for an answer, and the last sync; Unlock will show the first of them."""
    from fieldpo.store.acting.outbox import counts
    from fieldpo.store.database.meta import get_meta
    from fieldpo.store.partitions import supervises
    from fieldpo.store.queries.agenda.unreadable import unreadable_ids

    with vault.reading() as connection:
        found = counts(connection)
        last = get_meta(connection, LAST_SYNC)
        team = supervises(connection)
        unreadable = len(unreadable_ids(connection))
    vault.note_entries_not_sent(found.not_sent)
    return Status(
        not_sent=found.not_sent,
        held=found.held,
        need_answer=found.need_answer,
        unreadable=unreadable,
        last_sync=dt.datetime.fromisoformat(last) if last else None,
        supervises=team,
    )


def pack_in_force(vault: Vault, now: dt.datetime) -> tuple[Pack, str]:
    """The agency's policy pack on this day, and what to say where a newer one cannot be used; nothing on most days."""
    from fieldpo.store.queries.rules.policy import main_pack, main_trouble

    with vault.reading() as connection:
        pack, unusable = main_pack(connection, now.date()), main_trouble(connection, now.date())
    if unusable is None:
        return pack, ""
    instead = f"goes on with {pack.id} {pack.version}"
    said = f"This fieldpo cannot use the policy pack {unusable.name} and {instead}."
    return pack, f"{said} Update fieldpo, or tell your administrator."


def stand_in_pack() -> Pack:
    """The pack that stands until the vault has been asked."""
    from fieldpo.supervision.packs.reading import shipped

    return shipped("demo")
