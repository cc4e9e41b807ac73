"""What presses in a person's cases, as items of the agenda: each thing due within a week, with why."""

from __future__ import annotations

from collections.abc import Sequence

from fieldpo.store.queries.rules.owed import Owed
from fieldpo.supervision.agenda.items import Item, Source
from fieldpo.supervision.agenda.placing import WEEK
from fieldpo.supervision.agenda.words import whole_words
from fieldpo.supervision.standards.counting import counts_of
from fieldpo.supervision.standards.engine import ASSESSMENT, Obligation
from fieldpo.supervision.standards.policies import policy_for
from fieldpo.supervision.written.codes import label_of

HOME = ("home",)


def owed_items(theirs: Sequence[Owed]) -> list[Item]:
    """What the standards ask of one person within a week of the day, of all cases; of which one, where several are."""
    several = len(theirs) > 1
    return [_item(one, each, several=several) for one in theirs for each in one.due_by(one.on + WEEK)]


def _item(one: Owed, each: Obligation, *, several: bool) -> Item:
    places = _places(one, each)
    tries = one.tries(each) if each.overdue else 0
    level = one.case.facts.level_on(one.on).level
    why = whole_words(each, one.on, label_of(one.pack.levels, level) if level else "")
    return Item(
        f"owed:{one.case.case_id}:{each.obligation}",
        Source.REASSESSMENT if each.obligation == ASSESSMENT else Source.OBLIGATION,
        each.label,
        one.person_id,
        one.case.case_id,
        each.due,
        tries=tries,
        place=places[0] if len(places) == 1 else "",
        at_home=places == HOME,
        why=f"Case {one.case.number or '#' + one.case.case_id[-6:]}: {why}" if several else why,
    )


def _places(one: Owed, obligation: Obligation) -> tuple[str, ...]:
    rule = one.rule_of(obligation)
    return tuple(counts_of(policy_for(one.pack, one.case.facts, one.on), rule).places) if rule else ()
