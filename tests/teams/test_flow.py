"""Two laptops and a running central: an officer's report goes to the supervisor, back, and is approved."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest
from sqlalchemy import func, select, text

from fieldpo.central.books.database import writing
from fieldpo.central.teams import team
from fieldpo.errors import BadInput
from fieldpo.store.acting.acts import Act, Create, perform
from fieldpo.store.acting.undo import undo
from fieldpo.store.database.migrations import sql_table
from fieldpo.store.database.record_table import TABLES
from fieldpo.store.entries.decision import Decision, case_request_act, decided_sha256, decision_act
from fieldpo.store.entries.report import ReportForm, Signature, report_act
from fieldpo.store.partitions import partitions, supervises
from fieldpo.store.queries.day.today import today
from fieldpo.store.queries.supervisor.review import may_read, report_in_review, review
from fieldpo.store.queries.supervisor.team import cases_of
from fieldpo.store.records import read_record
from fieldpo.sync.protocol.kinds import Contact
from tests.sync.conftest import Device, Field
from tests.teams.laptops import CASE, CONDITION, ENTRY, NOW, PACK, PERSON, stood_up


def report(device: Device, facts: str, answers: str | None = None) -> str:
    """A report signed and submitted; gives its id."""
    user = device.vault.identity.user_id
    form = ReportForm(
        person_id=PERSON,
        short_name="Fahey, B.",
        officer_id=user,
        case_id=CASE,
        condition_ids=(CONDITION,),
        evidence=(ENTRY,),
        facts=facts,
        severity=PACK.severities[0].code,
        recommendation=PACK.recommendations[0].code,
        answers_id=answers,
    )
    perform(device.vault, report_act(PACK, form, Signature("Rivera", "Officer", NOW)), NOW)
    return form.entry_id


def decide(device: Device, report_id: str, step: str, comment: str = "") -> str:
    """What the supervisor signs; gives the act's id."""
    with device.vault.reading() as connection:
        found = report_in_review(connection, PACK, report_id, device.vault.identity.user_id)
    assert found is not None
    decision = Decision(
        report_id=report_id,
        person_id=found.person_id,
        short_name=found.waiting.subject,
        step=step,
        comment=comment,
        report=found.body,
    )
    user = device.vault.identity.user_id
    act = decision_act(PACK, decision, Signature("Whitfield", "Supervisor", NOW), officer_id=user)
    perform(device.vault, act, NOW)
    return act.act_id


def queue(device: Device) -> list[tuple[str, str]]:
    """Reports in the supervisor's queue: client, and where each stands."""
    with device.vault.reading() as connection:
        found = review(connection, PACK, device.vault.identity.user_id)
    return [(one.subject, one.decided or one.state) for one in found.waiting]


def returned(device: Device) -> list[str]:
    """What Today says is returned to the officer."""
    with device.vault.reading() as connection:
        shown = today(connection, PACK, device.vault.identity.user_id, NOW)
    return [row.why for row in shown.rows if "Say who" in row.why]


def traces(device: Device, partition: str) -> int:
    """Rows on a device of a partition, hidden ones too."""
    with device.vault.reading() as connection:
        return sum(
            connection.scalar(
                select(func.count())
                .select_from(sql_table(model))
                .where(sql_table(model).c.partition.in_((partition, f"left:{partition}")))
            )
            or 0
            for model in TABLES.values()
        )


def visited(officer_id: str) -> Act:
    """A contact with the client, as anyone would log it."""
    made = Contact(person_id=PERSON, occurred_at=NOW, contact="field", outcome="reported", officer_id=officer_id)
    return Act("Contact", (Create(made),), NOW)


def test_from_submitted_to_approved_and_out_of_the_team(field: Field) -> None:
    """Submitted, returned with a comment that stands on Today, answered, approved; a case on demand; and the end."""
    officer, boss, north = stood_up(field)
    back_and_forth(officer, boss)
    whole_case(boss, officer.vault.identity.user_id)
    rivera, whitfield = (each.vault.identity.user_id for each in (officer, boss))
    with writing(field.central.engine) as conn:
        team.leave(conn, rivera, now=NOW)
    boss.sync()
    assert traces(boss, f"case:{PERSON}") == 0
    with boss.vault.reading() as connection:
        assert cases_of(connection, rivera) == ()
    with writing(field.central.engine) as conn:
        team.end_supervising(conn, north, whitfield, now=dt.datetime.now(dt.UTC))
    boss.sync()
    assert traces(boss, north) == 0
    with boss.vault.reading() as connection:
        assert not supervises(connection)
    for device in (officer, boss):
        with device.vault.reading() as connection:
            assert connection.scalar(text("SELECT count(*) FROM op WHERE state <> 'done'")) == 0


def back_and_forth(officer: Device, boss: Device) -> None:
    """A report until it is approved."""
    first = report(officer, "He was out at ten.")
    officer.sync()
    boss.sync()
    user = boss.vault.identity.user_id
    with boss.vault.reading() as connection:
        assert supervises(connection)
        found = report_in_review(connection, PACK, first, user)
    assert queue(boss) == [("Fahey, Brendan", "submitted")]
    assert found is not None
    assert [(one.condition, [each.words for each in one.evidence]) for one in found.allegations] == [
        ("In by nine.", ["Not in at ten."])
    ]
    act_id = decide(boss, first, "returned", "Say who opened the door.")
    assert queue(boss) == [("Fahey, Brendan", "returned")]
    with pytest.raises(BadInput):
        undo(boss.vault, act_id, NOW)
    assert boss.sync().returned == 0
    officer.sync()
    assert [why for why in returned(officer) if "door" in why]
    second = report(officer, "His sister opened at ten; he was out.", answers=first)
    officer.sync()
    assert returned(officer) == []
    boss.sync()
    with boss.vault.reading() as connection:
        again = report_in_review(connection, PACK, second, user)
    assert again is not None
    assert [label for label, _ in again.before] == ["RETURNED", "CHANGED", "WAS"]
    decide(boss, second, "approved")
    boss.sync()
    assert queue(boss) == []
    officer.sync()
    with officer.vault.reading() as connection:
        rows = connection.execute(text("SELECT step, body FROM r_report_step WHERE report_id = :id"), {"id": second})
        steps = {row.step: msgspec.json.decode(row.body) for row in rows}
        signed = read_record(connection, "violation_report", second)
    assert set(steps) == {"submitted", "approved"}
    assert signed is not None
    assert steps["approved"]["signed_sha256"] == decided_sha256(steps["approved"], signed.body)


def whole_case(boss: Device, officer_id: str) -> None:
    """Asked for with a reason, read, and not written in."""
    user = boss.vault.identity.user_id
    with boss.vault.reading() as connection:
        assert not may_read(connection, PERSON)
        assert [case.case_number for case in cases_of(connection, officer_id)] == ["C-1"]
    perform(boss.vault, case_request_act(PACK, PERSON, "Fahey", "Complaint of 20 Nov", officer_id=user, now=NOW), NOW)
    boss.sync()
    with boss.vault.reading() as connection:
        assert may_read(connection, PERSON)
        assert any(one.id == f"case:{PERSON}" and one.hash != "0" * 64 for one in partitions(connection))
    with pytest.raises(BadInput):
        perform(boss.vault, visited(user), NOW)
