"""What the races run on: a real central process with an officer and sixty clients, and entries of real prose."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.prose import notes
from fieldpo.central.books.database import open_database, writing
from fieldpo.central.office import records
from fieldpo.demo.ground import Ground, init_central, new_ground
from fieldpo.demo.laptop import enrol_laptop
from fieldpo.demo.serving import Central, serving
from fieldpo.sync.protocol.body import Body, plain_body
from fieldpo.sync.protocol.exchange import caseload_partition
from fieldpo.sync.protocol.ids import new_id
from fieldpo.sync.protocol.kinds import Case, Person

CLIENTS = 60
DURABILITY = "central: SQLite, WAL, synchronous=FULL; device: SQLCipher, WAL, synchronous=FULL"


@dataclass(frozen=True)
class Whose:
    """An officer, and the clients that entries are about: person and case."""

    officer_id: str
    clients: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Raced:
    """A training ground whose central serves."""

    ground: Ground
    central: Central
    whose: Whose

    def laptop(self, name: str) -> Path:
        """The folder of a new laptop's vault, enrolled and empty."""
        folder = self.ground.folder / name
        enrol_laptop(self.ground, folder).close()
        return folder


def entries(folder: Path, whose: Whose, count: int, seed: int = 1) -> Path:
    """A file with entries on those clients, the same prose for the same seed; their ids are new."""
    drawn = random.Random(seed)
    file = folder / f"entries-{seed}-{count}.json"
    began = dt.datetime.now().astimezone().replace(microsecond=0) - dt.timedelta(days=300)
    prose = itertools.islice(notes(), seed * 100, seed * 100 + count)
    made = [_entry(whose, drawn, began + dt.timedelta(minutes=at * 3), note) for at, note in enumerate(prose)]
    file.write_text(json.dumps(made), "utf-8")
    return file


def _entry(whose: Whose, drawn: random.Random, at: dt.datetime, note: str) -> dict[str, str]:
    person, case = drawn.choice(whose.clients)
    return {
        "id": new_id(),
        "person_id": person,
        "officer_id": whose.officer_id,
        "case_id": case,
        "contact": drawn.choice(("face_to_face", "telephone")),
        "outcome": drawn.choice(("seen", "reported")),
        "place": drawn.choice(("home", "office", "employment")),
        "occurred_at": at.isoformat(),
        "entered_at": (at + dt.timedelta(minutes=drawn.randrange(5, 300))).isoformat(),
        "note": note,
    }


@contextmanager
def raced(folder: Path) -> Iterator[Raced]:
    """A new central below the folder."""
    ground = new_ground(folder / "ground")
    officer = init_central(ground, dt.datetime.now().astimezone())
    whose = somebody(officer)
    _put(ground, whose)
    with serving(ground.database_url, ground.port, ground.log) as central:
        central.wait()
        yield Raced(ground, central, whose)


def somebody(officer_id: str) -> Whose:
    """An officer with sixty clients."""
    return Whose(officer_id, tuple((new_id(), new_id()) for _ in range(CLIENTS)))


def _put(ground: Ground, whose: Whose) -> None:
    engine = open_database(ground.database_url)
    try:
        with writing(engine) as connection:
            rows = []
            for at, (person, case) in enumerate(whose.clients):
                rows.append(_new(person, "person", person, Person(family_name=f"Client {at}", given_name="A.")))
                rows.append(_new(case, "case", person, Case(person_id=person, case_number=f"26-{at:04}")))
            records.put_records(connection, caseload_partition(whose.officer_id), rows, now=dt.datetime.now(dt.UTC))
    finally:
        engine.dispose()


def _new(record_id: str, kind: str, person: str, body: Body) -> records.NewRecord:
    return records.NewRecord(record_id, kind, plain_body(body), person)
