"""Random drug-test draws that can be computed again for any past day, and audited.

A draw is a function of the agency's secret, the person, the day (or the period), the plan and the days open. Each
number is taken from HMAC-SHA256 with the secret as key over the text ``fieldpo draw 1``, a purpose, the person's id and
the day, one a line. Who has not the secret can foretell nothing, however many past draws they saw; who has it can
prove every draw, and every day without one. `fingerprint` names a secret without giving it away, for the audit record.

Days are calendar days at the office; a past day is drawn again with its own plan and calendar. Whoever holds
the secret can work out coming days too: keep it from the person, and from whoever must not know in advance.
"""

from __future__ import annotations

import hashlib
import hmac
from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from fractions import Fraction
from typing import Final, Literal

import msgspec

from fieldpo.errors import BadInput, PolicyError
from fieldpo.supervision.toml.lines import lines_of, placed
from fieldpo.supervision.toml.reading import where_and_said
from fieldpo.supervision.toml.text import tree_of

Per = Literal["week", "month", "days"]
OpenOn = Callable[[date], bool]
"""Whether a person can be called in on a day: the laboratory or the office is open."""

SHORTEST_SECRET: Final = 16
"""Bytes below which a secret could be guessed by trying."""

_LABEL: Final = "fieldpo draw 1"
_BITS: Final = 64
_FIRST_YEAR: Final = 1900
_LAST_YEAR: Final = 2200


class OddsPlan(msgspec.Struct, frozen=True, tag="odds", forbid_unknown_fields=True):
    """Each open day on its own: drawn on ``hits`` days of ``out_of``, in the long run. In force from ``starts_on``."""

    starts_on: date
    hits: int
    out_of: int
    ends_before: date | None = None


class PeriodPlan(msgspec.Struct, frozen=True, tag="period", forbid_unknown_fields=True):
    """``least`` to ``most`` draws in every period: a week (Monday to Sunday), a month, or ``days`` days from the start.

    How many, and on which open days, is drawn for the period as a whole, from the plan's first day on. A first period
    cut short, and one with fewer open days than ``least``, has as many as its days allow. From ``ends_before`` on
    nothing is drawn, and what was drawn before stays as it was: ending a plan rewrites no past day.
    """

    starts_on: date
    least: int
    most: int
    per: Per = "month"
    days: int = 0
    ends_before: date | None = None


Plan = OddsPlan | PeriodPlan


class Draw(msgspec.Struct, frozen=True):
    """What was drawn for a person on a day, why, and the fingerprint of the secret that it can be proved with."""

    person_id: str
    day: date
    drawn: bool
    why: str
    secret_fingerprint: str


def read_plan(text: str, source: str) -> Plan:
    """Read a plan from TOML; ``source`` is the file that an error names, with line and key.

    Raises PolicyError where it is no TOML, or no sound plan.
    """
    tree = tree_of(text, source)
    try:
        plan: Plan = msgspec.convert(tree, Plan)
    except msgspec.ValidationError as cause:
        raise PolicyError(placed(source, lines_of(text), *where_and_said(str(cause)))) from cause
    check(plan)
    return plan


def draw(plan: Plan, secret: bytes, person_id: str, day: date, open_on: OpenOn) -> Draw:
    """Draw for a person on a day; the same four always give the same answer.

    Raises BadInput for a day outside the plan or a secret that is too short, PolicyError for a plan that is not sound.
    """
    check(plan)
    if len(secret) < SHORTEST_SECRET:
        raise BadInput(f"A secret for draws has at least {SHORTEST_SECRET} bytes; this one has {len(secret)}.")
    if not person_id.strip() or "\n" in person_id:
        raise BadInput("A draw is made for a person's ID, one line of text; this one is empty or has several.")
    if day < plan.starts_on or (plan.ends_before is not None and day >= plan.ends_before):
        until = f" to before {plan.ends_before}" if plan.ends_before else " on"
        raise BadInput(f"The test plan is in force from {plan.starts_on}{until}; {day} lies outside it.")
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise BadInput(f"A draw is made for a year from {_FIRST_YEAR} to {_LAST_YEAR}; {day} lies outside them.")
    if not open_on(day):
        drawn, why = False, "closed on this day"
    elif isinstance(plan, OddsPlan):
        drawn, why = _by_odds(plan, secret, person_id, day)
    else:
        drawn, why = _by_period(plan, secret, person_id, day, open_on)
    return Draw(person_id, day, drawn, why, fingerprint(secret))


def check(plan: Plan) -> None:
    """Raise PolicyError, naming the key, where a plan is not sound."""
    if plan.ends_before is not None and plan.ends_before <= plan.starts_on:
        raise PolicyError(f"test plan: ends_before: expected a day after {plan.starts_on}, got {plan.ends_before}.")
    if isinstance(plan, OddsPlan):
        if not 0 <= plan.hits <= plan.out_of or plan.out_of < 1:
            raise PolicyError(f"test plan: hits: expected 0 to out_of, got {plan.hits} of {plan.out_of}.")
        return
    if not 0 <= plan.least <= plan.most:
        raise PolicyError(f"test plan: least: expected 0 to most, got {plan.least} to {plan.most}.")
    if (plan.per == "days") != (plan.days > 0):
        raise PolicyError(f"test plan: days: expected it with per “days” only, and above 0, got {plan.days}.")


def fingerprint(secret: bytes) -> str:
    """Name a secret by 16 hexadecimal digits, from which it cannot be found."""
    return hmac.new(secret, f"{_LABEL}\nfingerprint".encode(), hashlib.sha256).hexdigest()[:16]


def period_of(plan: PeriodPlan, day: date) -> tuple[date, date]:
    """Return the first and the last day of the period that holds this day, before the plan cuts it."""
    match plan.per:
        case "week":
            first = day - timedelta(days=day.weekday())
            return first, first + timedelta(days=6)
        case "month":
            return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])
        case _:
            first = plan.starts_on + timedelta(days=(day - plan.starts_on).days // plan.days * plan.days)
            return first, first + timedelta(days=plan.days - 1)


def _by_odds(plan: OddsPlan, secret: bytes, person_id: str, day: date) -> tuple[bool, str]:
    number = _number(secret, "odds", person_id, day)
    drawn = Fraction(number, 1 << _BITS) < Fraction(plan.hits, plan.out_of)
    sign = "below" if drawn else "not below"
    return drawn, f"{number / (1 << _BITS):.6f} is {sign} {plan.hits}/{plan.out_of}"


def _by_period(plan: PeriodPlan, secret: bytes, person_id: str, day: date, open_on: OpenOn) -> tuple[bool, str]:
    first, last = period_of(plan, day)
    # Days from the plan's end on stay in: a plan that is ended later must not change what it drew before.
    days = [one for one in _span(first, last) if plan.starts_on <= one and open_on(one)]
    most = min(plan.most, len(days))
    least = min(plan.least, most)
    wanted = least + _below(secret, "how many", person_id, first, most - least + 1)
    # A shuffle of Fisher and Yates, as far as it is needed: each set of days is as likely as any other.
    for place in range(wanted):
        other = place + _below(secret, f"which {place}", person_id, first, len(days) - place)
        days[place], days[other] = days[other], days[place]
    drawn = day in days[:wanted]
    chosen = ", ".join(one.isoformat() for one in sorted(days[:wanted])) or "none"
    return drawn, f"{wanted} of {len(days)} open days in {first} to {last}: {chosen}"


def _span(first: date, last: date) -> Iterator[date]:
    for n in range((last - first).days + 1):
        yield first + timedelta(days=n)


def _number(secret: bytes, purpose: str, person_id: str, day: date) -> int:
    text = f"{_LABEL}\n{purpose}\n{person_id}\n{day.isoformat()}"
    return int.from_bytes(hmac.new(secret, text.encode(), hashlib.sha256).digest()[: _BITS // 8])


def _below(secret: bytes, purpose: str, person_id: str, day: date, end: int) -> int:
    """A number from 0 to below ``end``, each as likely: a number above the last whole multiple is drawn again."""
    fair = (1 << _BITS) // end * end
    again = 0
    while True:
        number = _number(secret, f"{purpose} {again}" if again else purpose, person_id, day)
        if number < fair:
            return number % end
        again += 1
