"""Worked cases: a case with its contacts and the answer that is expected, as JSON, read into the engine's values.

The field names and codes are those of the published cases (docs/policy-packs.md). A pack's own codes may stand in their
place: codes are read in lower case.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import msgspec

from fieldpo.errors import BadInput
from fieldpo.plain import clean
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.standards.case import (
    CLIENT,
    COLLATERAL,
    Assessment,
    CaseFacts,
    Contact,
    Deferral,
    Event,
    LevelChange,
    Override,
    Sanction,
    Sentence,
    Stay,
)

TYPES: Mapping[str, tuple[str, int]] = {
    "DIRECT": ("face_to_face", CLIENT),
    "COLLATERAL": ("face_to_face", COLLATERAL),
    "DIRECT_AND_COLLATERAL": ("face_to_face", CLIENT | COLLATERAL),
    "FACE_TO_FACE": ("old_face_to_face", CLIENT),
    "TELEPHONE": ("old_telephone", CLIENT),
    "VIRTUAL": ("old_virtual", CLIENT),
    "WRITTEN_MESSAGE": ("old_written_message", CLIENT),
}
PLACES = {
    "RESIDENCE": "home",
    "SUPERVISION_OFFICE": "office",
    "PLACE_OF_EMPLOYMENT": "work",
    "TREATMENT_PROVIDER": "treatment",
    "FIELD": "field",
    "COURT": "court",
    "JAIL": "jail",
}
STATES = ("COMPLETED", "ATTEMPTED")
_JAILS = frozenset({"COUNTY_JAIL", "STATE_PRISON"})
_AT = re.compile(r"^(?P<said>.*?)(?: - at `\$(?P<path>.*)`)?$", re.DOTALL)


class _Contact(msgspec.Struct):
    type: str = "DIRECT"
    date: date | None = None
    status: str = "COMPLETED"
    location: str | None = None
    employment_verified: bool | None = None
    kind: str = ""
    outcome: str = ""
    verified: tuple[str, ...] = ()
    id: str = ""


class _Assessment(msgspec.Struct):
    date: date | None = None
    score: float | None = None
    instrument: str | None = None
    sequence: int | None = None


class _Period(msgspec.Struct):
    start: date | None = None
    end: date | None = None
    entry_reason: str | None = None


class _Custody(msgspec.Struct, rename={"start": "from"}):
    start: date
    to_exclusive: date | None = None
    place: str | None = None
    purpose: str | None = None


class _Sentence(msgspec.Struct):
    start: date | None = None
    completed: date | None = None
    projected_max: date | None = None


class _Sanction(msgspec.Struct):
    date: date
    codes: tuple[str, ...] = ()


class _Event(msgspec.Struct):
    kind: str
    date: date


class _Level(msgspec.Struct):
    since: date
    level: str
    level_label: str | None = None
    override: bool = False
    reason: str = ""
    approver: str = ""


class _Stay(msgspec.Struct, rename={"start": "from"}):
    kind: str
    start: date
    to_exclusive: date | None = None
    reason: str = ""
    approver: str = ""
    obligations: tuple[str, ...] = ()


class _Override(msgspec.Struct, rename={"start": "from"}):
    obligation: str
    rate: str
    start: date
    to_exclusive: date | None = None
    reason: str = ""
    approver: str = ""


class _Deferral(msgspec.Struct):
    obligation: str
    to: date
    granted_on: date
    reason: str = ""
    approver: str = ""
    due: date | None = None


class Expect(msgspec.Struct):
    """What a worked case expects of one question."""

    question: str
    value: Any = None
    op: str = "equals"
    peer_run_value: Any = None


class WorkedCase(msgspec.Struct):
    """One case as its file has it; unknown keys are left alone."""

    id: str = ""
    policy: str = ""
    case_type: str | None = "GENERAL"
    level: str | None = None
    level_label: str | None = None
    supervision_type: str | None = None
    supervision_type_label: str | None = None
    supervision_start: date | None = None
    supervision_end: date | None = None
    history_complete_from: date | None = None
    period: _Period | None = None
    sex: str | None = None
    evaluation_date: date | None = None
    contacts: tuple[_Contact, ...] = ()
    assessments: tuple[_Assessment, ...] = ()
    custody: tuple[_Custody, ...] = ()
    sentences: tuple[_Sentence, ...] = ()
    sanctions: tuple[_Sanction, ...] = ()
    events: tuple[_Event, ...] = ()
    levels: tuple[_Level, ...] = ()
    stays: tuple[_Stay, ...] = ()
    overrides: tuple[_Override, ...] = ()
    deferrals: tuple[_Deferral, ...] = ()
    facts: dict[str, bool] = {}
    assume_standards_apply: bool = False
    expect: Expect | None = None
    due_date: date | None = None
    requirement_active: bool = True


def read_case(tree: object, source: str) -> WorkedCase:
    """Read one case from decoded JSON. Raises BadInput naming file, case and key for what cannot be meant."""
    try:
        case = msgspec.convert(tree, WorkedCase)
    except msgspec.ValidationError as cause:
        raise BadInput(f"{_place(tree, source)}: {_said(str(cause))}") from cause
    wrong = _impossible(case)
    if wrong:
        raise BadInput(f"{_place(tree, source)}: {wrong}")
    return case


def facts_of(worked: WorkedCase) -> CaseFacts:
    """Give the case as the engine takes it. Raises BadInput where it has no supervision_start."""
    if worked.supervision_start is None:
        raise BadInput(f"Case {clean(worked.id) or '?'}: supervision_start: expected the first day of supervision.")
    return CaseFacts(
        start=worked.supervision_start,
        level=_code(worked.level),
        level_label=worked.level_label,
        case_type=_code(worked.case_type),
        supervision_type=_code(worked.supervision_type),
        supervision_label=worked.supervision_type_label or "",
        policy=worked.policy,
        sex=_code(worked.sex) or None,
        history_complete_from=worked.history_complete_from,
        end=worked.supervision_end,
        period_end=worked.period.end if worked.period else None,
        applies=worked.assume_standards_apply,
        levels=tuple(
            LevelChange(c.since, _code(c.level), c.level_label, c.override, c.reason, c.approver) for c in worked.levels
        ),
        assessments=tuple(
            Assessment(a.date, a.score, _code(a.instrument), a.sequence or 0) for a in worked.assessments
        ),
        stays=_stays(worked),
        sentences=tuple(Sentence(s.start, s.completed, s.projected_max) for s in worked.sentences),
        sanctions=tuple(Sanction(s.date, s.codes) for s in worked.sanctions),
        events=tuple(Event(_code(e.kind), e.date) for e in worked.events),
        overrides=tuple(
            Override(o.obligation, o.rate, o.start, o.to_exclusive, o.reason, o.approver) for o in worked.overrides
        ),
        deferrals=tuple(
            Deferral(d.obligation, d.to, d.granted_on, d.reason, d.approver, d.due) for d in worked.deferrals
        ),
        facts=worked.facts,
    )


def contacts_of(worked: WorkedCase, pack: Pack) -> tuple[Contact, ...]:
    """Give the case's dated contacts as the engine takes them, with the pack's codes for kind, place and outcome."""
    completed = next((one.code for one in pack.outcomes if one.satisfies and not one.attempt), "")
    attempted = next((one.code for one in pack.outcomes if one.attempt), "")
    outcomes = {"COMPLETED": completed, "ATTEMPTED": attempted}
    return tuple(_contact(one, one.date, outcomes) for one in worked.contacts if one.date is not None)


def _contact(one: _Contact, day: date, outcomes: Mapping[str, str]) -> Contact:
    kind, people = TYPES.get(one.type, (_code(one.type), CLIENT))
    verified = (*one.verified, "job") if one.employment_verified else one.verified
    place = PLACES.get(one.location or "", _code(one.location))
    return Contact(day, one.kind or kind, place, one.outcome or outcomes.get(one.status, ""), people, verified, one.id)


def _stays(worked: WorkedCase) -> tuple[Stay, ...]:
    stays = [Stay(s.kind, s.start, s.to_exclusive, s.reason, s.approver, s.obligations) for s in worked.stays]
    for one in worked.custody:
        if one.place in _JAILS:
            stays.append(Stay("jail_or_prison", one.start, one.to_exclusive))
        if one.purpose == "PAROLE_BOARD_HOLD":
            stays.append(Stay("board_hold", one.start, one.to_exclusive))
    period = worked.period
    if period and period.start and period.entry_reason == "ABSCONSION":
        stays.append(Stay("absconding", period.start, period.end))
    return tuple(stays)


def _code(word: str | None) -> str:
    return (word or "").lower()


def _place(tree: object, source: str) -> str:
    name = tree.get("id") if isinstance(tree, dict) else None
    return f"{source}, case {clean(name)}" if isinstance(name, str) and name else source


def _said(message: str) -> str:
    parts = _AT.match(message)
    said, path = (parts["said"], (parts["path"] or "").lstrip(".")) if parts else (message, "")
    if "RFC3339" in said:
        said = "expected a day that exists, such as 2026-11-22"
    return f"{path}: {said[:1].lower()}{said[1:].replace('`', '')}." if path else f"{said.replace('`', '')}."


def _impossible(case: WorkedCase) -> str:
    """Dates that each exist but cannot both hold."""
    for name, spans in (
        ("custody", [(one.start, one.to_exclusive) for one in case.custody]),
        ("stays", [(one.start, one.to_exclusive) for one in case.stays]),
        ("overrides", [(one.start, one.to_exclusive) for one in case.overrides]),
    ):
        for at, (start, until) in enumerate(spans):
            if until is not None and until < start:
                return f"{name}[{at}].to_exclusive: expected a day not before from ({start}), got {until}."
    period = case.period
    if period and period.start and period.end and period.end < period.start:
        return f"period.end: expected a day not before its start ({period.start}), got {period.end}."
    first, last = case.supervision_start, case.supervision_end
    if first and last and last < first:
        return f"supervision_end: expected a day not before supervision_start ({first}), got {last}."
    if first and first > date.max - timedelta(days=365 * 10):
        return f"supervision_start: expected a day with room for a deadline after it, got {first}."
    return ""
