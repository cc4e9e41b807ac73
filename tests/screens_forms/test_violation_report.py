"""Violation report: picked, written, signed with the passphrase, submitted; and what a wrong passphrase does."""

from __future__ import annotations

import hashlib

import msgspec

from fieldpo.store.entries.report import signed_sha256
from fieldpo.store.opening.attempts import MOST_FAILURES
from fieldpo.store.vault import Vault, peek
from fieldpo.sync.protocol.kinds import Officer
from tests.filled_vault import OFFICER, PASSPHRASE, Pulled, fill
from tests.screens_forms.caseload import FAHEY
from tests.screens_forms.opening import Open
from tests.screens_forms.playing import bodies, painted, play, settle, type_in

FACTS = "On 2 November Fahey did not report, and did not call."


async def test_report_is_signed_and_submitted(vault: Vault, on_row: Open) -> None:
    """The report holds conditions, evidence, facts, who signed and a hash that can be computed again; one step."""
    app = on_row(FAHEY)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await play(pilot, "v space enter space space space enter")
        await type_in(pilot, FACTS)
        await play(pilot, "tab enter enter")
        await play(pilot, "S")
        await type_in(pilot, PASSPHRASE)
        await play(pilot, "enter")
    (report,) = bodies(vault, "violation_report")
    assert report["facts"] == FACTS
    assert [len(one["evidence"]) for one in report["allegations"]] == [3]
    assert (report["signed_name"], report["signed_title"]) == ("Reyes, Ana", "Officer")
    assert report["signed_at"] == "2026-11-23T14:33:00-06:00"
    assert report["signed_sha256"] == signed_sha256(report)
    unsigned = {name: value for name, value in report.items() if not name.startswith("signed_")}
    assert report["signed_sha256"] == hashlib.sha256(msgspec.json.encode(unsigned, order="deterministic")).hexdigest()
    (step,) = bodies(vault, "report_step")
    assert step["step"] == "submitted"


async def test_a_new_title_is_signed_with_and_an_old_signature_stays(vault: Vault, on_row: Open) -> None:
    """What central's record of the officer says when it is signed stands under the report, then and later."""
    app = on_row(FAHEY)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await play(pilot, "v space enter space space space enter")
        fill(vault, [Pulled("officer", OFFICER, None, Officer(name="Reyes-Cole, Ana", title="Senior Officer"))])
        app.records_changed()
        await settle(pilot)
        await type_in(pilot, FACTS)
        await play(pilot, "tab enter enter S")
        assert "Reyes-Cole, Ana, Senior Officer" in painted(app)
        await type_in(pilot, PASSPHRASE)
        await play(pilot, "enter")
    fill(vault, [Pulled("officer", OFFICER, None, Officer(name="Reyes-Cole, Ana", title="Supervisor"))])
    (report,) = bodies(vault, "violation_report")
    assert (report["signed_name"], report["signed_title"]) == ("Reyes-Cole, Ana", "Senior Officer")
    assert report["signed_sha256"] == signed_sha256(report)


async def test_wrong_passphrase_signs_nothing_and_counts(vault: Vault, on_row: Open) -> None:
    """A wrong passphrase is said, counts as a failed unlock, and the draft still stands."""
    app = on_row(FAHEY)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await play(pilot, "v space enter enter")
        await type_in(pilot, FACTS)
        await play(pilot, "tab enter enter S")
        await type_in(pilot, "not the passphrase")
        await play(pilot, "enter")
        assert "tries are left" in painted(app)
        await play(pilot, "escape")
        assert FACTS in painted(app)
    assert bodies(vault, "violation_report") == []
    attempts = peek(vault.folder).attempts
    assert attempts is not None
    assert attempts.left == MOST_FAILURES - 1


async def test_report_without_a_condition_is_not_signed(vault: Vault, on_row: Open) -> None:
    """Nothing is asked to be signed that could not be submitted."""
    app = on_row(FAHEY)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        await play(pilot, "v enter enter")
        await type_in(pilot, FACTS)
        await play(pilot, "tab enter enter S")
        assert "Pick at least one condition" in painted(app)
    assert bodies(vault, "violation_report") == []
