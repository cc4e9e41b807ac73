"""Drawing the odds, ids and days of a synthetic caseload from one person's own seed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, NamedTuple, TypeVar

from fieldpo.supervision.calendar import at, is_office_day, zone_of
from fieldpo.supervision.pack import Pack

T = TypeVar("T")
Json = Any


class Record(NamedTuple):
    """One record as central keeps it: its kind, its id (a UUID), and its body as JSON values."""

    kind: str
    id: str
    body: dict[str, Json]


class Weekday(NamedTuple):
    """A day with what each stamp on it needs, so that 250,000 stamps cost no date arithmetic."""

    day: date
    text: str
    offset: str
    midnight: int
    """Unix time in milliseconds when the day begins on the office's clock."""
    open: bool

    def stamp(self, minutes: int) -> str:
        """Write the moment so many minutes after midnight, with the office's UTC offset of the day's noon."""
        return f"{self.text}T{minutes // 60:02}:{minutes % 60:02}:00{self.offset}"

    def milliseconds(self, minutes: int) -> int:
        """Return that moment as Unix time in milliseconds."""
        return self.midnight + minutes * 60_000


def days_from(pack: Pack, first: date, last: date) -> list[Weekday]:
    """List every day from ``first`` to ``last`` on the office's clock, both counted."""
    zone = zone_of(pack)
    found = []
    for n in range((last - first).days + 1):
        day = first + timedelta(days=n)
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=zone)
        midnight = int(noon.timestamp() * 1000) - 12 * 3_600_000
        found.append(Weekday(day, day.isoformat(), noon.isoformat()[-6:], midnight, is_office_day(pack, day)))
    return found


def record_id(rng: Random, milliseconds: int) -> str:
    """Make a UUIDv7 from a moment in Unix milliseconds and the seed's randomness: in the order of time, as
    real ones."""
    bits = rng.getrandbits(74)
    low = (bits & 0x3FFF_FFFF_FFFF_FFFF) | 0x8000_0000_0000_0000
    when = f"{milliseconds:012x}"
    tail = f"{low:016x}"
    return f"{when[:8]}-{when[8:]}-7{bits >> 62:03x}-{tail[:4]}-{tail[4:]}"


def milliseconds_of(day: date, pack: Pack) -> int:
    """Return the moment when the office opens on a day as Unix time in milliseconds."""
    return int(at(day, pack.office.opens, pack).timestamp() * 1000)


def picked(rng: Random, shares: Sequence[tuple[T, float]]) -> T:
    """Draw one of some values by their shares."""
    return rng.choices([value for value, _ in shares], [share for _, share in shares])[0]


def allotted(total: int, weights: Sequence[float]) -> list[int]:
    """Share out a total by weights so that the parts add up to it exactly, the largest remainders first."""
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    exact = [total * weight / whole for weight in weights]
    parts = [int(one) for one in exact]
    short = total - sum(parts)
    order = sorted(range(len(weights)), key=lambda at: (parts[at] - exact[at], at))
    for at_place in order[:short]:
        parts[at_place] += 1
    return parts
