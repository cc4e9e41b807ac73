"""The sync that runs by itself: after saves, when forced, when the network comes back, and after standing still."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fieldpo.errors import Offline
from fieldpo.store import tokens
from fieldpo.store.acting.acts import Act, Create, perform
from fieldpo.store.vault import Vault
from fieldpo.sync.background import Background, Pace
from fieldpo.sync.client import Client, open_client
from fieldpo.sync.effects import Answer, Fault, Post
from fieldpo.sync.protocol.kinds import Intake
from fieldpo.sync.receipt import Receipt

from .conftest import Device, Field
from .ear import PATIENCE, Ear

AT = dt.datetime(2026, 11, 22, 17, 4, tzinfo=dt.timezone(dt.timedelta(hours=-6)))
NEVER = 3_600.0


@pytest.fixture
def laptop(field: Field) -> Device:
    """An enrolled laptop."""
    return field.enrol(field.central.user("reyes"))


@pytest.fixture
def running() -> Iterator[list[Background]]:
    """What is stopped at the end."""
    started: list[Background] = []
    yield started
    for one in started:
        one.stop()


def typed(device: Device) -> None:
    """One entry saved."""
    body = Intake(family_name="New", officer_id=device.vault.identity.user_id)
    perform(device.vault, Act("Someone not listed", (Create(body),), AT), AT)


def test_it_syncs_after_unlocking_and_after_a_save(laptop: Device, running: list[Background]) -> None:
    """The first sync comes by itself, the next with a save."""
    ear = Ear()
    running.append(Background(laptop.vault, ear, Pace(first=0, after_save=0, every=NEVER)))
    running[0].start()
    assert ear.receipt().received == 0
    typed(laptop)
    running[0].saved()
    assert ear.receipt().received == 1


def test_forced_it_syncs_at_once(laptop: Device, running: list[Background]) -> None:
    """S does not wait for the clock."""
    ear = Ear()
    running.append(Background(laptop.vault, ear, Pace(first=NEVER, every=NEVER)))
    running[0].start()
    typed(laptop)
    running[0].force()
    assert ear.receipt().received == 1


def test_it_goes_on_when_the_network_comes_back(laptop: Device, running: list[Background], field: Field) -> None:
    """Offline it keeps looking for central; once central answers there, the work goes up by itself."""
    import socket

    ear = Ear()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        closed = f"http://127.0.0.1:{taken.getsockname()[1]}"
    with laptop.vault.writing() as connection:
        tokens.keep_central(connection, closed)
    typed(laptop)
    running.append(Background(laptop.vault, ear, Pace(first=0, every=NEVER, look=0.05)))
    running[0].start()
    assert isinstance(ear.heard.get(timeout=PATIENCE), Offline)
    with laptop.vault.writing() as connection:
        tokens.keep_central(connection, field.central.url)
    while isinstance(heard := ear.heard.get(timeout=PATIENCE), Offline):
        """The backoff may have tried once more before central was there."""
    assert heard.received == 1


def test_a_sync_that_stands_still_is_begun_anew(laptop: Device, running: list[Background]) -> None:
    """The first exchange hangs for ever: it is broken off, and another sync sends the work."""
    hung = threading.Event()

    class Hanging(Client):
        """Answers nothing until it is closed."""

        def post(self, _: Post, __: Callable[[], None] = lambda: None, /) -> Answer | Fault:
            hung.wait(PATIENCE)
            return Fault("closed", reached=False)

        def close(self) -> None:
            hung.set()
            super().close()

    clients = [Hanging]

    def opened(vault: Vault, ca: Path | None) -> Client:
        client = open_client(vault, ca)
        if clients:
            client.__class__ = clients.pop()
        return client

    ear = Ear()
    typed(laptop)
    running.append(Background(laptop.vault, ear, Pace(first=0, every=NEVER, still=0.2), open_=opened))
    running[0].start()
    while not isinstance(heard := ear.heard.get(timeout=PATIENCE), Receipt):
        """The one that was broken off says so, and the lock may still be held when the next begins."""
        running[0].force()
    assert hung.is_set()
    assert heard.not_sent == 0


def test_asked_while_one_runs_the_receipt_tells_of_both(laptop: Device, running: list[Background]) -> None:
    """S during a sync that sends an entry: the receipt that s gets counts that entry."""
    asked, told = threading.Event(), threading.Event()

    class Slow(Client):
        """Answers once the officer has pressed s."""

        def post(self, effect: Post, gone: Callable[[], None] = lambda: None) -> Answer | Fault:
            told.set()
            asked.wait(PATIENCE)
            return super().post(effect, gone)

    def opened(vault: Vault, ca: Path | None) -> Client:
        client = open_client(vault, ca)
        client.__class__ = Slow
        return client

    ear = Ear()
    typed(laptop)
    running.append(Background(laptop.vault, ear, Pace(first=0, every=NEVER), open_=opened))
    running[0].start()
    assert told.wait(PATIENCE)
    assert running[0].silent_for() is not None
    running[0].force()
    asked.set()
    assert ear.receipt().received == 1
    assert ear.receipt().words.startswith("1 of 1 received")
