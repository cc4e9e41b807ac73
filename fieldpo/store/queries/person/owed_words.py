"""What a person owes, line by line for the overview, with why; and how the last year went, from the attempt ledger."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence

from sqlalchemy import Connection

from fieldpo.plain import count, day, late, short_day
from fieldpo.store.queries.person.facts import Line
from fieldpo.store.queries.rules.counting_contacts import whole_history
from fieldpo.store.queries.rules.owed import Owed
from fieldpo.supervision.agenda.words import why_words
from fieldpo.supervision.standards.engine import Obligation
from fieldpo.supervision.standards.ledger import LedgerLine, ledger
from fieldpo.supervision.standards.policies import policy_for

YEAR = dt.timedelta(days=365)
_STATES = {"on_time": "on time", "late": "late", "attempted": "attempted", "never_tried": "never tried"}


def owed_lines(found: Sequence[Owed], *, why: bool) -> list[Line]:
    """Each thing owed, the next due first; those with nothing due in one line, or with `why` each for itself."""
    lines: list[Line] = []
    for one in found:
        of_case = f"case {one.case.number or '#' + one.case.case_id[-6:]}, " if len(found) > 1 else ""
        due = [each for each in one.obligations if each.due is not None]
        rest = [each for each in one.obligations if each.due is None]
        due.sort(key=lambda each: each.due or dt.date.max)
        lines += [Line("OWED", f"{of_case}{_due(one, each, why=why)}") for each in due]
        if why:
            lines += [Line("Not due", f"{of_case}{each.label}. {why_words(each, one.on)}") for each in rest]
        elif rest:
            lines.append(Line("Not due", f"{of_case}{', '.join(each.label for each in rest)}; w says why"))
    return lines


def _due(one: Owed, each: Obligation, *, why: bool) -> str:
    when = each.due or one.on
    last = f"last {day(each.last_counted)}" if each.last_counted else "none counted yet"
    tries = one.tries(each) if each.overdue else 0
    tried = f", {count(tries, 'try', 'tries')} since" if tries else ""
    said = f"{each.label}: {'' if when == one.on else f'due {_day(when, one.on)}, '}{late(when, one.on)}; {last}{tried}"
    return f"{said}. {why_words(each, one.on)}" if why else said


def _day(when: dt.date, on: dt.date) -> str:
    return short_day(when) if when.year == on.year else day(when)


def ledger_lines(connection: Connection, found: Sequence[Owed]) -> list[Line]:
    """How each thing owed went in the year up to the day: how often on time, and each day that was not."""
    lines: list[Line] = []
    for one in found:
        if one.trouble:
            continue
        history = whole_history(connection, one.pack, one.person_id, one.case.facts.start, one.on)
        names = {each.code: each.label for each in policy_for(one.pack, one.case.facts, one.on).obligations}
        kept = ledger(one.pack, one.case.facts, history, one.on, one.on - YEAR)
        for code in dict.fromkeys(line.obligation for line in kept):
            of_it = [line for line in kept if line.obligation == code]
            lines += _went(names.get(code, code), of_it)
    return lines


def _went(label: str, kept: Sequence[LedgerLine]) -> Iterator[Line]:
    states = Counter(line.state for line in kept)
    parts = [f"{states[state]} {words}" for state, words in _STATES.items() if states[state]]  # type: ignore[index]
    if parts:
        yield Line("Last year", f"{label}: {', '.join(parts)}")
    for line in reversed(kept):
        if line.due is not None and line.state in ("late", "attempted", "never_tried"):
            yield Line("", _missed(line, line.due))


def _missed(line: LedgerLine, due: dt.date) -> str:
    tried = f", tried {', '.join(short_day(one)[4:] for one in line.attempts[-3:])}" if line.attempts else ""
    if line.completed_on is not None:
        return f"due {day(due)}: at last {day(line.completed_on)}, {line.days_late} d late{tried or ', no try before'}"
    return f"due {day(due)}: {line.days_late} d late{tried or ', never tried'}"
