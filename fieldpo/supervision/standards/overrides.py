"""A supervisor's own rate for one obligation of one case, where it is in force."""

from __future__ import annotations

from datetime import date

from fieldpo.errors import BadInput
from fieldpo.supervision.standards.case import CaseFacts, Override
from fieldpo.supervision.standards.spans import read_rate


def override_on(case: CaseFacts, obligation: str, on: date) -> Override | None:
    """Return a supervisor's override in force on a day.

    One without reason and approver, or with a rate that nobody can read, is not in force (see ``troubles``).
    """
    for one in case.overrides:
        in_time = one.start <= on and (one.until is None or on < one.until)
        if one.obligation == obligation and in_time and one.reason and one.approver and _is_rate(one.rate):
            return one
    return None


def _is_rate(words: str) -> bool:
    try:
        read_rate(words)
    except BadInput:
        return False
    return True
