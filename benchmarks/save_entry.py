"""Saving an entry, durable and indexed with its op, alone and during a sync, beside a plain insert of the same text."""

from __future__ import annotations

import datetime as dt
import sqlite3
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from benchmarks.large_vault import opened
from benchmarks.served import training_ground
from benchmarks.timing import Json, Result, Stopwatch, ratio
from fieldpo.central.books.database import open_database, writing
from fieldpo.central.office import records
from fieldpo.demo.caseload import make_caseload
from fieldpo.demo.check_steps.day import a_day
from fieldpo.demo.ground import Ground
from fieldpo.demo.laptop import sync_laptop
from fieldpo.store.acting.acts import Act, Create, perform
from fieldpo.store.database.at_once import AtOnce
from fieldpo.store.queries.person.case_notes import case_notes
from fieldpo.store.vault import Vault
from fieldpo.supervision.packs.reading import shipped
from fieldpo.sync.protocol.exchange import caseload_partition
from fieldpo.sync.protocol.kinds import Contact

RUNS = 300
COMING = 10_000
"""Records that come down while entries are saved."""
LISTED = 30
_NEWEST = AtOnce(
    f"SELECT * FROM r_contact WHERE person_id = :person AND hidden = 0 ORDER BY occurred_utc DESC LIMIT {LISTED}"  # noqa: S608 - ours
)
"""What a screen reads between two key presses: a client's newest contacts, whole."""
PAUSE = 0.01
"""Seconds between two entries then, so that they lie all over the sync; else they alone would keep it going."""


def run() -> Result:
    """Save in the large caseload, then while 10,000 records come down."""
    with _plain() as peer:
        with opened() as vault:
            alone = _saves(vault, peer, RUNS, threading.Event())
        with training_ground(20, 1) as (ground, vault):
            _put_more(ground, vault.identity.user_id)
            done = threading.Event()

            def sync() -> None:
                try:
                    sync_laptop(vault, ground.url)
                finally:
                    done.set()

            thread = threading.Thread(target=sync)
            thread.start()
            during = _saves(vault, peer, RUNS, done, PAUSE)
            thread.join()
    return Result(
        "a save p95 ≤ 5 ms, during a sync ≤ 15; a read then ≤ 2 ms", {"alone": alone, "during_a_sync": during}
    )


def _saves(vault: Vault, peer: sqlite3.Connection, most: int, done: threading.Event, pause: float = 0.0) -> Json:
    pack = shipped("demo")
    ours, theirs, reads, notes = Stopwatch(), Stopwatch(), Stopwatch(), Stopwatch()
    for act, words in _contacts(vault):
        person: str = act.steps[0].body.person_id  # type: ignore[union-attr]
        with reads.running(), vault.reading() as connection:
            _NEWEST.rows(connection, {"person": person})
        with ours.running():
            perform(vault, act)
        with notes.running(), vault.reading() as connection:  # after a commit, so that no page is still in memory
            case_notes(connection, pack, person, limit=LISTED)
        with theirs.running(), peer:
            peer.execute("INSERT INTO entry (id, words) VALUES (?, ?)", (act.act_id, words))
        if len(ours.times) >= most or done.wait(pause):
            break
    return {
        "fieldpo": ours.summary(),
        "plain_insert": theirs.summary(),
        "ratio": ratio(ours.times, theirs.times),
        "read": reads.summary(),
        "case_notes": notes.summary(),
    }


def _contacts(vault: Vault) -> Iterator[tuple[Act, str]]:
    for typed, act in a_day(vault, 0):
        step = act.steps[0]
        if typed.what == "home visit" and isinstance(step, Create) and isinstance(step.body, Contact):
            yield act, step.body.note


@contextmanager
def _plain() -> Iterator[sqlite3.Connection]:
    with tempfile.TemporaryDirectory() as folder:
        connection = sqlite3.connect(Path(folder) / "plain.db")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("CREATE TABLE entry (id TEXT PRIMARY KEY, words TEXT)")
        try:
            yield connection
        finally:
            with suppress(sqlite3.Error):
                connection.close()


def _put_more(ground: Ground, officer_id: str) -> None:
    now = dt.datetime.now().astimezone()
    engine = open_database(ground.database_url)
    try:
        made = make_caseload(11, 40, 2, today=now, officer_id=officer_id, pack=shipped("demo"), entries=COMING)
        rows = [
            records.NewRecord(one.id, one.kind, one.body, one.id if one.kind == "person" else one.body.get("person_id"))
            for one in made
        ]
        with writing(engine) as connection:
            records.put_records(connection, caseload_partition(officer_id), rows, now=now)
    finally:
        engine.dispose()
