"""A synthetic caseload from a seed: people, cases, two years of contacts, and what lies ahead.

The same seed, day and pack give the same records byte for byte; person number n is the same in a caseload
of 60 and of 120 as long as nothing else differs. Nothing in it is about a real person.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from fieldpo.demo.drawing import Json, Record, Weekday, allotted, days_from, record_id
from fieldpo.demo.hearings import hearings
from fieldpo.demo.histories import Hands, history
from fieldpo.demo.people import Client, make_client
from fieldpo.errors import BadInput
from fieldpo.supervision.appointments import clashes
from fieldpo.supervision.calendar import local
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.written.codes import by_code

_AHEAD = 45
_MONTH = 30.4
_TODAY_EVERY, _WEEK_SHARE, _LATER_SHARE = 10, 0.35, 0.4


def make_caseload(
    seed: int,
    clients: int = 60,
    years: int = 2,
    *,
    today: datetime,
    officer_id: str,
    pack: Pack,
    entries: int | None = None,
    supervisor_id: str = "",
) -> Iterator[Record]:
    """Yield the records of a caseload, a person's own before their history, parents before children.

    ``today`` carries a UTC offset; its day on the office's clock is the day that appointments lie around,
    and contacts end the day before. ``entries`` sets the number of contacts exactly; without it each level
    has its rate. Central's own kinds (officer, caseload) are not made. Raises BadInput for counts that make
    no caseload.
    """
    if clients < 1 or not 1 <= years <= 50 or (entries is not None and entries < 0):
        raise BadInput("A caseload needs at least 1 client, 1 to 50 years and no negative number of entries.")
    day = local(today, pack).date()
    past = days_from(pack, day - timedelta(days=round(years * 365.25)), day - timedelta(days=1))
    ahead = days_from(pack, day, day + timedelta(days=_AHEAD))
    people = [make_client(seed, place, years, day, pack) for place in range(clients)]
    spans = [_open_days(client, past) for client in people]
    weights = [client.rate * len(span) for client, span in zip(people, spans, strict=True)]
    if entries is None:
        open_share = sum(one.open for one in past) / len(past)
        entries = round(sum(weights) / open_share / _MONTH)
    hands = Hands(officer_id, supervisor_id or officer_id, pack, past)
    taken: list[tuple[datetime, int]] = []
    for client, span, count in zip(people, spans, allotted(entries, weights), strict=True):
        yield from client.records
        yield from history(client, count, span, hands)
        yield from _ahead(client, ahead, taken, pack)
        yield from hearings(client, day, pack)


def _open_days(client: Client, past: Sequence[Weekday]) -> list[Weekday]:
    """List the office days on which a client's contacts may lie: from the start of a complete history on."""
    # A few entries of the earlier officer lie before the day from which the history is complete.
    begin = max(client.start, client.complete_from - timedelta(days=20))
    days = [one for one in past if one.open and one.day >= begin]
    return days or [one for one in past if one.open][-1:]


def _ahead(client: Client, ahead: Sequence[Weekday], taken: list[tuple[datetime, int]], pack: Pack) -> Iterator[Record]:
    if client.status in {"absconded", "closed", "in_custody"}:
        return
    day = _next_day(client, ahead)
    if day is None:
        return
    rng = client.rng
    kind = by_code(pack.appointment_kinds, rng.choice(("office", "office", "office", "office_ua", "home", "phone")))
    minute = _free_minute(day, kind.minutes, rng.randrange(36), taken, pack)
    body: dict[str, Json] = {
        "person_id": client.id,
        "case_id": client.case_id,
        "starts_at": day.stamp(minute),
        "minutes": kind.minutes,
        "appointment": kind.code,
        "place": kind.place,
        "status": "moved" if rng.random() < 0.1 else "made",
    }
    made = day.milliseconds(minute) - (14 + ahead.index(day)) * 86_400_000
    yield Record("appointment", record_id(rng, made), body)


def _next_day(client: Client, ahead: Sequence[Weekday]) -> Weekday | None:
    # Today has appointments even on a Sunday: a demo or a class is held on any day.
    if client.place % _TODAY_EVERY == 0:
        return ahead[0]
    chance = client.rng.random()
    if client.slipping or chance > _WEEK_SHARE + _LATER_SHARE:
        return None
    near = ahead[1:8] if chance < _WEEK_SHARE else ahead[8:]
    days = [one for one in near if one.open]
    return client.rng.choice(days) if days else None


def _free_minute(day: Weekday, minutes: int, first: int, taken: list[tuple[datetime, int]], pack: Pack) -> int:
    """Find a quarter of an hour within office hours that clashes with nothing yet; a full day doubles up."""
    opens, closes = pack.office.opens.hour * 4, pack.office.closes.hour * 4
    wanted = opens * 15
    for turn in range(closes - opens):
        wanted = (opens + (first + turn) % (closes - opens)) * 15
        start = datetime.fromisoformat(day.stamp(wanted))
        if wanted + minutes <= closes * 15 and not clashes(start, minutes, taken):
            taken.append((start, minutes))
            return wanted
    return wanted
