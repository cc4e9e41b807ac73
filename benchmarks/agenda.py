"""The agenda of a caseload from the vault: whole, and after one logged contact; how both grow with the caseload."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection

from benchmarks.timing import Result, Stopwatch, ratio
from fieldpo.store.acting.acts import Act, Create, perform
from fieldpo.store.queries.agenda.days import kept_days, person_days
from fieldpo.store.queries.day.today import today
from fieldpo.store.vault import Vault
from fieldpo.supervision.calendar import local
from fieldpo.supervision.packs.reading import shipped
from fieldpo.sync.protocol.exchange import caseload_partition
from fieldpo.sync.protocol.kinds import Contact
from tests.filled_vault import filled_vault

RUNS = 7
CLIENTS = ((50, 25_000), (100, 50_000), (200, 100_000), (500, 250_000))
"""Clients and contacts of vaults in which everybody has as many."""
CONTACTS = ((100, 25_000), (100, 100_000), (100, 250_000))
"""The same clients with more and more behind them: what can no longer count should cost nothing."""


def run() -> Result:
    """Time the whole agenda and that after a contact, in turn with a bare scan of all that could count."""
    sizes = dict.fromkeys((*CLIENTS, *CONTACTS))
    return Result(
        "500 clients, 250,000 contacts: ≤ 300 ms whole, ≤ 10 ms after one contact",
        {f"{clients}_clients_{entries}_contacts": _at(clients, entries) for clients, entries in sizes},
    )


def _at(clients: int, entries: int) -> dict[str, object]:
    now = dt.datetime.now().astimezone()
    with (
        tempfile.TemporaryDirectory(prefix="fieldpo-agenda-") as folder,
        filled_vault(Path(folder) / "data", clients, entries, now=now) as vault,
    ):
        return _measured(vault, now)


def _measured(vault: Vault, now: dt.datetime) -> dict[str, object]:
    pack, user = shipped("demo"), vault.identity.user_id
    own, on = (caseload_partition(user),), local(now, pack).date()
    whole, after, screen, scan = (Stopwatch() for _ in range(4))

    def asked(watch: Stopwatch, question: Callable[[Connection], object]) -> None:
        with watch.running(), vault.reading() as connection:
            question(connection)

    with vault.reading() as connection:
        people = list(kept_days(connection, pack, own, on))
    for turn in range(RUNS):
        asked(whole, lambda connection: person_days(connection, pack, own, on))
        asked(scan, _scan)
        contact = Contact(
            person_id=people[turn], occurred_at=now, contact="face_to_face", place="office", outcome="reported",
            officer_id=user,
        )  # fmt: skip
        perform(vault, Act("Contact", (Create(contact),), now), now)
        asked(after, lambda connection: kept_days(connection, pack, own, on))
        asked(screen, lambda connection: today(connection, pack, user, now))
    return {
        "whole": whole.summary(),
        "after_one_contact": after.summary(),
        "todays_rows_then": screen.summary(),
        "scan_of_the_index": scan.summary(),
        "whole_to_scan": ratio(whole.times, scan.times),
        "after_to_whole": ratio(after.times, whole.times),
    }


def _scan(connection: Connection) -> object:
    """All that an obligation could count, once over, with nothing made of it."""
    return connection.exec_driver_sql(
        "SELECT count(*) FROM r_contact WHERE hidden = 0 AND contact <> '' AND outcome <> ''"
    ).fetchall()
