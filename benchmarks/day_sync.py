"""An ordinary day's sync: 25 contacts, 3 reports, 10 edits up, 20 changes down, against a bare POST of the same bytes.

The bare POST gets the same answer from a server that does nothing; to it is added the time that central took.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator

import httpx
from sqlalchemy import text

from benchmarks.delayed import Exchange, Way, same_answer, way_to
from benchmarks.served import edit_at_central, training_ground
from benchmarks.timing import Json, Result, Stopwatch, ratio, summary
from fieldpo.demo.check_steps.day import TURNS, a_day
from fieldpo.demo.ground import Ground
from fieldpo.demo.laptop import sync_laptop
from fieldpo.store.acting.acts import Act, perform
from fieldpo.store.vault import Vault

RUNS = 8
DAY = {"contact": 25, "violation report": 3, "edit": 10}
DOWN = 20


def run() -> Result:
    """Sync some days at each delay."""
    numbers: Json = {}
    turns = itertools.count()
    with training_ground() as (ground, vault), way_to(ground.port) as way:
        sync_laptop(vault, ground.url)
        for delay in (0, 200):
            way.delay = delay / 1000
            numbers[f"delay_{delay}_ms"] = _days(vault, way, ground, turns)
    return Result("one round trip; at 200 ms ≤ 1.2 × a bare POST plus central's commit", numbers)


def _days(vault: Vault, way: Way, ground: Ground, turns: Iterator[int]) -> Json:
    ours, bare, behind = Stopwatch(), Stopwatch(), list[float]()
    trips: list[int] = []
    up: list[int] = []
    down: list[int] = []
    for turn in itertools.islice(turns, RUNS):
        for act in _day(vault, turn):
            perform(vault, act)
        edit_at_central(ground, _addresses(vault, turn), f"Round the back, change {turn} {way.delay}.")
        way.went_by.clear()
        with ours.running():
            receipt = sync_laptop(vault, way.url)
        assert receipt.not_sent == 0
        assert not receipt.need_answer
        assert receipt.pulled >= DOWN
        trips.append(len(way.went_by))
        up.append(sum(len(one.sent) for one in way.went_by))
        down.append(sum(len(one.received) for one in way.went_by))
        behind.append(sum(one.behind_ms for one in way.went_by))
        _post_bare(way.went_by, way.delay, bare)
    together = [post + central for post, central in zip(bare.times, behind, strict=True)]
    return {
        "sync": ours.summary(),
        "bare_post": bare.summary(),
        "central": summary(behind),
        "ratio": ratio(ours.times, together),
        "round_trips": sorted(set(trips)),
        "bytes_up": max(up),
        "bytes_down": max(down),
    }


def _post_bare(went_by: list[Exchange], delay: float, watch: Stopwatch) -> None:
    """One POST of the bytes of the first exchange, with a client of its own as the sync has."""
    first = went_by[0]
    with same_answer(first.received, first.answer_headers) as nowhere:
        nowhere.delay = delay
        with watch.running(), httpx.Client(trust_env=False) as client:
            client.post(nowhere.url + first.path, content=first.sent, headers=first.headers).read()


def _day(vault: Vault, turn: int) -> Iterator[Act]:
    """The entries of an ordinary day, on a third of the clients."""
    left = Counter(DAY)
    for typed, act in a_day(vault, turn % TURNS):
        kind = "contact" if typed.what == "home visit" else typed.what
        if left[kind] > 0:
            left[kind] -= 1
            yield act
        if not +left:
            return


def _addresses(vault: Vault, turn: int) -> list[str]:
    """Addresses of clients whom the officer does not edit that day: changes that come down without a conflict."""
    query = text(
        "SELECT a.id FROM r_address a JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM r_person "
        "WHERE hidden = 0) p ON p.id = a.person_id WHERE p.place % :turns <> :turn ORDER BY a.id LIMIT :count"
    )
    with vault.reading() as connection:
        return list(connection.scalars(query, {"turns": TURNS, "turn": turn % TURNS, "count": DOWN}))
