"""A fact corrected, replaced, ended or new, as one act. Only what the officer changed is sent."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import msgspec

from fieldpo import plain
from fieldpo.errors import BadInput
from fieldpo.store.acting.acts import Act, Change, Create, Step
from fieldpo.store.entries.facts.case_now import CaseNow
from fieldpo.store.entries.facts.field import (
    TOLD_ON,
    UNTIL,
    VERIFIED_HOW,
    VERIFIED_ON,
    FactField,
    FactKind,
    Settling,
    Takes,
)
from fieldpo.store.entries.withdrawal import withdrawal_act
from fieldpo.store.misfit import misfit
from fieldpo.supervision.calendar import local
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.written.codes import by_code
from fieldpo.sync.protocol.body import KINDS, Body, Json
from fieldpo.sync.protocol.ids import new_id

KEPT = "Nothing was saved; the draft is kept."


class Doing(enum.StrEnum):
    """What becomes of a fact."""

    CORRECT = "correct"
    NEW = "new"
    """A new one; the one that stood ends."""
    END = "end"
    IN_ERROR = "in error"
    """It was never so: withdrawn, with a reason."""


@dataclass(frozen=True, kw_only=True)
class FactForm:
    """A filled-in fact. `opened` is the record's body as it stood when the form was opened, `values` what stands now.

    Values are JSON: a day is its ISO text. `record_id` is None for a fact that nobody had written yet.
    """

    kind: FactKind
    person_id: str
    short_name: str
    doing: Doing
    values: Mapping[str, Json]
    opened: Mapping[str, Json] = field(default_factory=dict)
    record_id: str | None = None
    entry_id: str = field(default_factory=new_id)
    case: CaseNow | None = None
    """The open case, for a kind that is about one."""
    why: str = ""
    """Why it was entered in error."""
    officer_id: str = ""


def fact_act(pack: Pack, form: FactForm, now: dt.datetime) -> Act:
    """What the form says, at `now` (any offset).

    Raises `BadInput` for a missing value, verified without a how, a day that cannot be or nothing changed; `NotFound`
    for a code that the pack lacks.
    """
    today = local(now, pack).date()
    if form.doing is Doing.IN_ERROR:
        return _withdrawn(pack, form, now)
    if form.doing is Doing.END:
        label, steps = f"Ended {form.kind.title} of {form.short_name}", _ended(form, today)
    else:
        _check(pack, form, today)
        form = _completed(pack, form, today)
        if form.doing is Doing.NEW or form.record_id is None:
            label, steps = f"New {form.kind.title} of {form.short_name}", _new(pack, form, today)
        else:
            label, steps = f"Changed {form.kind.title} of {form.short_name}", _corrected(form)
    return Act(label, steps, local(now, pack), form.entry_id, together=len(steps) > 1)


def loses_proof(kind: FactKind, opened: Mapping[str, Json], values: Mapping[str, Json]) -> bool:
    """Whether a correction takes away what was verified: the value is another, and nobody verified that one."""
    if not (kind.told and opened.get(VERIFIED_ON)):
        return False
    spec = KINDS[kind.kind]
    same_proof = all(values.get(name) == spec.value(opened, name) for name in (VERIFIED_ON, VERIFIED_HOW))
    moved = (one.name for one in kind.fields if one.proves and values.get(one.name) != spec.value(opened, one.name))
    return same_proof and any(moved)


def _withdrawn(pack: Pack, form: FactForm, now: dt.datetime) -> Act:
    if form.record_id is None:
        raise BadInput(f"There is nothing to withdraw. {KEPT}")
    made = withdrawal_act(
        pack,
        form.person_id,
        form.short_name,
        form.record_id,
        form.why,
        officer_id=form.officer_id,
        now=now,
        withdrawal_id=form.entry_id,
    )
    beside = form.kind.withdrawn_with
    steps = (*made.steps, *(beside(form.record_id, form.case) if beside and form.case else ()))
    label = f"Entered in error: {form.kind.title} of {form.short_name}"
    return replace(made, label=label, steps=steps, together=len(steps) > 1)


def _completed(pack: Pack, form: FactForm, today: dt.date) -> FactForm:
    """With what its kind fills in, after its own look at the values."""
    if not form.kind.of_case:
        return form
    if form.case is None:
        raise BadInput(f"There is no open case on this laptop for it to be about. {KEPT}")
    settling = Settling(form.values, pack, form.case, today.isoformat())
    return replace(form, values=form.kind.complete(settling)) if form.kind.complete else form


def _new(pack: Pack, form: FactForm, today: dt.date) -> tuple[Step, ...]:
    made: Step = Create(_body(form), form.entry_id)
    if form.kind.beside and form.case:
        return (made, *form.kind.beside(Settling(form.values, pack, form.case, today.isoformat())))
    if form.record_id is None:
        return (made,)
    if form.kind.until:
        since = form.values.get(form.kind.began) or today.isoformat()
        return (made, Change(form.kind.kind, form.record_id, {UNTIL: since}))
    return (made, Change(form.kind.kind, form.record_id, {"active": False}))


def _ended(form: FactForm, today: dt.date) -> tuple[Step, ...]:
    if form.record_id is None:
        raise BadInput(f"There is nothing to end. {KEPT}")
    if not form.kind.until:
        return (Change(form.kind.kind, form.record_id, {"active": False}),)
    until = form.values.get(UNTIL) or today.isoformat()
    since = form.opened.get(form.kind.began)
    if since and until < since:
        raise BadInput(f"It would end before it began, on {plain.day(since)}. {KEPT}")
    return (Change(form.kind.kind, form.record_id, {UNTIL: until}),)


def _corrected(form: FactForm) -> tuple[Step, ...]:
    spec, record_id = KINDS[form.kind.kind], form.record_id or form.person_id
    fields: dict[str, Json] = {}
    add: dict[str, list[Json]] = {}
    remove: dict[str, list[Json]] = {}
    for name, value in form.values.items():
        stood = spec.value(form.opened, name)
        if name in spec.sets:
            if fresh := [one for one in value if one not in stood]:
                add[name] = fresh
            if gone := [one for one in stood if one not in value]:
                remove[name] = gone
        elif value != stood:
            fields[name] = value
    if not (fields or add or remove):
        raise BadInput("Nothing differs from what stood. Change something, or leave with esc.")
    if loses_proof(form.kind, form.opened, form.values):
        fields |= {VERIFIED_ON: None, VERIFIED_HOW: ""}
    return (Change(form.kind.kind, record_id, fields, add, remove),)


def _body(form: FactForm) -> Body:
    spec = KINDS[form.kind.kind]
    values = {name: value for name, value in form.values.items() if value != spec.default(name)}
    try:
        about = {"case_id": form.case.case_id} if form.kind.of_case and form.case else {}
        return spec.check({"person_id": form.person_id, **about, **values})
    except msgspec.ValidationError as error:
        raise BadInput(f"This was not saved, and its draft is kept: {misfit(error)}.") from None


def _check(pack: Pack, form: FactForm, today: dt.date) -> None:
    """Refuse what cannot be; of an existing record only what the officer touched."""
    values, spec = form.values, KINDS[form.kind.kind]
    for one in form.kind.fields:
        value = values.get(one.name)
        touched = form.record_id is None or form.doing is Doing.NEW or value != spec.value(form.opened, one.name)
        if one.needed and touched and not (value.strip() if isinstance(value, str) else value):
            raise BadInput(f"“{one.label}” is needed. {KEPT}")
        if touched:
            _check_value(pack, form, one, value)
    how = values.get(VERIFIED_HOW)
    if values.get(VERIFIED_ON) and not how:
        raise BadInput(f"Verified needs a how: saw paper, called, or went there. {KEPT}")
    if how and how != form.opened.get(VERIFIED_HOW):
        by_code(pack.verified_hows, how)
    for name, words in ((TOLD_ON, "told"), (VERIFIED_ON, "verified"), ("observed_on", "seen")):
        day = values.get(name)
        if day and day > today.isoformat() and day != form.opened.get(name):
            raise BadInput(f"It cannot have been {words} on a day ahead. {KEPT}")
    since, until = values.get(form.kind.began), values.get(UNTIL)
    if since and until and until < since:
        raise BadInput(f"It would end before it began. {KEPT}")


def _check_value(pack: Pack, form: FactForm, one: FactField, value: Json) -> None:
    if one.takes is Takes.CHOICE and value:
        by_code(one.entries(pack), value)
    elif one.takes is Takes.OBLIGATION and value:
        if form.case is None or all(owes.obligation != value for owes in form.case.owes):
            raise BadInput(f"The case owes no “{value}” now. {KEPT}")
    elif one.takes is Takes.NUMBER and value is not None and not 0 <= value <= one.most:
        raise BadInput(f"“{one.label}” takes a number from 0 to {one.most}. {KEPT}")
