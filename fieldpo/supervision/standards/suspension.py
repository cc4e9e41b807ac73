"""When contacts are not owed: custody, absconding, past the maximum date, an exempt period."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, timedelta

from fieldpo.supervision.standards.case import CaseFacts, Sentence, Stay
from fieldpo.supervision.written.standards import Policy

EXEMPT = "exempt"
PAST_MAXIMUM, NEAR_MAXIMUM = "past_maximum", "near_maximum"
KINDS = ("jail_or_prison", "board_hold", "absconding", EXEMPT, PAST_MAXIMUM, NEAR_MAXIMUM)
NEAR = timedelta(days=90)
_WORDS = {
    "jail_or_prison": "in custody",
    "board_hold": "on a board hold",
    "absconding": "absconding",
    EXEMPT: "exempt",
    PAST_MAXIMUM: "past the projected maximum date",
    NEAR_MAXIMUM: "within 90 days of the projected maximum date",
}


def suspended(
    policy: Policy, case: CaseFacts, obligation: str, by: Collection[str], on: date, quirks: Collection[str]
) -> str:
    """Say in a clause why an obligation stands still on a day; empty where it does not.

    An exempt period suspends whatever the policy lists. One without reason and approver suspends nothing.
    """
    for stay in case.stays:
        if _open(stay, on) and _touches(stay, obligation, by):
            until = f" until {stay.until}" if stay.until else ""
            why = f": {stay.reason}, approved by {stay.approver}" if stay.kind == EXEMPT else ""
            return f"{_WORDS.get(stay.kind, stay.kind)} since {stay.start}{until}{why}"
    if PAST_MAXIMUM in by or NEAR_MAXIMUM in by:
        latest = _latest_maximum(case.sentences, on)
        if latest is not None:
            if PAST_MAXIMUM in by and _is_past(policy, case, latest, on, quirks):
                return f"{_WORDS[PAST_MAXIMUM]} ({latest})"
            if NEAR_MAXIMUM in by and latest - NEAR <= on <= latest:
                return f"{_WORDS[NEAR_MAXIMUM]} ({latest})"
    return ""


def last_end(case: CaseFacts, obligation: str, by: Collection[str], on: date) -> date | None:
    """Return the first day after the latest suspension that is over by a day, or None."""
    ends = (stay.until for stay in case.stays if _touches(stay, obligation, by))
    return max((end for end in ends if end is not None and end <= on), default=None)


def days_suspended(case: CaseFacts, obligation: str, by: Collection[str], since: date, on: date) -> int:
    """Count the days from ``since`` up to and without ``on`` on which the obligation stood still, each once."""
    days = 0
    last = since
    for start, until in sorted(_spans(case, obligation, by, on)):
        first = max(start, last)
        if until > first:
            days += (until - first).days
            last = until
    return days


def _spans(case: CaseFacts, obligation: str, by: Collection[str], on: date) -> Iterator[tuple[date, date]]:
    for stay in case.stays:
        if _touches(stay, obligation, by):
            yield stay.start, min(stay.until or on, on)


def _open(stay: Stay, on: date) -> bool:
    return stay.start <= on and (stay.until is None or on < stay.until)


def _touches(stay: Stay, obligation: str, by: Collection[str]) -> bool:
    if stay.kind == EXEMPT:
        return bool(stay.reason and stay.approver) and (not stay.obligations or obligation in stay.obligations)
    return stay.kind in by


def _latest_maximum(sentences: Collection[Sentence], on: date) -> date | None:
    return max(
        (
            one.projected_max
            for one in sentences
            if one.projected_max is not None
            and (one.start is None or one.start <= on)
            and (one.completed is None or on < one.completed)
        ),
        default=None,
    )


def _is_past(policy: Policy, case: CaseFacts, latest: date, on: date, quirks: Collection[str]) -> bool:
    if case.period_end is not None:
        return latest < case.period_end
    return policy.past_maximum_by_quirk in quirks or latest < on
