"""Central in the simulation: the real app over a real SQLite file, its backups, and what the agency does there."""

from __future__ import annotations

import datetime as dt
import random
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from fieldpo.central import backup, devices, records, releasing, tokens, transfer, users
from fieldpo.central.app import create_app
from fieldpo.central.auth_tables import app_user, bearer
from fieldpo.central.database import open_database, reading, writing
from fieldpo.central.meta import say_training
from fieldpo.central.migrations import migrate
from fieldpo.central.records import NewRecord
from fieldpo.central.rows import insert_rows
from fieldpo.central.settings import Settings
from fieldpo.central.tables import device, partition_counter
from fieldpo.errors import BadInput, NotFound
from fieldpo.sync.engine import MISSING_PATH
from fieldpo.sync.protocol.body import KINDS, Body, Json, plain_body
from fieldpo.sync.protocol.exchange import AGENCY, SyncResponse, caseload_partition

from .asgi import Came, ask
from .cast import CASES, LAPTOPS, OFFICERS, START
from .heard import Heard
from .seams import Killed, Process, Seams

ACCESS_SECONDS = 30 * 24 * 3_600


@dataclass
class Books:
    """What the agency itself did, as the checker keeps it; a backup has its own copy."""

    versions: set[tuple[str, int]] = field(default_factory=set)
    """(record, version) that central's own hand wrote."""
    revoked: set[str] = field(default_factory=set)
    covers: dict[str, tuple[str, dt.datetime]] = field(default_factory=dict)
    """Partition → the user who covers it, and until when."""
    covered: set[str] = field(default_factory=set)
    """Users who have ever covered for another."""
    leaves: dict[str, list[int]] = field(default_factory=dict)
    """Person → at which numbers of which feeds they left; numbers are all that is kept."""
    released: set[str] = field(default_factory=set)
    """Ops that a person let out of quarantine."""

    def copy(self) -> Books:
        """The same, to be put back."""
        leaves = {person: list(numbers) for person, numbers in self.leaves.items()}
        return Books(
            set(self.versions), set(self.revoked), dict(self.covers), set(self.covered), leaves, set(self.released)
        )

    def readable(self, user_id: str, now: dt.datetime) -> set[str]:
        """The partitions that a user may read."""
        covering = {partition for partition, (who, until) in self.covers.items() if who == user_id and until > now}
        return {AGENCY, caseload_partition(user_id)} | covering


@dataclass(frozen=True)
class Backup:
    """Central's database as it once was, with what the agency had done by then."""

    path: Path
    books: Books


class Agency:
    """The running central."""

    def __init__(self, folder: Path, seams: Seams, now: Any) -> None:
        self.path = folder / "central.db"
        self.seams = seams
        self.now = now
        self.process = Process("central")
        self.heard = Heard()
        self.books = Books()
        self.epochs = 1
        self.backups: list[Backup] = []
        """Those that may be put back."""
        self.copies = 0
        self.unknown = 0
        self.knows_missing = True
        self.start()

    def start(self) -> None:
        """Open the database and serve."""
        self.process.dead = False
        with self.seams.running(self.process):
            self.engine: Engine = open_database(f"sqlite:///{self.path}")
            settings = Settings(f"sqlite:///{self.path}", access_seconds=ACCESS_SECONDS)
            self.app = create_app(settings, self.engine, self.now)

    def stop(self) -> None:
        """The process is gone, at whatever point it was."""
        self.engine.dispose()

    def restart(self) -> None:
        """Killed, and started again."""
        self.stop()
        self.process.calm()
        self.start()

    def answer(self, path: str, headers: Mapping[str, str], body: bytes) -> Came | None:
        """Serve one request; None when central died over it. What it says is heard even if it gets lost later."""
        if path == MISSING_PATH and not self.knows_missing:
            return Came(404, ((b"content-type", b"text/plain"),), b"Not Found")
        try:
            with self.seams.running(self.process):
                came = ask(self.app, "POST", path, headers, body)
            if came.status == 500:
                self.heard.broken.append(f"5: central answered 500 to {path}")
            return came
        except Killed:
            self.restart()
            return None

    def hear(self, request: Mapping[str, Any], headers: Mapping[str, str], body: bytes) -> None:
        """Note what an answer of 200 to an exchange says."""
        self.heard.take(request, headers["fieldpo-protocol"], msgspec.json.decode(body, type=SyncResponse))

    # What the agency does by hand

    def edit(self, record_id: str, fields: Mapping[str, Json]) -> bool:
        """A newer file changed a record; False where it is gone."""
        with self._hand() as conn:
            before = records.read_record(conn, record_id)
            if before.deleted:
                return False
            after = records.edit_record(conn, record_id, fields, now=self.now())
        if after.version != before.version:
            self.books.versions.add((record_id, after.version))
        return True

    def delete(self, record_id: str) -> None:
        """A record is taken away at central."""
        with self._hand() as conn:
            before = records.read_record(conn, record_id)
            records.delete_record(conn, record_id, now=self.now())
            after = records.read_record(conn, record_id)
        if after.version != before.version:
            self.books.versions.add((record_id, after.version))

    def put_unknown(self, rng: random.Random) -> bool:
        """A record of a kind that no program here knows, as a newer central has it."""
        self.unknown += 1
        partition = rng.choice(list(CASES))
        person_id = rng.choice([one for one, body in CASES[partition] if type(body).__name__ == "Person"])
        made = NewRecord(f"00000000-00ff-7000-8000-{self.unknown:012x}", "visit_plan", {"steps": [1, 2]}, person_id)
        with self._hand() as conn:
            records.put_records(conn, records.place_of(conn, person_id), [made], now=self.now())
        return True

    def move(self, person_id: str, officer_id: str) -> None:
        """A case goes to another officer."""
        with self._hand() as conn:
            old = records.place_of(conn, person_id)
            transfer.assign(conn, person_id, officer_id, now=self.now())
            number = conn.scalar(sa.select(partition_counter.c.number).where(partition_counter.c.id == old))
        self.books.leaves.setdefault(person_id, []).append(int(number or 0))

    def cover(self, officer_id: str, user_id: str, until: dt.datetime) -> None:
        """A colleague works in a caseload for a time."""
        with self._hand() as conn:
            transfer.cover(conn, caseload_partition(officer_id), user_id, until, now=self.now())
        self.books.covers[caseload_partition(officer_id)] = user_id, until
        self.books.covered.add(user_id)

    def end_cover(self, partition: str) -> None:
        """And stops."""
        user_id, _ = self.books.covers.pop(partition)
        with self._hand() as conn:
            transfer.end(conn, partition, user_id, now=self.now())

    def revoke(self, device_id: str) -> None:
        """A device may not speak to central any more."""
        with self._hand() as conn:
            conn.execute(device.update().where(device.c.id == device_id).values(revoked_at=self.now().isoformat()))
            tokens.end_device_tokens(conn, device_id)
        self.books.revoked.add(device_id)

    def expire_access(self, device_id: str) -> None:
        """The device's access tokens have run out; its refresh token is good."""
        with self._hand() as conn:
            conn.execute(
                sa.update(bearer)
                .where(bearer.c.device_id == device_id, bearer.c.kind == "access")
                .values(expires_at="2020-01-01T00:00:00.000+00:00")
            )

    def end_tokens(self, device_id: str) -> None:
        """No token of the device is good any more."""
        with self._hand() as conn:
            tokens.end_device_tokens(conn, device_id)

    def sign_in(self, device_id: str) -> tuple[str, str]:
        """The officer signs in again on a device: new tokens."""
        with self._hand() as conn:
            issued = tokens.issue(conn, device_id, self.now(), ACCESS_SECONDS)
        return issued.access, issued.refresh

    def officer_of(self, person_id: str) -> str:
        """In whose caseload a person is."""
        with self._hand() as conn:
            return records.place_of(conn, person_id).partition(":")[2]

    # Quarantine

    def in_quarantine(self) -> list[str]:
        """The ops that wait for a person there."""
        with reading(self.engine) as conn:
            return [str(row["op_id"]) for row in releasing.in_quarantine(conn)]

    def release(self, op_id: str) -> str:
        """Somebody lets one out, after what central stumbled over was mended; what became of it."""
        self.seams.mended = True
        try:
            with self._hand() as conn:
                verdict = str(releasing.release(conn, op_id, self.now()))
        except (BadInput, NotFound) as refused:
            return type(refused).__name__
        finally:
            self.seams.mended = False
        self.books.released.add(op_id)
        self.heard.released.add(op_id)
        return verdict

    def refuse(self, op_id: str) -> None:
        """Somebody closes one for good."""
        with self._hand() as conn:
            releasing.refuse(conn, op_id, self.now())

    # Backups

    def back_up(self, *, verified: bool) -> None:
        """A backup with `central backup`, which laptops hear of; or only a copy of the disk."""
        self.copies += 1
        path = self.path.with_name(f"backup{self.copies}.db")
        if verified:
            backup.back_up(self.engine, path)
            self.backups.clear()  # none older may be put back from now on: the contract says so
        else:
            self.copy_disk(path)
        self.backups.append(Backup(path, self.books.copy()))

    def copy_disk(self, path: Path) -> None:
        """The database as a file."""
        with self.engine.connect() as conn:
            conn.exec_driver_sql("ROLLBACK")
            conn.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copyfile(self.path, path)

    def restore(self, kept: Backup) -> None:
        """Put a backup back as an administrator does: stop, `central restore`, start."""
        self.stop()
        engine = open_database(f"sqlite:///{self.path}")
        try:
            backup.restore(engine, kept.path, self.now())
        finally:
            engine.dispose()
        self._went_back(kept)

    def roll_back(self, kept: Backup) -> None:
        """Put the disk back as it was, and tell nobody."""
        self.stop()
        for tail in ("-wal", "-shm"):
            self.path.with_name(self.path.name + tail).unlink(missing_ok=True)
        shutil.copyfile(kept.path, self.path)
        self._went_back(kept)

    def _went_back(self, kept: Backup) -> None:
        self.backups = [kept]
        self.books = kept.books.copy()
        self.heard = Heard(broken=self.heard.broken, released=set(self.books.released))
        self.epochs += 1
        self.process.calm()
        self.start()

    def _hand(self) -> Any:
        return writing(self.engine)


def make_central(path: Path) -> dict[str, tuple[str, str]]:
    """A central with the officers, their cases and enrolled devices; gives each device's tokens."""
    engine = open_database(f"sqlite:///{path}")
    try:
        migrate(engine)
        given = {}
        with writing(engine) as conn:
            say_training(conn, training=True)
            for officer in OFFICERS:
                users.add_officer(conn, officer.id, officer.name, title="", role="officer", now=START)
                insert_rows(conn, app_user, [_user(officer.id, officer.login)])
            for partition, rows in CASES.items():
                records.put_records(conn, partition, [_new(*row) for row in rows], now=START)
            for laptop in LAPTOPS:
                devices.add_device(conn, laptop.device_id, laptop.officer.id, laptop.name, START)
                issued = tokens.issue(conn, laptop.device_id, START, ACCESS_SECONDS)
                given[laptop.name] = (issued.access, issued.refresh)
        with engine.connect() as conn:
            conn.exec_driver_sql("ROLLBACK")
            conn.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        return given
    finally:
        engine.dispose()


def _user(user_id: str, login: str) -> dict[str, Any]:
    return {"user_id": user_id, "login": login, "password": "-", "created_at": START.isoformat(), "disabled_at": None}


def _new(record_id: str, body: Body) -> NewRecord:
    kind = next(name for name, spec in KINDS.items() if spec.body is type(body))
    whose = record_id if kind == "person" else getattr(body, "person_id", None)
    return NewRecord(record_id, kind, plain_body(body), whose)
