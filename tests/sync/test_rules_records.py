"""Assessments, chosen responses, tests and plans of draws against a real central: accepted, kept whole, drawn alike."""

from __future__ import annotations

import datetime as dt

from fieldpo.store.acting.acts import perform
from fieldpo.store.entries.assessment import AssessmentForm, assessment_act
from fieldpo.store.entries.drug_test import DrawPlanForm, DrugTestForm, draw_plan_act, drug_test_act, plan_record
from fieldpo.store.entries.report import ReportForm, Signature, report_act, signed_sha256
from fieldpo.store.entries.response import Asking, chosen_response
from fieldpo.store.queries.rules.draws import drawn_again
from fieldpo.store.records import read_record
from fieldpo.supervision.calendar import local
from fieldpo.supervision.drug_tests.draw_plans import drawn
from fieldpo.supervision.drug_tests.reading import Reading
from fieldpo.supervision.drug_tests.rules_file import LABORATORIES
from fieldpo.supervision.instruments.instrument import shipped as shipped_instrument
from fieldpo.supervision.instruments.scoring import score
from fieldpo.supervision.packs.reading import shipped
from fieldpo.supervision.packs.uses import matrix_of
from fieldpo.sync.protocol.ids import new_id
from fieldpo.sync.protocol.kinds import Case, Condition, Person

from .conftest import Field

PACK = shipped("demo")
AT = dt.datetime(2026, 11, 22, 17, 4, tzinfo=dt.timezone(dt.timedelta(hours=-6)))
WHO = "Fahey, B."


def test_what_the_rules_decided_stands_at_central_whole(field: Field) -> None:
    """All four are accepted; another laptop and central's own record give the same score, hash and draws."""
    reyes = field.central.user("reyes")
    person, case, condition = new_id(), new_id(), new_id()
    field.central.put(
        reyes.id,
        [
            (person, Person(family_name="Fahey")),
            (case, Case(person_id=person, level="high", start_on=dt.date(2026, 5, 4))),
            (condition, Condition(person_id=person, case_id=case, category="reporting", text="Report.")),
        ],
    )
    laptop = field.enrol(reyes)
    laptop.sync()
    answers = {f"q{n}": n < 5 for n in range(1, 11)}
    scored = AssessmentForm(
        person_id=person,
        short_name=WHO,
        officer_id=reyes.id,
        instrument=shipped_instrument("dast10"),
        answers=answers,
        done_on=AT.date(),
    )
    chosen = chosen_response(
        matrix_of(PACK), PACK, Asking(known_on=AT.date(), severity="medium", risk="high"), "confinement", 2, ""
    )
    report = ReportForm(
        person_id=person,
        short_name=WHO,
        officer_id=reyes.id,
        case_id=case,
        condition_ids=(condition,),
        evidence=(),
        facts="Did not report.",
        severity="medium",
        recommendation="confinement",
        response=chosen,
    )
    sample = DrugTestForm(
        person_id=person,
        short_name=WHO,
        officer_id=reyes.id,
        rules=LABORATORIES.shipped("dot40"),
        at=AT,
        reason="scheduled",
        outcome="collected",
        specimen="urine",
        panel="thc",
    )
    plan = DrawPlanForm(
        person_id=person,
        short_name=WHO,
        officer_id=reyes.id,
        case_id=case,
        starts_on=dt.date(2026, 11, 24),
        drawn_by="period",
        least=2,
        most=4,
        per="month",
    )
    acts = (
        assessment_act(PACK, scored, AT),
        report_act(PACK, report, Signature("Reyes, Ana", "Officer", AT)),
        drug_test_act(PACK, sample, AT),
        draw_plan_act(PACK, plan, AT),
    )
    for act in acts:
        perform(laptop.vault, act, AT)
    receipt = laptop.sync()
    assert (receipt.received, receipt.held, receipt.returned, receipt.not_sent) == (5, 0, 0, 0)
    read = Reading(substance="thc", initial="positive", confirm="positive", initial_level=62.0, confirm_level=18.0)
    later = AT + dt.timedelta(days=2)
    with laptop.vault.reading() as connection:
        stood = read_record(connection, "drug_test", sample.entry_id)
    assert stood is not None
    results = DrugTestForm(
        **{
            name: getattr(sample, name)
            for name in (
                "person_id",
                "short_name",
                "officer_id",
                "rules",
                "at",
                "reason",
                "outcome",
                "specimen",
                "panel",
            )
        },
        validity="valid",
        readings=(read,),
        record_id=sample.entry_id,
        opened=stood.body,
    )
    perform(laptop.vault, drug_test_act(PACK, results, later), later)
    assert laptop.sync().received == 1
    at_central = field.central.record(scored.entry_id).body
    again = score(shipped_instrument(at_central["instrument"]), at_central["items"])
    assert (again.total, again.level) == (at_central["score"], at_central["level"])
    signed = field.central.record(report.entry_id).body
    assert signed["signed_sha256"] == signed_sha256(signed)
    assert signed["response"]["range"] == "modify conditions or short confinement, 0 to 3 days"
    assert field.central.record(sample.entry_id).body["results"][0]["confirm_cutoff"] == 15.0
    body = field.central.record(plan.entry_id).body
    written = local(dt.datetime.fromisoformat(body["written_at"]), PACK).date()
    record = plan_record(plan.entry_id, body, written)
    span = [dt.date(2026, 11, 24) + dt.timedelta(days=n) for n in range(60)]
    there = {on: made[1].drawn for on in span if (made := drawn([record], on, lambda _: PACK))}
    other = field.enrol(reyes)
    other.sync()
    with other.vault.reading() as connection:
        here = {one.day: one.drawn for one in drawn_again(connection, person, span[0], span[-1])}
    assert here == there
    assert 4 <= sum(here.values()) <= 12
