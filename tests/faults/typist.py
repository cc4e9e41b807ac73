"""A laptop's program: opens the vault, types entry after entry, and syncs in a loop until it is killed.

A process of this module stands by with everything imported and forks one such program for each order that comes over
its socket, so that a killed program is back in 20 ms. What the program does is written to the pipe that came with
the order, a line a step: `typing TEXT` before a save, `saved TEXT` when the screen would say so, `answered` after
each exchange, `broke WHY`.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import pickle
import random
import signal
import socket
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from fieldpo.errors import Offline
from fieldpo.store.acting.acts import Act, Create, perform
from fieldpo.store.acting.outbox import renumber
from fieldpo.store.database.migrations import migrate
from fieldpo.store.opening.keys import Unlocked
from fieldpo.store.vault import Vault, _open
from fieldpo.sync.client import Client, open_client
from fieldpo.sync.effects import BATCH_SECONDS, Answer, Fault, Post
from fieldpo.sync.protocol.kinds import Addendum, Appointment, Contact
from fieldpo.sync.runner import sync_once

AT = dt.datetime(2026, 11, 22, 17, 4, tzinfo=dt.timezone(dt.timedelta(hours=-6)))
Say = Callable[[str], None]


class Impatient(Client):
    """A client whose exchanges may take only so long."""

    seconds: float

    def post(self, effect: Post, gone: Callable[[], None] = lambda: None) -> Answer | Fault:
        """As any client's."""
        return super().post(replace(effect, deadline=self.seconds), gone)


def impatient(vault: Vault, seconds: float) -> Client:
    """A client of the vault's central with that deadline, in seconds."""
    client = open_client(vault)
    client.__class__ = Impatient
    client.seconds = seconds  # type: ignore[attr-defined]
    return client


def reincarnate(connection: Connection, incarnation: str) -> None:
    """What the commands do with a vault that begins a new life."""
    renumber(connection, incarnation)


def acts(person: str, officer: str, words: str, rng: random.Random) -> Act:
    """A contact; some with an addendum that depends on it, some in a group with an appointment."""
    first = Create(
        Contact(person_id=person, occurred_at=AT, contact="home", outcome="reported", officer_id=officer, note=words)
    )
    kind = rng.random()
    if kind < 0.2:
        later = Addendum(person_id=person, entry_id=first.record_id, text=words, officer_id=officer, written_at=AT)
        return Act("Contact", (first, Create(later)), AT)
    if kind < 0.4:
        return Act("Contact", (first, Create(Appointment(person_id=person, starts_at=AT, purpose=words))), AT)
    return Act("Contact", (first,), AT)


def work(vault: Vault, order: dict[str, Any], say: Say) -> None:
    """Type and sync for ever."""
    rng = random.Random(order["seed"])
    threading.Thread(target=_sync, args=(vault, say, order["deadline"] or BATCH_SECONDS), daemon=True).start()
    pace = threading.Event()
    number = 0
    while True:
        words = f"{order['name']}:{number}."
        say(f"typing {words}")
        perform(vault, acts(rng.choice(order["persons"]), vault.identity.user_id, words, rng), AT)
        say(f"saved {words}")
        number += 1
        pace.wait(rng.uniform(0.0, 0.04))


def _sync(vault: Vault, say: Say, deadline: float) -> None:
    pace = threading.Event()
    while True:
        try:
            client = impatient(vault, deadline)
            with contextlib.closing(client):
                receipt = sync_once(vault, client, lambda _: say("answered"), attempts=1)
            if receipt.drifted:
                say(f"broke drifted {receipt.drifted}")
        except Offline:
            say("offline")
        except Exception as error:  # noqa: BLE001 - told to the test, which fails with it
            say(f"broke {type(error).__name__}: {error}")
        pace.wait(0.02)


def _program(order: dict[str, Any], unlocked: Unlocked, pipe: int) -> None:
    def say(words: str) -> None:
        os.write(pipe, f"{words}\n".encode())

    say(f"pid {os.getpid()}")
    try:
        work(_open(Path(order["folder"]), unlocked, migrate, reincarnate), order, say)
    except BaseException as error:
        say(f"broke {type(error).__name__}: {error}")
        raise


def main() -> None:
    """Fork a program for each order."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(fileno=int(sys.argv[1])) as orders:
        while True:
            message, descriptors, _, _ = socket.recv_fds(orders, 65_536, 1)
            if not message:
                return
            order = json.loads(message)
            unlocked = pickle.loads(bytes.fromhex(order["unlocked"]))  # noqa: S301 - from the test itself
            if os.fork() == 0:
                orders.close()
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                try:
                    _program(order, unlocked, descriptors[0])
                finally:
                    os._exit(1)
            os.close(descriptors[0])


if __name__ == "__main__":
    main()
