"""One laptop: its vault, its program, and a sync that goes on effect by effect."""

from __future__ import annotations

import datetime as dt
import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import httpx
from sqlalchemy import Connection

from fieldpo.errors import FieldpoError, SignInNeeded
from fieldpo.store import tokens
from fieldpo.store.acting import outbox
from fieldpo.store.acting.acts import Act, Saved, perform
from fieldpo.store.applying.batches import Batch
from fieldpo.store.applying.purge import confirm_purge
from fieldpo.store.database.migrations import migrate
from fieldpo.store.files import DATABASE
from fieldpo.store.opening.keys import KeyFile, Unlocked
from fieldpo.store.steps import Pace as Steps
from fieldpo.store.tokens import Tokens
from fieldpo.store.vault import Vault, _open
from fieldpo.sync import disk as sync_disk
from fieldpo.sync.client import Client
from fieldpo.sync.disk import VaultDisk
from fieldpo.sync.effects import Effect, Post, Refresh, Reply, Sleep
from fieldpo.sync.engine import Engine, World, sync
from fieldpo.sync.protocol.codings import OFFERED
from fieldpo.sync.receipt import Progress, Receipt
from fieldpo.sync.transport import Transport

from .cast import WHITFIELD, LaptopOf
from .log_rows import LogRow, log_of
from .network import Link
from .seams import Process, Seams

KEY = bytes(range(32))
URL = "http://127.0.0.1"


@dataclass(frozen=True)
class Pace:
    """How much a laptop sends, asks for and writes at a time: small, so that many edges are met."""

    units: int = 3
    limit: int = 8
    rows: int = 3


class PacedDisk(VaultDisk):
    """The vault as the engine sees it, in small batches. Counts the reloads that the engine asks for."""

    def __init__(self, vault: Vault, pace: Pace, version: int) -> None:
        super().__init__(vault, Steps(pace.rows, pace.rows))
        self.pace, self.version = pace, version
        self.reloads = 0

    def begin(self) -> None:
        """As the program of that version."""
        with mock.patch.object(sync_disk, "__version__", str(self.version)):
            super().begin()

    def next_batch(self, after: int, most_units: int) -> Batch:
        """At most the pace's units."""
        return super().next_batch(after, min(most_units, self.pace.units))

    def reload(self, partition_ids: object) -> None:
        """A copy that differs from central's comes again: healing, but a defect unless history was rewritten."""
        self.reloads += 1
        super().reload(partition_ids)  # type: ignore[arg-type]


class Laptop:
    """A device in an officer's hands. `ahead` is how far its clock is off; times of an officer's acts go by it."""

    def __init__(
        self, enrolled: LaptopOf, name: str, folder: Path, seams: Seams, link: Link, clock: Callable[[], dt.datetime]
    ) -> None:
        self.enrolled, self.name, self.folder, self.seams, self.link = enrolled, name, folder, seams, link
        self.clock = clock
        self.process = Process(name)
        self.pace = Pace()
        self.ahead = dt.timedelta(0)
        self.vault: Vault | None = None
        self.disk: PacedDisk | None = None
        self.engine: Engine | None = None
        self.effect: Effect | None = None
        self.reply: Reply = None
        self.signed_out = False
        self.put_back = False
        self.second_user = False
        self.moved = False
        """Whether the last whole sync brought or sent anything."""
        self.version = 1
        """Of the program; a newer one tries parked ops again."""
        self.cut_off = False
        """Revoked: it keeps its work and central hears no more of it."""
        self.reloads = 0
        self.log_owed = 0
        """The last row of its log when the last whole sync began."""
        self.lost_log: list[LogRow] = []
        """Rows that stood on a disk that is no more."""

    @property
    def user(self) -> str:
        """Whose laptop it is."""
        return self.enrolled.officer.id

    @property
    def id(self) -> str:
        """The device's id, which a twin has too."""
        return self.enrolled.device_id

    @property
    def supervises(self) -> bool:
        """Whether it is a supervisor's."""
        return self.enrolled.officer is WHITFIELD

    @property
    def syncing(self) -> bool:
        """Whether a sync is under way."""
        return self.engine is not None

    def now(self) -> dt.datetime:
        """The laptop's own clock."""
        return (self.clock() + self.ahead).astimezone(dt.timezone(dt.timedelta(hours=-6)))

    def open(self) -> Vault:
        """The open vault, opened if it is not. Raises Killed."""
        if self.vault is None:
            self.process.dead = False
            keys = KeyFile("vault", self.enrolled.device_id, self.user, training=True, slots=({"kind": "pass"},))
            with self.seams.running(self.process):
                self.vault = _open(self.folder, Unlocked(keys, KEY), migrate, _renumber, self.now)
        return self.vault

    def look_into(self) -> Vault:
        """The open vault for the checker, whom no trouble touches."""
        if self.vault is None:
            process, self.process = self.process, Process(self.name)
            self.open()
            self.process = process
        return self.open()

    def crash(self) -> None:
        """The program is gone, at whatever statement it was; what was committed stands."""
        self.end_sync()
        if self.vault is not None:
            self.vault._engines.dispose()
            self.vault = None
        self.process.dead = False
        self.process.calm()

    def close(self) -> None:
        """An orderly end."""
        self.end_sync()
        if self.vault is not None:
            self.vault.close()
            self.vault = None

    def log(self) -> list[LogRow]:
        """The rows of its log, in their order."""
        with self.look_into().reading() as connection:
            return log_of(connection)

    def act(self, act: Act) -> Saved:
        """The officer saves something. Raises what `perform` raises, and Killed."""
        vault = self.open()
        with self.seams.running(self.process):
            return perform(vault, act, self.now())

    def begin_sync(self, rng: random.Random, attempts: int = 2) -> None:
        """Start a sync; `step_sync` drives it."""
        vault = self.open()
        self.disk = PacedDisk(vault, self.pace, self.version)
        self.client = Client(vault, self.link.transport())
        self.engine = sync(World(self.disk, self.now, rng, _quiet, attempts, self.pace.limit))
        self.effect, self.reply = None, None

    def step_sync(self, *, meanwhile_first: bool = True) -> Receipt | FieldpoError | None:
        """One half-step: perform the effect asked for, or hand the engine its reply. The end, if it ended."""
        assert self.engine is not None
        with self.seams.running(self.process):
            try:
                if self.effect is not None:
                    self.reply = self._perform(self.effect, meanwhile_first=meanwhile_first)
                    self.effect = None
                    return None
                self.effect = self.engine.send(self.reply)
            except StopIteration as ended:
                receipt: Receipt = ended.value
                self.end_sync()
                return receipt
            except FieldpoError as failed:
                self.end_sync()
                self.signed_out = self.signed_out or isinstance(failed, SignInNeeded)
                return failed
        return None

    def _perform(self, effect: Effect, *, meanwhile_first: bool) -> Reply:
        match effect:
            case Post():
                if effect.meanwhile is not None and meanwhile_first:
                    effect.meanwhile()
                answer = self.client.post(effect)
                if effect.meanwhile is not None and not meanwhile_first:
                    effect.meanwhile()
                return answer
            case Sleep():
                return None
            case Refresh():
                return self.client.refresh()

    def end_sync(self) -> None:
        """Stop where it is, as the officer may."""
        if self.engine is not None:
            self.engine.close()
            self.reloads += self.disk.reloads if self.disk else 0
        self.engine = self.effect = self.reply = None

    def upgrade(self) -> None:
        """The program of this version in place of an older or newer one, if there was one."""
        if self.link.protocol:
            self.link.protocol = ""
            self.version += 1

    def sign_in(self, pair: tuple[str, str]) -> None:
        """New tokens from central."""
        vault = self.open()
        with self.seams.running(self.process), vault.writing() as connection:
            tokens.keep_tokens(connection, Tokens(*pair))
        self.signed_out = False

    def confirm_purge(self) -> None:
        """The officer agrees that cases which left may go."""
        vault = self.open()
        with self.seams.running(self.process):
            confirm_purge(vault, self.now())

    # Disks that go back in time, and twins

    def copy_disk(self, to: Path) -> None:
        """A copy of the whole folder, of an orderly closed vault."""
        self.close()
        shutil.copytree(self.folder, to)

    def put_disk_back(self, old: Path) -> None:
        """An old database in place of the present one; the state file beside it is the present one."""
        if self.vault is not None:  # else nothing was written since the copy
            self.lost_log += self.log()
        self.close()
        for tail in ("", "-wal", "-shm"):
            (self.folder / (DATABASE + tail)).unlink(missing_ok=True)
        shutil.copyfile(old / DATABASE, self.folder / DATABASE)
        self.put_back = True


def simulated_transport(network: httpx.BaseTransport) -> Transport:
    """The client's own transport, over another network."""
    made = Transport(URL)
    made._http.close()
    made._http = httpx.Client(
        base_url=URL, transport=network, headers={"Accept-Encoding": OFFERED}, timeout=30.0, trust_env=False
    )
    return made


def _renumber(connection: Connection, incarnation: str) -> None:
    outbox.renumber(connection, incarnation)


def _quiet(_: Progress) -> None:
    return
