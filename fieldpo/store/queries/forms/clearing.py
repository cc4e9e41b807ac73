"""What one more contact would clear of what a person owes, and what would still be owed, in words for a form."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from fieldpo.plain import late, short_day
from fieldpo.store.queries.rules.owed import Owed, labels, visit
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.standards.case import Contact
from fieldpo.supervision.standards.counting import attempts, satisfying
from fieldpo.supervision.standards.engine import Obligation
from fieldpo.supervision.written.codes import label_of

AHEAD = dt.timedelta(days=14)
"""How far ahead a form says what is still owed."""
_THIS = "this entry"


@dataclass(frozen=True)
class Clearing:
    """Two sentences. `clears` is empty while the contact is not known yet, both where the person has no open case."""

    clears: str = ""
    still: str = ""


def clearing(found: Sequence[Owed], contact: Contact | None) -> Clearing:
    """What a contact clears in a person's cases; without one, what they owe as they stand."""
    if not found:
        return Clearing()
    told = [one for one in found if not one.trouble]
    clears: list[str] = []
    left: list[tuple[Obligation, dt.date]] = []
    for one in told:
        after = one.obligations if contact is None else one.with_contact(contact._replace(id=_THIS))
        if contact is not None:
            clears += _cleared(one.obligations, after, contact.day)
        left += [(each, each.due) for each in after if each.due is not None and each.due <= one.on + AHEAD]
    said = "; ".join(dict.fromkeys([one.trouble for one in found if one.trouble]))
    still = _still(left, found[0].on) if told else ""
    if contact is None or not told:
        return Clearing("", said or still)
    return Clearing(" ".join(dict.fromkeys(clears)) or _nothing(told[0].pack, contact), said or still)


def owed_at_the_door(found: Sequence[Owed], on: dt.date) -> str:
    """What is due within two weeks, and how much of it one visit clears, in words for before the door."""
    due = [(each, each.due) for one in found for each in one.due_by(on + AHEAD) if each.due is not None]
    said = [one.trouble for one in found if one.trouble]
    cleared = [each for one in found if not one.trouble for each in one.cleared_by(visit(one.pack, on), AHEAD)]
    if due:
        said.append(f"{_still(due, on)}.")
    if 1 < len(cleared) == len(due):
        said.append("One visit clears both." if len(due) == 2 else f"One visit clears all {len(due)}.")
    elif cleared:
        said.append(f"One visit clears {labels(cleared)}.")
    return " ".join(dict.fromkeys(said))


def _cleared(before: Sequence[Obligation], after: Sequence[Obligation], day: dt.date) -> list[str]:
    """The obligations that a contact counts toward: those of one state in one sentence, the longest due first."""
    following = {one.obligation: one for one in after}
    states: dict[str, list[tuple[Obligation, Obligation]]] = {}
    counted = []
    for one in sorted(before, key=lambda each: each.due or dt.date.max):
        then = following.get(one.obligation)
        if one.due is None or then is None:
            continue
        if then.due != one.due:
            states.setdefault(late(one.due, day) if one.due < day else "on time", []).append((one, then))
        elif then.last_counted != one.last_counted or _THIS in then.satisfied_by:
            counted.append(f"{one.label}: counts, and one more is due {_short(one.due)}.")
    return [*(_sentence(state, pairs) for state, pairs in states.items()), *counted]


def _sentence(state: str, pairs: Sequence[tuple[Obligation, Obligation]]) -> str:
    due = " + ".join(dict.fromkeys(_short(one.due) for one, _ in pairs if one.due))
    ahead = " + ".join(dict.fromkeys(_short(then.due) for _, then in pairs if then.due))
    return f"{labels(one for one, _ in pairs)}: {state} (due {due}).{f' Next due {ahead}.' if ahead else ''}"


def _still(left: Sequence[tuple[Obligation, dt.date]], on: dt.date) -> str:
    if not left:
        return f"nothing by {_short(on + AHEAD)}"
    by_when: dict[str, list[Obligation]] = {}
    for one, due in sorted(left, key=lambda each: each[1]):
        when = late(due, on) if due < on else "today" if due == on else f"by {short_day(due)[:10]}"
        by_when.setdefault(when, []).append(one)
    return "; ".join(f"{labels(ones)}: {when}" for when, ones in by_when.items())


def _nothing(pack: Pack, contact: Contact) -> str:
    if contact.outcome in attempts(pack):
        return "nothing: an attempt never counts. It is kept in the ledger."
    if contact.outcome not in satisfying(pack):
        return f"nothing: “{label_of(pack.outcomes, contact.outcome)}” does not count."
    return "nothing that is due"


def _short(day: dt.date) -> str:
    return short_day(day)[4:10]
