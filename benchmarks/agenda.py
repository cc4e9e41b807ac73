"""What is owed by 500 clients with 250,000 contacts, from the vault; and by one of them after a logged contact."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

from benchmarks.timing import Result, Stopwatch, ratio
from fieldpo.store.queries.owed import owed
from fieldpo.supervision.pack_file import shipped
from fieldpo.sync.protocol.exchange import caseload_partition
from tests.filled_vault import filled_vault

RUNS = 7
GROWTH = ((60, 30_000), (500, 250_000))
"""Clients and contacts of each vault."""


def run() -> Result:
    """Time the whole agenda and one person's, at two sizes; the peer is a plain read of the same cases' bodies."""
    return Result("≤ 300 ms whole, ≤ 10 ms one person", {f"{n}_clients": _at(n, entries) for n, entries in GROWTH})


def _at(clients: int, entries: int) -> dict[str, object]:
    pack, on = shipped("demo"), dt.datetime.now().astimezone().date()
    whole, one, plain = Stopwatch(), Stopwatch(), Stopwatch()
    with tempfile.TemporaryDirectory(prefix="fieldpo-agenda-") as folder:
        vault = filled_vault(Path(folder) / "data", clients, entries, now=dt.datetime.now().astimezone())
        with vault:
            own = (caseload_partition(vault.identity.user_id),)
            for _ in range(RUNS):
                with whole.running(), vault.reading() as connection:
                    found = owed(connection, pack, own, on)
                with one.running(), vault.reading() as connection:
                    owed(connection, pack, own, on, found[0].person_id)
                with plain.running(), vault.reading() as connection:
                    connection.exec_driver_sql("SELECT id, body FROM r_case WHERE hidden = 0").fetchall()
                    connection.exec_driver_sql("SELECT id, body FROM r_assessment WHERE hidden = 0").fetchall()
                    connection.exec_driver_sql(
                        "SELECT person_id, occurred_utc, contact, place, outcome FROM r_contact "
                        "ORDER BY occurred_utc DESC LIMIT ?",
                        (sum(len(each.contacts) for each in found),),
                    ).fetchall()
    return {
        "whole": whole.summary(),
        "one_person": one.summary(),
        "plain_read": plain.summary(),
        "ratio": ratio(whole.times, plain.times),
    }
