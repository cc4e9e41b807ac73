"""A signed report that central refused for its content, corrected and sent: it stands there once, with its one step."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from fieldpo.central.books.database import reading
from fieldpo.central.books.tables import quarantine
from fieldpo.errors import BadInput
from fieldpo.store.acting import answers
from fieldpo.store.acting.acts import perform
from fieldpo.store.acting.corrections import Correction, correction
from fieldpo.store.acting.outbox_view import OutboxEntry, outbox_entries
from fieldpo.store.entries.report import ReportForm, Signature, report_act
from fieldpo.supervision.packs.reading import shipped
from fieldpo.sync.protocol.body import KINDS
from fieldpo.sync.protocol.kinds import Case, Condition, Person
from tests.central_records import every_record
from tests.sync.conftest import Device, Field

AT = dt.datetime(2026, 11, 22, 15, 0, tzinfo=dt.UTC)
BELL = "\\u0007"


@pytest.fixture
def laptop(field: Field) -> Device:
    """Reyes' laptop with a client, a case and a condition."""
    reyes = field.central.user("mreyes")
    field.central.put(
        reyes.id,
        [
            ("p1", Person(family_name="Fahey")),
            ("c1", Case(person_id="p1", supervision_type="probation")),
            ("k1", Condition(person_id="p1", case_id="c1", category="curfew", text="In by nine")),
        ],
    )
    made = field.enrol(reyes)
    made.sync()
    return made


def submit(laptop: Device, facts: str, corrects: Correction | None = None) -> None:
    """Sign a report and save it."""
    form = ReportForm(
        person_id="p1",
        short_name="Fahey",
        officer_id=laptop.vault.identity.user_id,
        case_id="c1",
        condition_ids=("k1",),
        evidence=(),
        facts=facts,
        severity="low",
        recommendation="warning",
        corrects=corrects,
    )
    perform(laptop.vault, report_act(shipped("demo"), form, Signature("Reyes", "", AT)), AT)


def asked(laptop: Device) -> list[OutboxEntry]:
    """What is not done."""
    with laptop.vault.reading() as connection:
        return outbox_entries(connection)


def how(laptop: Device, op_id: str) -> Correction:
    """How the report can be corrected."""
    with laptop.vault.reading() as connection:
        return correction(connection, op_id)


@pytest.fixture
def returned(laptop: Device) -> OutboxEntry:
    """A report with a character that central does not take, as a fieldpo with a hole in its cleaning froze it."""
    submit(laptop, "Not in at nine.")
    with laptop.vault.writing() as connection:
        connection.execute(sa.text("UPDATE op_text SET text = replace(text, 'Not in', :bad)"), {"bad": f"Not{BELL} in"})
    assert laptop.sync().returned == 2
    report, step = asked(laptop)
    assert (report.problem, report.correctable, step.problem) == ("control-characters", True, "group-refused")
    return report


def at_central(field: Field, kind: str) -> list[dict[str, object]]:
    """The bodies of a kind there."""
    with reading(field.central.engine) as conn:
        return [each.body for each in every_record(conn) if each.kind == kind and not each.deleted]


@pytest.mark.parametrize("step_sent", [False, True])
def test_a_corrected_report_stands_at_central_once(
    field: Field, laptop: Device, returned: OutboxEntry, *, step_sent: bool
) -> None:
    """Also where the officer has sent its step again by itself before; nothing is asked any more."""
    if step_sent:
        step = asked(laptop)[1]
        answers.replace_returned(laptop.vault, step.op_id, KINDS[step.kind].check(dict(step.typed)), AT)
        laptop.sync()
    submit(laptop, "Not in at ten.", how(laptop, returned.op_id))
    assert laptop.sync().need_answer == 0
    [report] = at_central(field, "violation_report")
    assert report["facts"] == "Not in at ten."
    [first] = at_central(field, "report_step")
    assert (first["report_id"], first["step"]) == (returned.record_id, "submitted")
    assert asked(laptop) == []
    with reading(field.central.engine) as conn:
        assert set(conn.execute(sa.select(quarantine.c.state)).scalars()) == {"superseded"}
    assert how(laptop, returned.op_id).over


def test_what_was_set_aside_is_not_taken_the_place_of(laptop: Device, returned: OutboxEntry) -> None:
    """The draft is a report of its own then."""
    answers.set_aside(laptop.vault, returned.op_id, AT)
    assert how(laptop, returned.op_id) == Correction(returned.op_id)
    submit(laptop, "Not in at ten.", how(laptop, returned.op_id))
    assert [one.record_id == returned.record_id for one in asked(laptop) if one.kind == "violation_report"] == [False]


def test_what_was_sent_again_is_not_written_twice(laptop: Device, returned: OutboxEntry) -> None:
    """As it was signed, while the draft stood: the draft is not submitted, and says why."""
    same = KINDS[returned.kind].check(dict(returned.typed))
    answers.replace_returned(laptop.vault, returned.op_id, same, AT)
    assert how(laptop, returned.op_id).over
    with pytest.raises(BadInput, match="it was sent again"):
        submit(laptop, "Not in at ten.", how(laptop, returned.op_id))
