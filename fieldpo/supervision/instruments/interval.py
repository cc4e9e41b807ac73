"""When an instrument is to be done again, and setting its level aside."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from fieldpo.errors import BadInput
from fieldpo.supervision.calendar import add_months
from fieldpo.supervision.instruments.instrument import Instrument
from fieldpo.supervision.instruments.scored import Overridden, Scored
from fieldpo.supervision.written.instruments import Reassess


def reassess_by(rule: Reassess, done_on: date | None, level: str | None) -> date | None:
    """Return the day by which it is to be done again; None without a day, or without an interval."""
    if done_on is None:
        return None
    months = rule.by_level.get(level or "", rule.months)
    if months:
        return add_months(done_on, months)
    return done_on + timedelta(days=rule.days) if rule.days else None


def override(instrument: Instrument, scored: Scored, level: str, reason: str, approved_by: str) -> Scored:
    """Set a scored level aside, as the instrument allows it; the score itself stays as it was.

    Raises BadInput where the instrument does not allow it, the level is none of its own or too far off, or reason
    or approval is missing.
    """
    rule, definition = instrument.definition.override, instrument.definition
    levels = list(dict.fromkeys(cut.name for table in definition.cutoffs for cut in table.levels))
    if not rule.allowed or scored.level is None:
        raise BadInput(f"{definition.id}: its level cannot be overridden; the scored level stands.")
    if level not in levels:
        raise BadInput(f"{definition.id}: expected one of the levels {', '.join(levels)}, got “{level}”.")
    if not reason.strip():
        raise BadInput(f"{definition.id}: an override needs a reason; the scored level {scored.level} stands.")
    if rule.approver and not approved_by.strip():
        raise BadInput(f"{definition.id}: an override needs the approval of a {rule.approver}; give who approved it.")
    if rule.most_steps is not None and scored.level in levels:
        steps = abs(levels.index(level) - levels.index(scored.level))
        if steps > rule.most_steps:
            raise BadInput(
                f"{definition.id}: {scored.level} to {level} is {steps} steps; an override may take {rule.most_steps}."
            )
    return replace(
        scored,
        level=level,
        override=Overridden(scored.level, level, reason.strip(), approved_by.strip()),
        reassess_by=reassess_by(definition.reassess, scored.done_on, level),
    )


def may_administer(instrument: Instrument, role: str) -> bool:
    """Say whether somebody in this role may administer it; an instrument that names nobody is open to all."""
    roles = instrument.definition.may_administer
    return not roles or role in roles
