"""Case notes composed from phrases, each drawn with the generator's own randomness.

The phrases stand in ``phrases.toml``. A frame is compiled once into a format string and the pools that fill
it, so that a note of five sentences costs about ten microseconds.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Sequence
from datetime import date
from functools import cache
from importlib import resources
from random import Random

from fieldpo.demo.names import FAMILY_NAMES, GIVEN_NAMES, STREETS

Draw = Callable[[], float]
"""A source of numbers from 0 up to 1, such as ``Random(seed).random``."""

LONGEST = 12_000
"""The longest note that is composed, in characters."""

_SLOT = re.compile(r"\{(\w+)\}")
# Stand in a note for a day before it and a day after it, until the note is dated.
_BEFORE, _AFTER = "\x01", "\x02"
_NEAR = 45
_TWO_PARAGRAPHS = 4
_DEPTH = 3  # a pool's phrase may draw from pools, whose phrases may again, and no deeper


class _Frame:
    """One sentence with holes: ``words`` takes as many drawn values as there are ``pools``."""

    __slots__ = ("pools", "words")

    def __init__(self, words: str, pools: tuple[_Pool, ...]) -> None:
        self.words = words
        self.pools = pools

    def say(self, draw: Draw) -> str:
        pools = self.pools
        if not pools:
            return self.words
        return self.words % tuple([pool[int(draw() * len(pool))] for pool in pools])


_Pool = list[str]


@cache
def _frames() -> dict[str, list[_Frame]]:
    text = (resources.files("fieldpo.demo") / "phrases.toml").read_text(encoding="utf-8")
    tree = tomllib.loads(text)
    rng = Random("phrases")
    surnames, houses = rng.choices(FAMILY_NAMES, k=600), rng.choices(range(100, 2900), k=600)
    full = [f"{GIVEN_NAMES[h % len(GIVEN_NAMES)]} {s}" for h, s in zip(houses, surnames, strict=True)]
    pools: dict[str, _Pool] = {
        "n": [str(n) for n in range(2, 30)],
        "time": [f"{h:02}:{m:02}" for h in range(7, 21) for m in range(60)],
        "date": [_BEFORE],
        "later": [_AFTER],
        "money": [f"${n // 100}.{n % 100:02}" if n % 3 else f"${n // 100}" for n in range(1200, 90000, 137)],
        "street": [f"{house} {STREETS[house % len(STREETS)]} St" for house in houses],
        "first": [*GIVEN_NAMES, *full],
    }
    raw: dict[str, list[str]] = tree["pools"]
    for _ in range(_DEPTH):
        for name, phrases in raw.items():
            if name not in pools and all(slot in pools for one in phrases for slot in _SLOT.findall(one)):
                pools[name] = _spread(phrases, pools, rng)
    return {name: [_compile(one, pools) for one in ones] for name, ones in tree["frames"].items()}


def _spread(phrases: Sequence[str], pools: dict[str, _Pool], rng: Random) -> _Pool:
    """Fill a pool's own holes beforehand, some dozens of ways each, so that drawing it stays one step."""
    made: _Pool = []
    for phrase in phrases:
        times = 24 if _SLOT.search(phrase) else 1
        made += [_compile(phrase, pools).say(rng.random) for _ in range(times)]
    # Phrases without holes are repeated, or those with holes would crowd them out.
    plain = [phrase for phrase in phrases if not _SLOT.search(phrase)]
    return made + plain * 23 if len(plain) < len(phrases) else made


def _compile(phrase: str, pools: dict[str, _Pool]) -> _Frame:
    slots = _SLOT.findall(phrase)
    return _Frame(_SLOT.sub("%s", phrase.replace("%", "%%")) if slots else phrase, tuple(pools[s] for s in slots))


def say(topic: str, draw: Draw, day: date) -> str:
    """Compose one sentence on a topic (a list of frames in ``phrases.toml``), its dates around ``day``."""
    return _dated(_say(topic, draw), draw, day)


def note(topics: Sequence[str], draw: Draw, day: date) -> str:
    """Compose a note of one sentence a topic, in one or two paragraphs, its dates around ``day``."""
    parts = [_say(topic, draw) for topic in topics]
    if len(parts) >= _TWO_PARAGRAPHS and draw() < 0.5:
        half = len(parts) // 2 + 1
        return _dated(" ".join(parts[:half]) + "\n\n" + " ".join(parts[half:]), draw, day)
    return _dated(" ".join(parts), draw, day)


def long_note(draw: Draw, day: date) -> str:
    """Compose a long note in titled paragraphs, of 2,000 to 12,000 characters: an intake, an interview."""
    wanted = 2_000 + int(draw() * (LONGEST - 2_000))
    titles = ("Home", "Work", "Treatment", "Use", "Talk", "Collateral", "Told", "Proof")
    paragraphs = ["Long interview. " + _say("open_office", draw)]
    length = len(paragraphs[0])
    while length < wanted:
        title = titles[(len(paragraphs) - 1) % len(titles)]
        words = f"{title}. " + " ".join(_say(title.lower(), draw) for _ in range(3 + int(draw() * 5)))
        paragraphs.append(words)
        length += len(words) + 2
    return _dated("\n\n".join(paragraphs), draw, day)[:LONGEST].rstrip()


def _say(topic: str, draw: Draw) -> str:
    frames = _frames()[topic]
    words = frames[int(draw() * len(frames))].say(draw)
    return words[0].upper() + words[1:]


def _dated(text: str, draw: Draw, day: date) -> str:
    """Put days near the note's own where the phrases left a mark for one."""
    at = day.toordinal()
    for mark, step in ((_BEFORE, -1), (_AFTER, 1)):
        if mark in text:
            first, *rest = text.split(mark)
            text = first + "".join([_written(at + step * (1 + int(draw() * _NEAR))) + part for part in rest])
    return text


@cache
def _written(ordinal: int) -> str:
    return f"{date.fromordinal(ordinal):%d %b}"
