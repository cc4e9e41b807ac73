"""What a laptop does beside a request begins when the request has gone out."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from fieldpo.store.applying.batches import Batch
from fieldpo.sync import runner
from fieldpo.sync.client import Client, open_client
from fieldpo.sync.disk import VaultDisk
from fieldpo.sync.effects import Answer, Fault, Post
from fieldpo.sync.runner import sync_once
from tests.sync.conftest import Device
from tests.sync.test_questions import laptop, reyes
from tests.sync.test_restored_central import note

__all__ = ["laptop", "reyes"]
PATIENCE = 30.0
_LONG_ENOUGH = 0.05
"""Seconds in which a batch that waits for nothing is made."""


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was done, in its order: each batch that is made is noted."""
    told: list[str] = []
    plain = VaultDisk.next_batch

    def noted(disk: VaultDisk, after: int, most: int) -> Batch:
        told.append("batch")
        return plain(disk, after, most)

    monkeypatch.setattr(VaultDisk, "next_batch", noted)
    return told


def synced(laptop: Device, client: type[Client]) -> None:
    """A sync that sends one entry by this client."""
    note(laptop, "one")
    made = open_client(laptop.vault)
    made.__class__ = client
    try:
        assert sync_once(laptop.vault, made).received == 1
    finally:
        made.close()


def test_the_next_batch_is_made_when_the_request_has_gone(
    laptop: Device, done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not before, however long that takes: it would take turns with what sends."""
    monkeypatch.setattr(runner, "_GOES_OUT", PATIENCE)

    class Telling(Client):
        """Notes when the request has gone."""

        def post(self, effect: Post, gone: Callable[[], None] = lambda: None) -> Answer | Fault:
            def went() -> None:
                if not done.count("gone"):
                    done.append("gone")
                gone()

            time.sleep(_LONG_ENOUGH)
            return super().post(effect, went)

    synced(laptop, Telling)
    assert done[:3] == ["batch", "gone", "batch"]


def test_on_a_slow_line_it_is_made_all_the_same(laptop: Device, done: list[str]) -> None:
    """A request that takes its time to go out holds nothing up."""
    made: list[bool] = []

    class Slow(Client):
        """Sends nothing before the next batch is made."""

        def post(self, effect: Post, gone: Callable[[], None] = lambda: None) -> Answer | Fault:
            ends = time.monotonic() + PATIENCE
            while done.count("batch") < 2 and time.monotonic() < ends:
                time.sleep(0.01)
            made.append(done.count("batch") == 2)
            return super().post(effect, gone)

    synced(laptop, Slow)
    assert made[0]
