"""The attempt ledger: for each due day of an obligation, was it met, late, attempted or never tried, and when at last.

Attempts never satisfy. The rule of each day is that of the policy and level of that day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Literal, NamedTuple

from fieldpo.errors import PolicyError
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.standards.case import CaseFacts, Contact
from fieldpo.supervision.standards.counting import attempts, counted, counts_of, satisfying
from fieldpo.supervision.standards.engine import due_of
from fieldpo.supervision.standards.policies import policy_for
from fieldpo.supervision.written.standards import Counts, ObligationRule

_MOST = 999  # three digits: `spans` reads no more
State = Literal["on_time", "late", "attempted", "never_tried", "open", "not_due"]


class LedgerLine(NamedTuple):
    """One due day and what came of it.

    ``on_time``: completed by then. ``late``: completed ``days_late`` after it. ``attempted``, ``never_tried``: it has
    passed and nothing was completed. ``open``: it is still to come. ``not_due``: nothing was due when it was done.
    """

    obligation: str
    due: date | None
    state: State
    completed_on: date | None
    days_late: int
    attempts: tuple[date, ...]


def ledger(
    pack: Pack, case: CaseFacts, contacts: Iterable[Contact], on: date, since: date | None = None
) -> tuple[LedgerLine, ...]:
    """List the due days of a case up to a day, obligation by obligation, the oldest first, the present one last.

    ``since`` leaves out what was settled before it. Needs the whole history from the start; raises as ``obligations``.
    """
    known = tuple(sorted((one for one in contacts if case.start <= one[0] <= on), key=_day))
    policy = policy_for(pack, case, on)
    lines: list[LedgerLine] = []
    for rule in policy.obligations:
        if rule.rates or rule.initial_for_all or rule.on_event or rule.at_share_of_term or rule.share_of:
            lines += _of_rule(pack, case, rule, counts_of(policy, rule), known, on)
    return tuple(line for line in lines if since is None or (line.completed_on or on) >= since)


def _of_rule(
    pack: Pack, case: CaseFacts, rule: ObligationRule, counts: Counts, known: tuple[Contact, ...], on: date
) -> Iterator[LedgerLine]:
    tries = [one[0] for one in counted(_anyone(counts), known, case.start, on, attempts(pack))][::-1]
    done = counted(counts, known, case.start, on, satisfying(pack))[::-1]
    last = date.min
    for at, contact in enumerate(done):
        day = contact[0]
        due = _due(pack, case, rule.code, _before(rule, done, at, known), day)
        tried = tuple(one for one in tries if last < one <= day)
        late = max(0, (day - due).days) if due is not None else 0
        state: State = "not_due" if due is None else "late" if late else "on_time"
        yield LedgerLine(rule.code, due, state, day, late, tried)
        last = day
    due = _due(pack, case, rule.code, _before(rule, done, len(done), known), on)
    if due is None:
        return
    tried = tuple(one for one in tries if one > last)
    late = max(0, (on - due).days)
    state = "open" if not late else "attempted" if tried else "never_tried"
    yield LedgerLine(rule.code, due, state, None, late, tried)


def _due(pack: Pack, case: CaseFacts, code: str, contacts: list[Contact], on: date) -> date | None:
    """Nothing was due on a day before the first of the pack's policies."""
    try:
        return due_of(pack, case, code, contacts, on)
    except PolicyError:
        return None


def _before(rule: ObligationRule, done: list[Contact], at: int, known: tuple[Contact, ...]) -> list[Contact]:
    """What the due day before a contact was made from. No rate asks for more contacts than `_MOST`."""
    if not rule.share_of:
        return done[max(0, at - _MOST) : at]
    ahead = {id(one) for one in done[at:]}
    return [one for one in known if id(one) not in ahead]


def _anyone(counts: Counts) -> Counts:
    """An attempt met nobody, so that who was there is not asked, and it verified nothing."""
    return Counts(kinds=counts.kinds, places=counts.places, people="anyone")


def _day(contact: Contact) -> date:
    return contact[0]
