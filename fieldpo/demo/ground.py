"""The training ground: a folder with central's database, an officer, a supervisor, a caseload and an enrolled vault.

DIR/ground.json        the port, and whether this training ground is whole
DIR/central/           central's database and its log
DIR/officer/           the officer's FIELDPO_HOME
DIR/passphrase.txt     what opens the vault
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fieldpo.demo import guard
from fieldpo.demo.drawing import Record
from fieldpo.demo.serving import free_port, serve_argv
from fieldpo.errors import BadInput
from fieldpo.paths import HOME_VARIABLE

PASSPHRASE = "maple river boat"  # noqa: S105 - of training vaults only, shown on Unlock
OFFICER, SUPERVISOR = "officer", "supervisor"
PASSWORD = "seven lanterns by the gate"  # noqa: S105 - of both users, on a central for training on loopback
PASSPHRASE_VARIABLE = "FIELDPO_PASSPHRASE_FILE"  # noqa: S105 - names a file
_MARK = "ground.json"


@dataclass(frozen=True)
class Wish:
    """What the caseload shall be like; `now` carries its UTC offset."""

    now: dt.datetime
    clients: int = 60
    years: int = 2
    seed: int = 7
    entries: int | None = None


@dataclass(frozen=True)
class Ground:
    """A training ground's folder and the port on which its central listens."""

    folder: Path
    port: int

    @property
    def database_url(self) -> str:
        """Central's database."""
        return f"sqlite:///{self.folder / 'central' / 'central.db'}"

    @property
    def url(self) -> str:
        """Where central answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        """What central complained about."""
        return self.folder / "central" / "log.txt"

    @property
    def home(self) -> Path:
        """The officer's FIELDPO_HOME."""
        return self.folder / "officer"

    @property
    def vault(self) -> Path:
        """The officer's vault: where `fieldpo.paths` puts it below that home."""
        return self.home / "data"

    @property
    def passphrase_file(self) -> Path:
        """Where the passphrase stands."""
        return self.folder / "passphrase.txt"

    @property
    def env(self) -> dict[str, str]:
        """What the officer's commands need in their environment."""
        return {HOME_VARIABLE: str(self.home), PASSPHRASE_VARIABLE: str(self.passphrase_file)}

    @property
    def serve(self) -> list[str]:
        """The command line of central."""
        return serve_argv(self.database_url, self.port)

    def described(self) -> dict[str, object]:
        """What scripts need to go on from here."""
        return {
            "url": self.url,
            "serve": self.serve,
            "env": self.env,
            "passphrase": PASSPHRASE,
        }


def new_ground(folder: Path) -> Ground:
    """A place for a training ground, with a port of its own. Raises `BadInput` where the folder holds other files.

    One that was begun and never finished is begun anew.
    """
    if (folder / _MARK).exists() and found_ground(folder) is None:
        guard.remove(folder)
    if folder.exists() and any(folder.iterdir()):
        raise BadInput(f"{folder} is not empty and no training ground. Nothing was changed; name another folder.")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    ground = Ground(folder.absolute(), free_port())
    _mark(ground, whole=False)
    (folder / "central").mkdir(mode=0o700)
    _write_private(ground.passphrase_file, PASSPHRASE + "\n")
    return ground


def found_ground(folder: Path) -> Ground | None:
    """The training ground that is there already, if it was finished. Raises `BadInput` for a mark that is not ours."""
    mark = folder / _MARK
    if not mark.exists():
        return None
    try:
        said = json.loads(mark.read_text("utf-8"))
        return Ground(folder.absolute(), int(said["port"])) if said["whole"] else None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInput(f"{mark} cannot be read. Nothing was changed; name another folder.") from error


def finish(ground: Ground) -> None:
    """Mark the ground as whole, so that it can be opened again."""
    _mark(ground, whole=True)


def init_central(ground: Ground, now: dt.datetime) -> str:
    """Make central's database for training, with an officer and the supervisor of a team; returns the officer's id."""
    from fieldpo.central.accounts.users import add_user
    from fieldpo.central.books.database import open_database, writing
    from fieldpo.central.books.meta import say_training
    from fieldpo.central.books.migrations import migrate
    from fieldpo.central.office.policy import publish
    from fieldpo.central.teams.team import add_team, assign, supervise
    from fieldpo.supervision.packs.reading import shipped_text

    engine = open_database(ground.database_url)
    try:
        migrate(engine)
        with writing(engine) as connection:
            say_training(connection, training=True)
            officer = add_user(connection, OFFICER, PASSWORD, name="Reyes, Ana", title="Probation Officer", now=now)
            boss = add_user(
                connection,
                SUPERVISOR,
                PASSWORD,
                name="Whitfield, Jo",
                title="Supervising Officer",
                role="supervisor",
                now=now,
            )
            north = add_team(connection, "North", now=now)
            assign(connection, north.partition, officer.id, now=now)
            supervise(connection, north.partition, boss.id, now=now)
            publish(connection, shipped_text("demo"), "demo.toml", main=True, now=now)
    finally:
        engine.dispose()
    return officer.id


def renew_central(ground: Ground) -> None:
    """Bring the database of a ground made by an earlier fieldpo up to date. Raises `BadInput` for a later one's."""
    from fieldpo.central.books.database import open_database
    from fieldpo.central.books.migrations import migrate

    engine = open_database(ground.database_url)
    try:
        migrate(engine)
    finally:
        engine.dispose()


def load_caseload(ground: Ground, wish: Wish) -> int:
    """Put the synthetic caseload into the officer's partition; returns how many records it has."""
    from fieldpo.central.accounts.users import user_named
    from fieldpo.central.books.database import open_database, writing
    from fieldpo.central.office.records import NewRecord, put_records
    from fieldpo.demo.caseload import make_caseload
    from fieldpo.supervision.packs.reading import shipped
    from fieldpo.sync.protocol.exchange import caseload_partition

    engine = open_database(ground.database_url)
    try:
        with writing(engine) as connection:
            officer, supervisor = (user_named(connection, login).id for login in (OFFICER, SUPERVISOR))
            made = make_caseload(
                wish.seed,
                wish.clients,
                wish.years,
                today=wish.now,
                officer_id=officer,
                supervisor_id=supervisor,
                pack=shipped("demo"),
                entries=wish.entries,
            )
            rows = (NewRecord(one.id, one.kind, one.body, person) for one, person in _owned(made))
            return put_records(connection, caseload_partition(officer), rows, now=wish.now).added
    finally:
        engine.dispose()


def approve(ground: Ground, code: str, login: str = OFFICER) -> None:
    """Approve a laptop's code from central's own side. Raises `BadInput` where no laptop waits with it."""
    from fieldpo.central.accounts import device_flow
    from fieldpo.central.accounts.users import user_named
    from fieldpo.central.books.database import open_database, writing

    now = dt.datetime.now(dt.UTC)
    engine = open_database(ground.database_url)
    try:
        with writing(engine) as connection:
            waiting = device_flow.find(connection, code, now)
            user = user_named(connection, login)
            if waiting is None or not device_flow.answer(connection, waiting.sha, user, approve=True, now=now):
                raise BadInput("No laptop waits with that code. Nothing was changed.")
    finally:
        engine.dispose()


def _owned(made: Iterator[Record]) -> Iterator[tuple[Record, str | None]]:
    for one in made:
        yield one, one.id if one.kind == "person" else one.body.get("person_id")


def _mark(ground: Ground, *, whole: bool) -> None:
    _write_private(ground.folder / _MARK, json.dumps({"port": ground.port, "whole": whole}) + "\n")


def _write_private(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text, "utf-8")
