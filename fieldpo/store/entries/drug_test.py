"""A drug or alcohol test as an entry, its results as they come in, and the plan by which random ones are drawn."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from fieldpo.errors import BadInput, FieldpoError
from fieldpo.plain import clean, clean_text, day
from fieldpo.store.acting.acts import Act, Change, Create
from fieldpo.supervision.calendar import local
from fieldpo.supervision.drug_tests.draw_plans import NONE, PlanRecord, plan_of
from fieldpo.supervision.drug_tests.reading import Reading
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.written.codes import by_code
from fieldpo.supervision.written.drug_tests import TestRules
from fieldpo.sync.protocol.body import KINDS, Json, plain_body
from fieldpo.sync.protocol.ids import new_id
from fieldpo.sync.protocol.kinds import DrawPlan, DrugTest, SubstanceResult

KEPT = "Nothing was saved; the draft is kept."
RANDOM = "random"
_COLDEST, _HOTTEST = 32, 120


@dataclass(frozen=True, kw_only=True)
class DrugTestForm:
    """A filled-in test. `opened` is the record's body as it stood, where results or corrections are added to one."""

    person_id: str
    short_name: str
    officer_id: str
    rules: TestRules
    at: dt.datetime
    reason: str
    outcome: str
    case_id: str | None = None
    specimen: str = ""
    panel: str = ""
    validity: str = ""
    temperature: float | None = None
    observed: bool = False
    custody_number: str = ""
    laboratory: str = ""
    admitted: str = ""
    prescription: str = ""
    readings: tuple[Reading, ...] = ()
    note: str = ""
    plan_id: str | None = None
    drawn_on: dt.date | None = None
    appointment_id: str | None = None
    record_id: str | None = None
    opened: Mapping[str, Json] = field(default_factory=dict)
    entry_id: str = field(default_factory=new_id)


def drug_test_act(pack: Pack, form: DrugTestForm, now: dt.datetime) -> Act:
    """The test, or what changed of it.

    Raises `BadInput` for one in the future, without why or what came of it, a temperature that no body has, or nothing
    changed; `NotFound` for a code that the laboratory's rules lack.
    """
    if not form.reason or not form.outcome:
        raise BadInput(f"Say why the test was asked for and what came of it. {KEPT}")
    by_code(form.rules.reasons, form.reason)
    sample = by_code(form.rules.outcomes, form.outcome).sample
    at = local(form.at, pack)
    if at > now:
        raise BadInput("This test would be given in the future. Change its time; the draft is kept.")
    if form.temperature is not None and not _COLDEST <= form.temperature <= _HOTTEST:
        raise BadInput(f"A sample of {form.temperature:g} °F is no sample: type {_COLDEST} to {_HOTTEST}. {KEPT}")
    if sample and not (form.specimen and form.panel):
        raise BadInput(f"Choose the specimen and the panel. {KEPT}")
    made = _body(pack, form, at, sample=sample)
    label = f"Drug test of {form.short_name}"
    if form.record_id is None:
        return Act(label, (Create(made, form.entry_id),), at, form.entry_id)
    said, spec = plain_body(made), KINDS["drug_test"]
    changed = {
        name: spec.value(said, name)
        for name in spec.fields
        if name not in ("person_id", "officer_id", "agency_ids")
        and spec.value(said, name) != spec.value(form.opened, name)
    }
    if not changed:
        raise BadInput(f"Nothing was changed. {KEPT}")
    return Act(
        f"Results: {label[0].lower()}{label[1:]}",
        (Change("drug_test", form.record_id, changed),),
        local(now, pack),
        form.entry_id,
    )


def _body(pack: Pack, form: DrugTestForm, at: dt.datetime, *, sample: bool) -> DrugTest:
    del pack
    read = form.readings if sample else ()
    reported = any(one.initial or one.confirm for one in read)
    kept = form.opened.get("reported_on")
    return DrugTest(
        person_id=form.person_id,
        officer_id=form.officer_id,
        case_id=form.case_id,
        at=at,
        reason=form.reason,
        outcome=form.outcome,
        specimen=form.specimen if sample else "",
        panel=form.panel if sample else "",
        validity=form.validity if sample else "",
        temperature=form.temperature if sample else None,
        observed=form.observed if sample else False,
        custody_number=clean(form.custody_number) if sample else "",
        laboratory=clean(form.laboratory) if sample else "",
        admitted=clean_text(form.admitted),
        prescription=clean_text(form.prescription),
        results=[_result(form.rules, one) for one in read],
        reported_on=(dt.date.fromisoformat(kept) if kept else at.date()) if reported else None,
        rules=form.rules.name,
        unit=form.rules.unit,
        plan_id=form.plan_id if form.reason == RANDOM else None,
        drawn_on=form.drawn_on if form.reason == RANDOM else None,
        appointment_id=form.appointment_id,
        note=clean_text(form.note),
    )


def _result(rules: TestRules, one: Reading) -> SubstanceResult:
    substance = rules.substance(one.substance)
    return SubstanceResult(
        substance=one.substance,
        initial=one.initial,
        confirm=one.confirm,
        initial_level=one.initial_level,
        confirm_level=one.confirm_level,
        initial_cutoff=substance.initial if substance and one.initial_level is not None else None,
        confirm_cutoff=substance.confirm if substance and one.confirm_level is not None else None,
        prescribed=one.prescribed,
    )


@dataclass(frozen=True, kw_only=True)
class DrawPlanForm:
    """A filled-in plan of draws. `replaces` tells that another one holds, so that a reason is needed."""

    person_id: str
    short_name: str
    officer_id: str
    case_id: str | None
    starts_on: dt.date
    drawn_by: str
    hits: int = 0
    out_of: int = 0
    least: int = 0
    most: int = 0
    per: str = ""
    days: int = 0
    panel: str = ""
    reason: str = ""
    replaces: bool = False
    entry_id: str = field(default_factory=new_id)


def draw_plan_act(pack: Pack, form: DrawPlanForm, now: dt.datetime) -> Act:
    """The plan, with chance of its own that nobody chose.

    Raises `BadInput` without an open case, for a first day up to today, a plan that draws nothing sensible, or one that
    takes another's place without a reason.
    """
    here = local(now, pack)
    if form.case_id is None:
        raise BadInput(f"There is no open case on this laptop for it to be about. {KEPT}")
    if form.starts_on <= here.date():
        raise BadInput(f"A plan draws from tomorrow at the earliest, not from {day(form.starts_on)}. {KEPT}")
    if form.replaces and not form.reason.strip():
        raise BadInput(f"Another plan holds: say why this one takes its place. {KEPT}")
    made = DrawPlan(
        person_id=form.person_id,
        case_id=form.case_id,
        officer_id=form.officer_id,
        written_at=here,
        starts_on=form.starts_on,
        drawn_by=form.drawn_by,
        hits=form.hits,
        out_of=form.out_of,
        least=form.least,
        most=form.most,
        per=form.per,
        days=form.days,
        seed="" if form.drawn_by == NONE else secrets.token_hex(32),
        panel=form.panel,
        reason=clean(form.reason),
    )
    if form.drawn_by != NONE:
        try:
            plan_of(plan_record(form.entry_id, plain_body(made), here.date()))
        except FieldpoError as error:
            raise BadInput(f"{error.message.removeprefix('test plan: ')} {KEPT}") from error
    return Act(f"Test draws of {form.short_name}", (Create(made, form.entry_id),), here, form.entry_id)


def plan_record(
    plan_id: str, body: Mapping[str, Json], written_on: dt.date, *, officer: str = "", ended_on: dt.date | None = None
) -> PlanRecord:
    """A plan's record as the draws take it."""
    return PlanRecord(
        plan_id=plan_id,
        person_id=body["person_id"],
        written_on=written_on,
        starts_on=dt.date.fromisoformat(body["starts_on"]),
        drawn_by=body["drawn_by"],
        seed=body.get("seed", ""),
        hits=body.get("hits", 0),
        out_of=body.get("out_of", 0),
        least=body.get("least", 0),
        most=body.get("most", 0),
        per=body.get("per", ""),
        days=body.get("days", 0),
        panel=body.get("panel", ""),
        reason=body.get("reason", ""),
        officer=officer,
        ended_on=ended_on,
    )
