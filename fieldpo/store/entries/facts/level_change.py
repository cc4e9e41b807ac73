"""Another level of supervision from a day on; against the scored one only with a reason and an approver."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from fieldpo.errors import BadInput
from fieldpo.store.acting.acts import Change, Create, Step
from fieldpo.store.entries.facts.case_now import CaseNow
from fieldpo.store.entries.facts.field import FactField, FactKind, Settling, Takes
from fieldpo.sync.protocol.body import Json
from fieldpo.sync.protocol.kinds import LevelChange


def _complete(one: Settling) -> Mapping[str, Json]:
    values, start = one.values, one.case.start
    if values.get("override") and not (values.get("reason") and values.get("approver")):
        raise BadInput("An override needs a reason and who approved it. Nothing was saved; the draft is kept.")
    if values["since"] > one.today:
        raise BadInput("A level cannot begin on a day ahead. Nothing was saved; the draft is kept.")
    if start is not None and values["since"] < start.isoformat():
        raise BadInput(f"The case began on {start}: no level before that. Nothing was saved; the draft is kept.")
    return values


def _beside(one: Settling) -> tuple[Step, ...]:
    """The case shows its newest level; the one that it had until now is kept with its day, for the days past."""
    case, values = one.case, one.values
    since, stood = dt.date.fromisoformat(values["since"]), case.level_since or case.start
    if stood is not None and since < stood:
        return ()
    shown = Change(
        "case",
        case.case_id,
        {"level": values["level"], "level_since": values["since"], "level_reason": values.get("reason", "")},
    )
    if not case.level or stood is None or any(each.since == stood for each in case.levels) or since == stood:
        return (shown,)
    before = LevelChange(person_id=case.person_id, case_id=case.case_id, since=stood, level=case.level)
    return (Create(before), shown)


def _withdrawn_with(record_id: str, case: CaseNow) -> tuple[Step, ...]:
    """The case shows the level again that stood before, where it shows the withdrawn one."""
    gone = next((one for one in case.levels if one.record_id == record_id), None)
    rest = sorted((one for one in case.levels if one.record_id != record_id), key=lambda one: one.since)
    if gone is None or not rest or (gone.level, gone.since) != (case.level, case.level_since):
        return ()
    back = {"level": rest[-1].level, "level_since": rest[-1].since.isoformat(), "level_reason": ""}
    return (Change("case", case.case_id, back),)


LEVEL_CHANGE = FactKind(
    "level_change",
    "level",
    (
        FactField("level", "Level", Takes.CHOICE, codes="levels", needed=True),
        FactField("since", "Since", Takes.DAY, needed=True),
        FactField("override", "Override", Takes.YES_NO),
        FactField("reason", "Reason", hint="an override needs one"),
        FactField("approver", "Approver", hint="who approved an override"),
    ),
    key="l",
    of_case=True,
    in_error=True,
    complete=_complete,
    beside=_beside,
    withdrawn_with=_withdrawn_with,
)
