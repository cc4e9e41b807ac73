"""Queued entries of about 1 KB up to central, and down to a fresh device, against PouchDB and WatermelonDB.

Every racer is a process of its own, all are durable and on loopback, and all get the same entries, turn by turn. The
bytes are counted in a run of their own, through a relay.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.peers.installed import peers_folder, versions
from benchmarks.prose import named
from benchmarks.raced import DURABILITY, Raced, entries, raced, somebody
from benchmarks.racing import Program, program
from benchmarks.relay import relay_to
from benchmarks.timing import Json, Result, Skipped
from fieldpo.demo.serving import scratch_folder
from fieldpo.sync.protocol.ids import new_id

COUNTS = (1_000, 10_000)
RUNS = 3
HERE = Path(__file__).parent.parent
_LEVEL = "LevelDB with sync: true on every write, on both sides"
_SQLITE = "better-sqlite3, WAL, synchronous=FULL, on both sides; the server is ours and keeps no ledger"


@dataclass(frozen=True)
class Racer:
    """One of those that race; `batch` where it has batches of a size to choose."""

    name: str
    kind: str
    durability: str
    batch: int = 0
    synced: str = "synced"


OURS = Racer("fieldpo", "fieldpo", DURABILITY)
RACERS = (
    OURS,
    Racer("PouchDB, batch 100", "pouch", _LEVEL, 100),
    Racer("PouchDB, batch 1000", "pouch", _LEVEL, 1_000),
    Racer("PouchDB as it comes, batch 1000", "pouch", "LevelDB without sync: not durable", 1_000, "unsynced"),
    Racer("WatermelonDB", "watermelon", _SQLITE),
)


@dataclass(frozen=True)
class Found:
    """One run: milliseconds, and bytes where they were counted."""

    up: float
    down: float
    bytes_up: int = 0
    bytes_down: int = 0
    before_index: float = 0.0
    """Of `down`, until every record is written; then comes the full-text index, which no peer has."""


@dataclass(frozen=True)
class Track:
    """A server's address, a device that has queued what shall go up, and a fresh one."""

    url: str
    first: Program
    fresh: Program


def run() -> Result:
    """Race at each count."""
    numbers: Json = {"prose": named()}
    racers: Sequence[Racer] = RACERS
    try:
        peers_folder()
        numbers["peers"] = versions()
    except Skipped as why:
        numbers["peers"] = f"skipped: {why}"
        racers = (OURS,)
    for count in COUNTS:
        numbers[f"{count:,} entries"] = _race(racers, count)
    return Result("faster than both; upload bytes ≤ 0.3 of PouchDB's", numbers)


def _race(racers: Sequence[Racer], count: int) -> Json:
    found: dict[str, list[Found]] = {racer.name: [] for racer in racers}
    counted: dict[str, Found] = {}
    for turn in range(RUNS + 1):
        for racer in racers:
            one = one_turn(racer, count, turn + 1, counted=turn == 0)
            if turn == 0:
                counted[racer.name] = one
            else:
                found[racer.name].append(one)
            print(f"  {racer.name}: up {one.up:.0f} ms, down {one.down:.0f} ms", file=sys.stderr, flush=True)
    return {racer.name: _summed(racer, found, counted) for racer in racers}


def _summed(racer: Racer, found: dict[str, list[Found]], counted: dict[str, Found]) -> Json:
    ours, theirs = found[OURS.name], found[racer.name]
    bytes_up = counted[racer.name].bytes_up
    up, down = [one.up for one in theirs], [one.down for one in theirs]
    return {
        "up_ms": {"median": round(statistics.median(up)), "least": round(min(up))},
        "down_ms": {"median": round(statistics.median(down)), "least": round(min(down))},
        "down_before_index_ms": {
            "median": round(statistics.median(one.before_index for one in theirs)),
            "least": round(min(one.before_index for one in theirs)),
        },
        "ours_to_this_up": round(statistics.median(one.up for one in ours) / statistics.median(up), 2),
        "ours_to_this_down": round(statistics.median(one.down for one in ours) / statistics.median(down), 2),
        "ours_before_index_to_this_down": round(
            statistics.median(one.before_index for one in ours) / statistics.median(down), 2
        ),
        "bytes_up": bytes_up,
        "bytes_down": counted[racer.name].bytes_down,
        "our_bytes_up_to_these": round(counted[OURS.name].bytes_up / bytes_up, 3),
        "durability": racer.durability,
    }


def one_turn(racer: Racer, count: int, seed: int, *, counted: bool) -> Found:
    """One racer's turn: up from one device, down to a fresh one. Raises `AssertionError` where entries are missing."""
    with scratch_folder() as folder, ExitStack() as stack:
        track = stack.enter_context((_our_track if racer is OURS else _their_track)(racer, folder, count, seed))
        relay = stack.enter_context(relay_to(track.url)) if counted else None
        url = relay.url if relay else track.url
        up = track.first.do("up", url=url, batch=racer.batch)
        bytes_up, before = (relay.up, relay.down) if relay else (0, 0)
        down = track.fresh.do("down", url=url, batch=racer.batch)
        if down["standing"] != count or up.get("left") or up.get("failed"):
            raise AssertionError(f"{racer.name} did not bring all {count} entries: {up}, {down}")
        here = float(str(down.get("before_index_ms", down["ms"])))
        return Found(_ms(up), _ms(down), bytes_up, relay.down - before if relay else 0, here)


def _ms(told: Json) -> float:
    return float(str(told["ms"]))


@contextmanager
def _our_track(_: Racer, folder: Path, count: int, seed: int) -> Iterator[Track]:
    with raced(folder) as world, program(_ours(world, "first"), HERE) as first:
        first.do("down", url=world.ground.url)  # the clients whom the entries are about
        first.do("prepare", file=str(entries(folder, world.whose, count, seed)))
        with program(_ours(world, "fresh"), HERE) as fresh:
            yield Track(world.ground.url, first, fresh)


def _ours(world: Raced, name: str) -> list[str | Path]:
    return [sys.executable, "-m", "benchmarks.device", world.laptop(name)]


@contextmanager
def _their_track(racer: Racer, folder: Path, count: int, seed: int) -> Iterator[Track]:
    with ExitStack() as stack:

        def started(what: str, place: str) -> Program:
            (folder / place).mkdir()
            argv: list[str | Path] = ["node", f"{racer.kind}_{what}.js", folder / place, racer.synced]
            return stack.enter_context(program(argv, peers_folder()))

        server, first, fresh = started("server", "server"), started("device", "first"), started("device", "fresh")
        first.do("prepare", file=str(entries(folder, somebody(new_id()), count, seed)))
        yield Track(f"http://127.0.0.1:{server.greeting['port']}", first, fresh)
