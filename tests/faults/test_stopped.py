"""SIGSTOP and SIGCONT: central and laptops that stand still in the middle of an exchange, longer than its deadline."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing

import pytest

from fieldpo.errors import Offline
from fieldpo.store.acting.acts import perform
from fieldpo.sync.background import Background, Pace
from fieldpo.sync.receipt import Receipt
from fieldpo.sync.runner import sync_once
from tests.sync.ear import Ear

from .central_process import PATIENCE
from .ground import Ground
from .laptops import Laptop, Stable, listen
from .typist import AT, acts, impatient
from .whole import problems

SHORT = 0.4
"""Seconds that an exchange may take here."""


@pytest.fixture(scope="module")
def laptop(field: Ground) -> Laptop:
    """A laptop with work."""
    return field.enrol(field.officer("reyes"))


@pytest.fixture(autouse=True)
def goes_on(field: Ground) -> Iterator[None]:
    """Central runs again after each test."""
    yield
    field.process.resume()


def test_central_stands_still_in_mid_exchange(field: Ground, laptop: Laptop) -> None:
    """The laptop gives up at its deadline and keeps the entry; central finishes what it had; it stands there once."""
    with laptop.opened() as vault, closing(impatient(vault, SHORT)) as client:
        laptop.type(vault, "before the stop")
        field.process.pause()
        with pytest.raises(Offline, match="kept here"):
            sync_once(vault, client, attempts=2)
        field.process.resume()
    assert problems(field) == []


def test_laptops_whose_lids_close_in_mid_sync(field: Ground, laptop: Laptop) -> None:
    """A program that stands still for longer than its deadline goes on where it was, again and again."""
    seed = random.SystemRandom().randrange(10**6)
    print(f"seed {seed}")  # noqa: T201 - shown where it fails
    rng = random.Random(seed)
    with closing(Stable()) as stable:
        stable.start(laptop, rng, SHORT)
        for _ in range(3):
            listen([laptop], rng.uniform(0.05, 0.2))
            laptop.pause()
            listen([laptop], SHORT * 1.5)
            laptop.resume()
        before = laptop.exchanges
        while laptop.exchanges == before and laptop.runs:
            listen([laptop], 0.05)
        laptop.kill()
    assert problems(field) == []


def test_the_watchdog_begins_a_sync_anew_by_itself(field: Ground, laptop: Laptop) -> None:
    """Online, with work, and no sign of life: broken off, and once central goes on the work is sent unasked."""
    ear = Ear()
    with laptop.opened() as vault:
        act = acts(laptop.persons[0], laptop.officer, "watched", random.Random(9))
        background = Background(vault, ear, Pace(first=0, every=3_600, look=0.1, still=0.5))
        field.process.pause()
        laptop.typed.append("watched")
        perform(vault, act, AT)
        laptop.saved.add("watched")
        background.start()
        try:
            assert isinstance(ear.heard.get(timeout=20), Offline)  # long before any deadline of the exchange's own
            field.process.resume()
            while isinstance(heard := ear.heard.get(timeout=PATIENCE), Offline):
                """Another may have been broken off before central went on."""
        finally:
            background.stop()
        assert isinstance(heard, Receipt), heard
        assert heard.not_sent == 0
    assert problems(field) == []
