"""Central in the simulation: the real app over a real SQLite file, killed, restarted, backed up and put back."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import text
from sqlalchemy.engine import Engine

from fieldpo.central.books.database import open_database, reading
from fieldpo.central.serving.app import create_app
from fieldpo.central.settings import Settings
from fieldpo.central.upkeep import backup
from fieldpo.sync.engine import MISSING_PATH
from fieldpo.sync.protocol.exchange import SyncResponse

from .asgi import Came, ask
from .books import Books
from .heard import Heard
from .seams import Killed, Process, Seams

_FORKED = text("SELECT n FROM device_audit WHERE device_id = :device GROUP BY n HAVING count(*) > 1")

ACCESS_SECONDS = 30 * 24 * 3_600


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
        answer = msgspec.json.decode(body, type=SyncResponse)
        self.heard.take(request, headers["fieldpo-protocol"], answer)
        with self.seams.running(Process("checker")), reading(self.engine) as conn:
            self.heard.take_log(request, answer, set(conn.scalars(_FORKED, {"device": request["device"]})))

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
