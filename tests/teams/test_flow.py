"""Two laptops and a running central: an officer's report goes to the supervisor, back, and is approved."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import pytest
from sqlalchemy import func, select, text

from fieldpo.central.books.database import writing
from fieldpo.central.office import intake as intakes
from fieldpo.central.office.intake_waiting import waiting
from fieldpo.central.teams import team
from fieldpo.errors import BadInput
from fieldpo.store.acting.acts import Act, Create, perform
from fieldpo.store.acting.outbox_view import Place, outbox_entries
from fieldpo.store.acting.undo import last_act, undo
from fieldpo.store.database.migrations import sql_table
from fieldpo.store.database.record_table import TABLES
from fieldpo.store.entries.decision import Decision, case_request_act, decided_sha256, decision_act
from fieldpo.store.entries.held_decision import OnHeld, held_decision_act
from fieldpo.store.entries.report import IntakeForm, ReportForm, Signature, intake_act, report_act
from fieldpo.store.partitions import partitions, supervises
from fieldpo.store.queries.day.today import today
from fieldpo.store.queries.supervisor.held import Held, held_for
from fieldpo.store.queries.supervisor.offers import offered, takers
from fieldpo.store.queries.supervisor.review import may_read, report_in_review, review
from fieldpo.store.queries.supervisor.team import cases_of
from fieldpo.store.records import read_record
from fieldpo.supervision.packs.reading import shipped
from fieldpo.sync.protocol.kinds import Case, Condition, Contact, Person, Withdrawal
from tests.sync.conftest import Device, Field

PACK = shipped("demo")
NOW = dt.datetime(2026, 11, 22, 14, 0, tzinfo=dt.timezone(-dt.timedelta(hours=6)))
PERSON, CASE, CONDITION, ENTRY = (f"00000000-0000-7000-8000-00000000000{n}" for n in range(1, 5))


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


def stood_up(field: Field) -> tuple[Device, Device, str]:
    """An officer with a client, their supervisor, both with laptops, and the team's partition."""
    rivera, whitfield = field.central.user("rivera"), field.central.user("whitfield")
    entry = Contact(
        person_id=PERSON,
        occurred_at=NOW - dt.timedelta(days=1),
        contact="field",
        outcome="reported",
        officer_id=rivera.id,
        note="Not in at ten.",
    )
    field.central.put(
        rivera.id,
        [
            (PERSON, Person(family_name="Fahey", given_name="Brendan", agency_ids={"doc": "4471"})),
            (CASE, Case(person_id=PERSON, case_number="C-1", level="high")),
            (CONDITION, Condition(person_id=PERSON, case_id=CASE, category="curfew", text="In by nine.")),
            (ENTRY, entry),
        ],
    )
    with writing(field.central.engine) as conn:
        north = team.add_team(conn, "North", now=NOW).partition
        team.assign(conn, north, rivera.id, now=NOW)
        team.supervise(conn, north, whitfield.id, now=NOW)
    officer, boss = field.enrol(rivera), field.enrol(whitfield)
    officer.sync()
    return officer, boss, north


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


def test_someone_not_listed_goes_to_whoever_has_them(field: Field) -> None:
    """Two whom nobody knows: one is matched and leaves the laptop, with what hangs on them; both are told of."""
    officer, boss, _ = stood_up(field)
    okafor = field.enrol(field.central.user("okafor"))
    user = okafor.vault.identity.user_id
    ids = []
    for family in ("Doe", "Roe"):
        form = IntakeForm(
            family_name=family, officer_id=user, note=f"{family} came to the desk.", agency_id=f"X-{family}"
        )
        perform(okafor.vault, intake_act(PACK, form, NOW), NOW)
        ids.append(form.entry_id)
    okafor.sync()
    boss.sync()
    withdrawn = Withdrawal(entry_id=ids[0], reason="twice", officer_id=user, written_at=NOW)
    perform(okafor.vault, Act("In error", (Create(withdrawn),), NOW), NOW)
    with writing(field.central.engine) as conn:
        assert [one.intake.family_name for one in waiting(conn)] == ["Doe", "Roe"]
        assert intakes.match(conn, ids[0], PERSON, NOW) == 1
        made = intakes.create(conn, ids[1], officer.vault.identity.user_id, "parole", NOW)
    assert okafor.sync().returned == 0
    with okafor.vault.reading() as connection:
        assert [
            connection.scalar(text("SELECT count(*) FROM r_intake WHERE id = :id"), {"id": each}) for each in ids
        ] == [
            0,
            0,
        ]
        told = connection.execute(text("SELECT body FROM r_intake_outcome")).scalars()
        assert {(said["name"], said["became"]) for said in map(msgspec.json.decode, told)} == {
            ("Doe", "matched"),
            ("Roe", "created"),
        }
    officer.sync()
    with officer.vault.reading() as connection:
        rows = connection.execute(text("SELECT id, person_id FROM r_intake")).all()
        assert {(row.id, row.person_id) for row in rows} == {(ids[0], PERSON), (ids[1], made)}
        held = connection.scalar(text("SELECT person_id FROM r_withdrawal WHERE hidden = 0"))
        assert held == PERSON
    for device in (officer, okafor):
        with device.vault.reading() as connection:
            assert connection.scalar(text("SELECT count(*) FROM op WHERE state <> 'done'")) == 0


def held_here(device: Device) -> list[Held]:
    """What the supervisor's laptop shows as held."""
    with device.vault.reading() as connection:
        return list(held_for(connection, PACK, device.vault.identity.user_id))


def on_held(device: Device, item: Held, decision: str, **more: Any) -> None:
    """What the supervisor decides on it."""
    decided = OnHeld(held_op_id=item.op_id, what=item.reason, decision=decision, **more)
    user = device.vault.identity.user_id
    perform(device.vault, held_decision_act(PACK, decided, officer_id=user, now=NOW), NOW)


def test_a_supervisor_decides_on_someone_not_listed(field: Field) -> None:
    """Matched to the client of that name, made a new case, refused: decided offline, done with one sync, told of."""
    officer, boss, _ = stood_up(field)
    user = officer.vault.identity.user_id
    for family in ("Fahy", "Roe", "Poe"):
        form = IntakeForm(family_name=family, given_name="Brendan", officer_id=user, note="At the desk.")
        perform(officer.vault, intake_act(PACK, form, NOW), NOW)
    officer.sync()
    boss.sync()
    by_name = {one.subject.split(",")[0]: one for one in held_here(boss)}
    fahy, roe, poe = (by_name[family] for family in ("Fahy", "Roe", "Poe"))
    with boss.vault.reading() as connection:
        (whom,) = offered(connection, fahy.key)
        assert (whom.id, whom.why) == (PERSON, "called alike, C-1")
        assert [one.id for one in takers(connection, boss.vault.identity.user_id, user)] == [user]
    with pytest.raises(BadInput):
        on_held(boss, poe, "refuse")
    on_held(boss, fahy, "match", whom=(whom.id, whom.name))
    on_held(boss, roe, "create", whom=(user, "Rivera"), supervision="parole")
    on_held(boss, poe, "refuse", reason="Another county's")
    assert sorted(one.unsent for one in held_here(boss)) == ["match", "new case", "refuse"]
    with boss.vault.reading() as connection:
        first = outbox_entries(connection)[0]
        assert (first.label, first.place) == (f"Matched: not listed to {whom.name}", Place.NOT_SENT)
        last = last_act(connection)
    assert last is not None
    with pytest.raises(BadInput, match="stands"):
        undo(boss.vault, last.act_id, NOW)
    assert boss.sync().returned == 0
    assert held_here(boss) == []
    officer.sync()
    with officer.vault.reading() as connection:
        told = connection.execute(text("SELECT body FROM r_intake_outcome")).scalars()
        assert {(said["name"], said["became"], said.get("reason", "")) for said in map(msgspec.json.decode, told)} == {
            ("Fahy, Brendan", "matched", ""),
            ("Roe, Brendan", "created", ""),
            ("Poe, Brendan", "refused", "Another county's"),
        }
        supervised = connection.execute(text("SELECT body FROM r_case")).scalars()
        assert "parole" in {msgspec.json.decode(body).get("supervision_type") for body in supervised}


def test_what_another_has_decided_comes_back(field: Field) -> None:
    """Two supervisors decide on one: the second reads that it is over, and nothing is held on their laptop."""
    officer, boss, north = stood_up(field)
    other = field.central.user("lane")
    with writing(field.central.engine) as conn:
        team.supervise(conn, north, other.id, now=NOW)
    lane = field.enrol(other)
    user = officer.vault.identity.user_id
    form = IntakeForm(family_name="Doe", officer_id=user, note="At the desk.")
    perform(officer.vault, intake_act(PACK, form, NOW), NOW)
    for device in (officer, boss, lane):
        device.sync()
    for device in (boss, lane):
        on_held(device, held_here(device)[0], "refuse", reason="Not ours")
    assert boss.sync().returned == 0
    assert lane.sync().returned == 1
    assert held_here(lane) == []
    with lane.vault.reading() as connection:
        (entry,) = outbox_entries(connection)
    assert (entry.place, entry.problem) == (Place.RETURNED, "already-decided")
