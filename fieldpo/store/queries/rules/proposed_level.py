"""The level of supervision that a score speaks for, by what the case goes by."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from fieldpo.errors import FieldpoError
from fieldpo.store.queries.rules.case_pack import CasePack
from fieldpo.supervision.instruments.scored import Scored
from fieldpo.supervision.standards.assessments import level_from_score
from fieldpo.supervision.standards.case import Assessment
from fieldpo.supervision.standards.policies import policy_for


def proposed_level(going: CasePack, scored: Scored | None, override: str, done_on: dt.date, today: dt.date) -> str:
    """The policy's bands say, else the level's own name (`override`, or as scored) where it is another than stands.

    Empty where nothing speaks for a change, or there is no open case.
    """
    if scored is None or going.case is None:
        return ""
    named = (override or scored.level or "").casefold()
    same = next((one.code for one in going.pack.levels if named in (one.code, one.label.casefold())), "")
    return _by_bands(going, scored, done_on, today) or (same if same != going.level else "")


def _by_bands(going: CasePack, scored: Scored, done_on: dt.date, today: dt.date) -> str:
    """The level of the policy's own bands, where it has any and speaks for a lower one."""
    if going.owed is None:
        return ""
    facts = going.owed.case.facts
    newest = Assessment(done_on, scored.total, scored.instrument, len(facts.assessments))
    facts = replace(facts, assessments=(*facts.assessments, newest))
    try:
        return level_from_score(going.pack, policy_for(going.pack, facts, today), facts, today) or ""
    except FieldpoError:
        return ""
