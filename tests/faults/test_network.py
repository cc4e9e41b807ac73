"""A network that cuts, delays, doubles, answers for central or never: nothing is lost, doubled or waited for long."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing

import pytest
from sqlalchemy import text

from fieldpo.errors import Offline
from fieldpo.store.acting import outbox
from fieldpo.sync.client import open_client
from fieldpo.sync.effects import Fault
from fieldpo.sync.runner import sync_once
from fieldpo.sync.transport import Transport

from .ground import Ground
from .laptops import Laptop
from .network import BREAKING, HOLDING, Network, between
from .typist import impatient
from .whole import problems

SHORT = 0.4
"""Seconds that these tests give an exchange instead of two minutes."""


@pytest.fixture(scope="module")
def network(field: Ground) -> Iterator[Network]:
    """What lies between."""
    with between(field.process.url) as one:
        yield one


@pytest.fixture(scope="module")
def laptop(field: Ground, network: Network) -> Laptop:
    """A laptop that reaches central through the network."""
    return field.enrol(field.officer("reyes", clients=40), url=network.url)


@pytest.fixture(autouse=True)
def calm(network: Network) -> None:
    """Each test says itself what happens."""
    network.fates.clear()
    network.met.clear()
    network.outlasted.clear()
    network.too_large = 0


def test_every_kind_of_trouble_one_after_another(field: Ground, laptop: Laptop, network: Network) -> None:
    """Entries go up under every fault that ends by itself, in an order from a seed; afterwards all stand once."""
    seed = random.SystemRandom().randrange(10**6)
    print(f"seed {seed}")  # noqa: T201 - shown where it fails
    rng = random.Random(seed)
    fates = list(BREAKING)
    rng.shuffle(fates)
    with laptop.opened() as vault, closing(open_client(vault)) as client:
        for number, fate in enumerate(fates):
            field.central.edit(
                laptop.persons[1], given_name=f"{seed} {number} {random.Random(number).randbytes(900).hex()}"
            )
            laptop.type(vault, f"{seed} {fate}")
            network.fates = [fate]
            try:
                sync_once(vault, client, attempts=1)
            except Offline:
                with vault.reading() as connection:
                    assert outbox.counts(connection).not_sent > 0
    assert [fate for fate in network.met if fate] == fates
    assert problems(field) == []


@pytest.mark.parametrize("fate", HOLDING)
def test_no_exchange_is_waited_for_without_end(field: Ground, laptop: Laptop, network: Network, fate: str) -> None:
    """An answer that never comes ends at the exchange's deadline, and the sync goes on with the next try."""
    with laptop.opened() as vault, closing(impatient(vault, SHORT)) as client:
        laptop.type(vault, fate)
        network.fates = [fate]
        assert sync_once(vault, client, attempts=2).received == 1
    assert (network.met[0], network.outlasted) == (fate, [])
    assert problems(field) == []


@pytest.mark.parametrize("fate", HOLDING)
def test_a_new_token_is_not_waited_for_without_end(network: Network, fate: str) -> None:
    """Nor is any other answer of central's."""
    network.fates = [fate]
    with Transport(network.url) as transport:
        assert isinstance(transport.form("/oauth/token", {"grant_type": "refresh_token"}, SHORT), Fault)
    assert (network.met, network.outlasted) == ([fate], [])


def test_a_proxy_that_takes_no_large_request_delays_one_entry_only(
    field: Ground, laptop: Laptop, network: Network
) -> None:
    """413 to whatever holds the long entry: it stays behind and is shown, the others are received."""
    network.too_large = 6_000
    with laptop.opened() as vault, closing(open_client(vault)) as client:
        laptop.type(vault, "before")
        long = random.Random(1).randbytes(8_000).hex()
        laptop.type(vault, long)
        laptop.type(vault, "after")
        receipt = sync_once(vault, client, attempts=1)
        assert (receipt.received, receipt.not_sent) == (2, 1)
        with vault.reading() as connection:
            assert connection.scalar(text("SELECT max(tries) FROM op WHERE state = 'waiting'")) == 1
    network.too_large = 0
    assert problems(field) == []
