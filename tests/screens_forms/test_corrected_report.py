"""A signed report that came back is written anew with what was typed: in its place, or as its answer."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import text
from textual.widgets import Input

from fieldpo.app import FieldpoApp
from fieldpo.screens.needs_answer import NeedsAnswerScreen
from fieldpo.screens.violation_report import ViolationReportScreen
from fieldpo.screens.widgets.evidence_list import EvidenceList
from fieldpo.store.acting.acts import perform
from fieldpo.store.acting.outbox_view import OutboxEntry, outbox_entries
from fieldpo.store.entries.report import ReportForm, Signature, report_act, signed_sha256
from fieldpo.store.entries.response import Asking, chosen_response, recommended
from fieldpo.store.queries.clients.conditions import conditions
from fieldpo.store.queries.forms.person import entries, form_person
from fieldpo.store.vault import Vault
from fieldpo.supervision.packs.reading import shipped
from fieldpo.supervision.packs.uses import matrix_of
from fieldpo.sync.protocol.exchange import Problem, Verdict, VerdictKind
from fieldpo.sync.protocol.kinds import ReportStep
from fieldpo.sync.protocol.ops import thaw
from tests.filled_vault import OFFICER, PASSPHRASE, Pulled, fill
from tests.screens_forms.caseload import FAHEY
from tests.screens_forms.opening import Open
from tests.screens_forms.playing import NOW, bodies, count, painted, play, settle
from tests.snapshots import settled

FACTS = "On 2 November Fahey did not report, and did not call."
REASON = "Second time this month."
SAME = ("allegations", "severity", "recommendation", "reason", "case_id", "response")
"""What stands in the new one as it stood in the one before."""


async def sign(pilot: Any) -> None:
    """Submit, and the passphrase."""
    await play(pilot, "ctrl+s")
    pilot.app.screen.query_one(Input).value = PASSPHRASE
    await play(pilot, "enter")
    await settled(pilot)


async def correct(pilot: Any) -> None:
    """3, until the form has its draft."""
    await play(pilot, "3")
    await settled(pilot)


def submitted(vault: Vault) -> dict[str, Any]:
    """A signed report with evidence, another severity than the first, a response and a reason, as its form makes it."""
    pack = shipped("demo")
    matrix = matrix_of(pack)
    with vault.reading() as connection:
        case_id = form_person(connection, pack, OFFICER, FAHEY, NOW, form="").case_id or ""
        alleged = conditions(connection, pack, FAHEY)
        shown = entries(connection, pack, FAHEY)
    severity = matrix.severities[1].code
    known = Asking(known_on=shown[0].occurred_at.date(), severity=severity, risk="high")
    response = recommended(matrix, pack, known).range
    assert response is not None
    form = ReportForm(
        person_id=FAHEY,
        short_name="Fahey, B.",
        officer_id=OFFICER,
        case_id=case_id,
        condition_ids=(alleged[0].record_id,),
        evidence=tuple(one.entry_id for one in shown[:2]),
        facts=FACTS,
        severity=severity,
        recommendation=response.responses[0],
        reason=REASON,
        response=chosen_response(matrix, pack, known, response.responses[0], response.least, REASON),
    )
    perform(vault, report_act(pack, form, Signature("Reyes, Ana", "Officer", NOW)), NOW)
    (body,) = bodies(vault, "violation_report")
    return body


def send_back(vault: Vault, code: str = "invalid-body") -> list[OutboxEntry]:
    """Central returns the report for what it says, and its first step with it."""
    with vault.writing() as connection:
        for op_id, kind in connection.execute(text("SELECT op_id, kind FROM op WHERE state = 'waiting'")).all():
            why = Problem(type=code if kind.startswith("violation") else "group-refused", title="refused")
            verdict = Verdict(op_id=op_id, verdict=VerdictKind.REJECTED, rev=1, problem=why)
            connection.execute(
                text("UPDATE op SET state = 'rejected', verdict = :verdict, problem = :code WHERE op_id = :id"),
                {"id": op_id, "verdict": msgspec.json.encode(verdict).decode(), "code": why.type},
            )
    return asked(vault)


def asked(vault: Vault) -> list[OutboxEntry]:
    """What is not done."""
    with vault.reading() as connection:
        return outbox_entries(connection)


def report_form(app: FieldpoApp) -> ViolationReportScreen:
    """The form, which stands in front."""
    assert isinstance(app.screen, ViolationReportScreen)
    return app.screen


def frozen(vault: Vault, op_id: str) -> str:
    """An op's text."""
    with vault.reading() as connection:
        return str(connection.scalar(text("SELECT text FROM frozen_op WHERE op_id = :id"), {"id": op_id}))


async def test_what_was_typed_stands_in_a_draft_and_is_signed_in_its_place(vault: Vault, on_row: Open) -> None:
    """The same record, its op and its step's in place of those returned; what was signed before stays to the letter."""
    before = submitted(vault)
    report, step = send_back(vault)
    signed = frozen(vault, report.op_id)
    app = on_row(FAHEY)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await play(pilot, "a")
        assert "correct it" in report.to_do.casefold()
        assert "3 correct" in painted(app).splitlines()[-1]
        await correct(pilot)
        form = report_form(app)
        assert "in place of the one returned" in painted(app)
        assert form.note.text == FACTS
        assert form.response.typed.reason == REASON
        assert form.query_one("#evidence", EvidenceList).picked == tuple(before["allegations"][0]["evidence"])
        assert all(one.get("id") != report.record_id for one in form.response.asking().earlier)
        form.note.text = FACTS.replace("2", "3")
        await settle(pilot)
        await sign(pilot)
        assert isinstance(app.screen, NeedsAnswerScreen)
        assert "Nothing needs your answer" in painted(app)
    (after,) = bodies(vault, "violation_report")
    assert after["facts"] == FACTS.replace("2", "3")
    assert after["signed_sha256"] == signed_sha256(after) != before["signed_sha256"]
    assert [after.get(name) for name in SAME] == [before.get(name) for name in SAME]
    again = [thaw(frozen(vault, one.op_id)) for one in asked(vault)]
    assert [(op.record_id, op.supersedes) for op in again] == [
        (report.record_id, report.op_id),
        (step.record_id, step.op_id),
    ]
    assert again[0].group_id == again[1].group_id is not None
    assert again[1].body["report_id"] == report.record_id
    assert frozen(vault, report.op_id) == signed
    assert count(vault, "draft") == 0


async def test_until_it_is_signed_the_returned_one_waits_and_one_draft_is_kept(vault: Vault, on_row: Open) -> None:
    """Left and opened again it is the same draft; what cannot be done or is gone is said."""
    evidence = submitted(vault)["allegations"][0]["evidence"]
    before = send_back(vault)
    with vault.writing() as connection:
        connection.execute(text("UPDATE r_contact SET hidden = 1 WHERE id = :id"), {"id": evidence[0]})
    app = on_row(FAHEY)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        await play(pilot, "a 2")
        assert "correct it in a new draft (3)" in [one.message for one in app._notifications][-1]
        assert "condition id" not in painted(app)
        await correct(pilot)
        assert (
            "1 condition or entry that it named is not in these lists"
            in [one.message for one in app._notifications][-1]
        )
        assert "Evidence from the case notes: 1 marked" in painted(app)
        report_form(app).note.text = "Begun."
        await play(pilot, "escape")
        await settled(pilot)
        await correct(pilot)
        assert report_form(app).note.text == "Begun."
        assert count(vault, "draft") == 1
        await play(pilot, "escape")
    assert [one.op_id for one in asked(vault)] == [one.op_id for one in before]
    assert count(vault, "r_violation_report") == 1


async def test_a_report_that_the_supervisor_returned_stands_in_the_next_one_whole(vault: Vault, on_row: Open) -> None:
    """Facts, evidence, response and the reason for it; the new one is a record of its own that answers it."""
    before = submitted(vault)
    with vault.writing() as connection:
        connection.execute(text("UPDATE op SET state = 'done'"))
        report_id = str(connection.scalar(text("SELECT id FROM r_violation_report")))
    step = ReportStep(
        person_id=FAHEY, report_id=report_id, step="returned", officer_id="boss", written_at=NOW, comment="Say when."
    )
    fill(vault, [Pulled("report_step", "0192aaab-0000-7000-8000-0000000000f1", FAHEY, step)])
    app = on_row(FAHEY)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await play(pilot, "v")
        await settled(pilot)
        form = report_form(app)
        assert (form.note.text, form.response.typed.reason) == (FACTS, REASON)
        assert form.response.known_on.isoformat() == before["response"]["known_on"]
        assert form.response.typed.known_on is None
        await sign(pilot)
    _, after = bodies(vault, "violation_report")
    assert after["answers_id"] == report_id
    assert [after.get(name) for name in SAME] == [before.get(name) for name in SAME]
