"""Case notes composed from phrases, each drawn with the generator's own randomness.

The phrases stand in ``phrases.toml``. A frame is compiled once into a format string and the pools that fill
it, so that a note of five sentences costs about ten microseconds.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Sequence
from functools import cache
from importlib import resources
from random import Random

from fieldpo.demo.names import GIVEN_NAMES, STREETS

Draw = Callable[[], float]
"""A source of numbers from 0 up to 1, such as ``Random(seed).random``."""

LONGEST = 12_000
"""The longest note that is composed, in characters."""

_SLOT = re.compile(r"\{(\w+)\}")
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
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
    pools: dict[str, _Pool] = {
        "n": [str(n) for n in range(2, 30)],
        "time": [f"{h:02}:{m:02}" for h in range(7, 21) for m in range(0, 60, 5)],
        "date": [f"{d:02} {m}" for m in _MONTHS for d in range(1, 29)],
        "money": [f"${n}" for n in (*range(12, 99, 3), *range(100, 900, 25))],
        "street": [f"{street} St" for street in STREETS],
        "first": list(GIVEN_NAMES),
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


def say(topic: str, draw: Draw) -> str:
    """Compose one sentence on a topic (a list of frames in ``phrases.toml``), its first letter a capital."""
    frames = _frames()[topic]
    words = frames[int(draw() * len(frames))].say(draw)
    return words[0].upper() + words[1:]


def note(topics: Sequence[str], draw: Draw) -> str:
    """Compose a note of one sentence a topic, in paragraphs of a few sentences."""
    frames = _frames()
    parts: list[str] = []
    for topic in topics:
        choices = frames[topic]
        words = choices[int(draw() * len(choices))].say(draw)
        parts.append(words[0].upper() + words[1:])
    if len(parts) > 3 and draw() < 0.5:
        half = len(parts) // 2 + 1
        return " ".join(parts[:half]) + "\n\n" + " ".join(parts[half:])
    return " ".join(parts)


def long_note(draw: Draw) -> str:
    """Compose a long note in titled paragraphs, of 2,000 to 12,000 characters: an intake, an interview."""
    wanted = 2_000 + int(draw() * (LONGEST - 2_000))
    titles = ("Home", "Work", "Treatment", "Use", "Talk", "Collateral", "Told", "Proof")
    paragraphs: list[str] = ["Long interview. " + say("open_office", draw)]
    length = len(paragraphs[0])
    at = 0
    while length < wanted:
        title = titles[at % len(titles)]
        words = f"{title}. " + " ".join(say(title.lower(), draw) for _ in range(3 + int(draw() * 5)))
        paragraphs.append(words)
        length += len(words) + 2
        at += 1
    return "\n\n".join(paragraphs)[:LONGEST].rstrip()
