"""Random test draws out of the records alone: who is drawn on a day, and past days drawn again beside the tests.

Nothing of a draw is stored: the plan's record holds its seed, so that any device and central compute the same. A plan
that is replaced or withdrawn stays in sight with who wrote it, when and why.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import msgspec
from sqlalchemy import Connection

from fieldpo.errors import FieldpoError
from fieldpo.plain import count, day
from fieldpo.store.database.at_once import AtOnce
from fieldpo.store.entries.drug_test import plan_record
from fieldpo.store.queries.clients.names import officers_named
from fieldpo.store.queries.rules.policy import main_pack
from fieldpo.supervision.calendar import local
from fieldpo.supervision.drug_tests.draw_plans import PlanRecord, drawn, plan_line, plan_on, seed_of, trouble_of
from fieldpo.supervision.drug_tests.draws import fingerprint
from fieldpo.supervision.pack import Pack

_PLANS = AtOnce(
    "SELECT p.id, p.person_id, p.body, w.body AS withdrawal FROM r_draw_plan p "
    "LEFT JOIN r_withdrawal w ON w.entry_id = p.id AND w.hidden = 0 "
    "WHERE p.hidden = 0 AND (:person IS NULL OR p.person_id = :person) ORDER BY p.id"
)
_TESTS = AtOnce(
    "SELECT t.id, t.person_id, t.outcome, t.drawn_on FROM r_drug_test t WHERE t.hidden = 0 AND t.drawn_on IS NOT NULL "
    "AND (:person IS NULL OR t.person_id = :person) AND t.drawn_on BETWEEN :first AND :last "
    "AND NOT EXISTS (SELECT 1 FROM r_withdrawal w WHERE w.entry_id = t.id AND w.hidden = 0) ORDER BY t.id"
)
_CASES = AtOnce("SELECT person_id, status FROM r_case WHERE hidden = 0")
MOST_DAYS = 366
"""Days that are drawn again at once."""


@dataclass(frozen=True)
class DrawnPerson:
    """Somebody who is drawn on a day. `test_id` is the test that answers it, empty while none was recorded."""

    person_id: str
    plan_id: str
    panel: str
    day: dt.date
    why: str
    test_id: str = ""
    outcome: str = ""


@dataclass(frozen=True)
class DrawnDay:
    """One day of an audit: whether it was drawn, by which plan, why, and the random test recorded for it."""

    day: dt.date
    drawn: bool
    why: str
    plan_id: str
    seed: str
    """The fingerprint of the plan's seed."""
    test_id: str = ""
    outcome: str = ""

    @property
    def differs(self) -> bool:
        """A random test on a day that was not drawn."""
        return bool(self.test_id) and not self.drawn


def plans(connection: Connection, pack: Pack, person_id: str | None = None) -> dict[str, list[PlanRecord]]:
    """Every plan by person, the oldest first, with who wrote it; also those replaced and withdrawn."""
    rows = _PLANS.rows(connection, {"person": person_id})
    bodies = [msgspec.json.decode(row.body) for row in rows]
    officers = officers_named(connection, [one["officer_id"] for one in bodies])
    found: dict[str, list[PlanRecord]] = {}
    for row, body in zip(rows, bodies, strict=True):
        withdrawal = msgspec.json.decode(row.withdrawal) if row.withdrawal else None
        made = plan_record(
            row.id,
            body,
            _day(pack, body["written_at"]),
            officer=officers.get(body["officer_id"], ""),
            ended_on=_day(pack, withdrawal["written_at"]) if withdrawal else None,
        )
        found.setdefault(row.person_id, []).append(made)
    return found


def drawn_today(connection: Connection, day: dt.date) -> tuple[DrawnPerson, ...]:
    """Who is drawn for a test on a local day of the agency, of all on this laptop.

    Persons whose cases have all ended are left out, and a plan that is not sound: `audit_lines` names it.
    """
    pack = main_pack(connection, day)
    every = plans(connection, pack)
    if not every:
        return ()
    over = _over(connection, pack)
    tests = _tests(connection, None, day, day)
    pack_on = partial(main_pack, connection)
    found = []
    for person_id, theirs in every.items():
        try:
            made = None if person_id in over else drawn(theirs, day, pack_on)
        except FieldpoError:
            continue  # said by audit_lines, beside the plan
        if made is not None and made[1].drawn:
            test_id, outcome = tests.get((person_id, day.isoformat()), ("", ""))
            plan, one = made
            found.append(DrawnPerson(person_id, plan.plan_id, plan.panel, day, one.why, test_id, outcome))
    return tuple(found)


def drawn_again(connection: Connection, person_id: str, first: dt.date, last: dt.date) -> tuple[DrawnDay, ...]:
    """Each day of a span on which a plan held, drawn again; at most `MOST_DAYS` from its end backwards.

    Raises FieldpoError where a plan of the span is not sound.
    """
    first = max(first, last - dt.timedelta(days=MOST_DAYS - 1))
    pack = main_pack(connection, last)
    theirs = plans(connection, pack, person_id).get(person_id, [])
    tests = _tests(connection, person_id, first, last)
    pack_on = partial(main_pack, connection)
    found = []
    for n in range((last - first).days + 1):
        on = first + dt.timedelta(days=n)
        test_id, outcome = tests.get((person_id, on.isoformat()), ("", ""))
        made = drawn(theirs, on, pack_on)
        if made is not None:
            plan, one = made
            found.append(DrawnDay(on, one.drawn, one.why, plan.plan_id, one.secret_fingerprint, test_id, outcome))
        elif test_id:
            found.append(
                DrawnDay(on, drawn=False, why="no plan held", plan_id="", seed="", test_id=test_id, outcome=outcome)
            )
    return tuple(found)


def audit_lines(connection: Connection, person_id: str, today: dt.date, days: int = 60) -> list[tuple[str, str]]:
    """The draws of the last days as lines, the newest first: drawn and tested, drawn and not, tested and not drawn."""
    pack = main_pack(connection, today)
    theirs = plans(connection, pack, person_id).get(person_id, [])
    if not theirs:
        return []
    wrong = [(one, trouble_of(one)) for one in theirs]
    seeds = {one.plan_id: fingerprint(seed_of(one)) for one, trouble in wrong if one.seed and not trouble}
    lines = [("PLAN", f"{plan_line(one)}{_seed(seeds.get(one.plan_id))}") for one in reversed(theirs)]
    lines += [("WRONG", f"Plan of {day(one.written_on)}: {trouble}") for one, trouble in wrong if trouble]
    try:
        again = drawn_again(connection, person_id, today - dt.timedelta(days=days), today)
    except FieldpoError:
        return lines
    hits = [one for one in again if one.drawn]
    tested = sum(1 for one in hits if one.test_id)
    said = f"{len(hits)} of {count(len(again), 'day')} in the last {days}, {tested} with a test"
    lines.append(("DRAWN", said if again else "no day until now"))
    for one in reversed(again):
        if one.differs:
            lines.append(
                ("NOT DRAWN", f"{day(one.day)}: a random test was recorded, but the plan draws none: {one.why}")
            )
        elif one.drawn:
            came = one.outcome.replace("_", " ") or ("due today" if one.day == today else "NO TEST RECORDED")
            lines.append(("", f"{day(one.day)}: {came}. {one.why}"))
    return lines


def _seed(name: str | None) -> str:
    return f", seed {name}" if name else ""


def holding(connection: Connection, pack: Pack, person_id: str, on: dt.date) -> PlanRecord | None:
    """The plan that holds for a person on a day, or will from the next."""
    theirs = plans(connection, pack, person_id).get(person_id, [])
    return plan_on(theirs, on + dt.timedelta(days=1)) or plan_on(theirs, on)


def _tests(
    connection: Connection, person_id: str | None, first: dt.date, last: dt.date
) -> Mapping[tuple[str, str], tuple[str, str]]:
    span = {"person": person_id, "first": first.isoformat(), "last": last.isoformat()}
    rows = _TESTS.rows(connection, span)
    return {(row.person_id, row.drawn_on): (row.id, row.outcome) for row in rows}


def _over(connection: Connection, pack: Pack) -> frozenset[str]:
    """Persons whose cases have all ended."""
    final = pack.final_statuses
    going: dict[str, bool] = {}
    for row in _CASES.rows(connection):
        going[row.person_id] = going.get(row.person_id, False) or row.status not in final
    return frozenset(person for person, one in going.items() if not one)


def _day(pack: Pack, stamp: str) -> dt.date:
    return local(dt.datetime.fromisoformat(stamp), pack).date()
