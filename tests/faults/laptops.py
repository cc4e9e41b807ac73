"""Laptops as the test sees them: their vaults, and the programs that run on them and are killed."""

from __future__ import annotations

import json
import os
import pickle
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from select import select

from fieldpo.store.acting.acts import Act, Create, perform
from fieldpo.store.database.migrations import migrate
from fieldpo.store.opening.keys import Unlocked, unlock
from fieldpo.store.vault import Vault, _open
from fieldpo.sync.client import open_client
from fieldpo.sync.protocol.kinds import Contact
from fieldpo.sync.receipt import Receipt
from fieldpo.sync.runner import sync_once
from tests.filled_vault import PASSPHRASE

from .central_process import PATIENCE, freeze
from .typist import AT, reincarnate

ROOT = Path(__file__).parents[2]


@dataclass
class Laptop:
    """An enrolled laptop, and everything that was ever typed on it."""

    name: str
    folder: Path
    officer: str
    persons: Sequence[str]
    typed: list[str] = field(default_factory=list)
    """Texts in the order of typing, each noted before its save began."""
    saved: set[str] = field(default_factory=set)
    """Those of which the screen said that they are saved."""
    broke: list[str] = field(default_factory=list)
    exchanges: int = 0
    kills: int = 0
    _pipe: int | None = None
    _pid: int = 0
    _rest: bytes = b""
    _unlocked: Unlocked | None = None

    @property
    def runs(self) -> bool:
        """Whether a program runs on it."""
        return self._pipe is not None

    def heard(self, line: str) -> None:
        """One line that its program wrote."""
        word, _, rest = line.partition(" ")
        match word:
            case "pid":
                self._pid = int(rest)
            case "typing":
                self.typed.append(rest)
            case "saved":
                self.saved.add(rest)
            case "answered":
                self.exchanges += 1
            case "broke":
                self.broke.append(rest)

    def kill(self) -> None:
        """SIGKILL its program, and hear what it had still said."""
        if self._pipe is None:
            return
        while not self._pid:
            self._read(PATIENCE)
        os.kill(self._pid, signal.SIGKILL)
        self.kills += 1
        while self._pipe is not None:
            self._read(PATIENCE)

    def pause(self) -> None:
        """SIGSTOP its program, as closing the lid does."""
        freeze(self._pid)

    def resume(self) -> None:
        """SIGCONT."""
        os.kill(self._pid, signal.SIGCONT)

    def _read(self, seconds: float) -> None:
        assert self._pipe is not None
        ready, _, _ = select([self._pipe], [], [], seconds)
        assert ready or seconds < PATIENCE, f"{self.name}'s program did not end"
        piece = os.read(self._pipe, 65_536) if ready else None
        if piece == b"":
            os.close(self._pipe)
            self._pipe, self._pid, self._rest = None, 0, b""
        elif piece:
            *lines, self._rest = (self._rest + piece).split(b"\n")
            for line in lines:
                self.heard(line.decode())

    @property
    def unlocked(self) -> Unlocked:
        """Its keys, derived once."""
        self._unlocked = self._unlocked or unlock(self.folder, PASSPHRASE)
        return self._unlocked

    @contextmanager
    def opened(self) -> Iterator[Vault]:
        """Its vault, opened in the test's own process."""
        with _open(self.folder, self.unlocked, migrate, reincarnate) as vault:
            yield vault

    def type(self, vault: Vault, words: str) -> None:
        """One contact saved in the test's own process."""
        self.typed.append(words)
        body = Contact(
            person_id=self.persons[0],
            occurred_at=AT,
            contact="home",
            outcome="reported",
            officer_id=self.officer,
            note=words,
        )
        perform(vault, Act("Contact", (Create(body),), AT), AT)
        self.saved.add(words)

    def sync(self) -> Receipt:
        """One sync in the test's own process."""
        with self.opened() as vault, closing(open_client(vault)) as client:
            return sync_once(vault, client)


class Stable:
    """Where laptops' programs are forked from."""

    def __init__(self) -> None:
        self._orders, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.typist", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                cwd=ROOT,
            )

    def start(self, laptop: Laptop, rng: random.Random, deadline: float | None = None) -> None:
        """Start the program of a laptop, and come back when it has begun to type. `deadline`: of an exchange."""
        reading, writing = os.pipe()
        order = {
            "folder": str(laptop.folder),
            "name": f"{laptop.name}-{laptop.kills}",
            "persons": list(laptop.persons),
            "seed": rng.random(),
            "deadline": deadline,
            "unlocked": pickle.dumps(laptop.unlocked).hex(),
        }
        socket.send_fds(self._orders, [json.dumps(order).encode()], [writing])
        os.close(writing)
        laptop._pipe = reading
        before = len(laptop.typed)
        while laptop.runs and len(laptop.typed) == before:
            laptop._read(PATIENCE)

    def close(self) -> None:
        """End it."""
        self._orders.close()
        self._process.wait(PATIENCE)


def listen(laptops: Sequence[Laptop], seconds: float) -> None:
    """Hear what the programs say for so long: a moment drawn for the next fault."""
    ends = time.monotonic() + seconds
    while (left := ends - time.monotonic()) > 0:
        running = {one._pipe: one for one in laptops if one._pipe is not None}
        ready, _, _ = select(list(running), [], [], left)
        for pipe in ready:
            running[pipe]._read(0)
