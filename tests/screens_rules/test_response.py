"""Choosing a response: the range under a named policy, counts, limits, deadlines; departures need a reason."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from textual.pilot import Pilot

from fieldpo.store.queries.reports.responses import responses_of
from fieldpo.store.vault import Vault
from fieldpo.supervision.packs.reading import shipped
from tests.filled_vault import PASSPHRASE, fill
from tests.screens_forms.caseload import FAHEY
from tests.screens_forms.opening import Open
from tests.screens_forms.playing import bodies, painted, play, settle, type_in
from tests.screens_rules.records import earlier_reports, pack

TODAY = dt.date(2026, 11, 23)


async def _to_severity(pilot: Pilot[Any]) -> None:
    """A condition, the newest entry as evidence and the facts: the marker stands on the severity."""
    await settle(pilot)
    await play(pilot, "enter space enter space enter")
    await type_in(pilot, "Did not report.")
    await play(pilot, "tab")


async def _sign(pilot: Pilot[Any]) -> None:
    await play(pilot, "S")
    await type_in(pilot, PASSPHRASE)
    await play(pilot, "enter")


def _said(app: Any) -> str:
    return " ".join(word for word in painted(app).split() if word not in "│▌▆▃▂")


async def test_the_range_is_shown_and_the_choice_is_kept_with_all_that_was_counted(vault: Vault, on_row: Open) -> None:
    """Two earlier medium reports make the third a high one: range, deadline, limits and reports counted are kept."""
    days = (dt.date(2026, 9, 10), dt.date(2026, 10, 12))
    fill(vault, [*earlier_reports(FAHEY, days, "medium"), *earlier_reports(FAHEY, [], "low")])
    app = on_row(FAHEY, "violation_report")
    async with app.run_test(size=(80, 24)) as pilot:
        await _to_severity(pilot)
        assert "continue supervision, no action" not in _said(app).split("RANGE")[1].split("DUE")[0]
        assert "under demo responses 2026.1" in _said(app)
        assert "Respond to the violation by Fri 13 Nov 2026, PASSED" in _said(app)
        await play(pilot, "m")
        assert "set for hearing or revoke; supervisor approves (under demo responses 2026.1, as high)" in _said(app)
        assert "three medium violations in 180 days: 3 of 3" in _said(app)
        await play(pilot, "h")
        await _sign(pilot)
    report = bodies(vault, "violation_report", FAHEY)[-1]
    kept = report["response"]
    assert (report["severity"], report["recommendation"]) == ("medium", "hearing")
    assert (kept["matrix"], kept["version"], kept["calendar"]) == ("demo", "2026.1", "demo pack 2026.1")
    assert (kept["treated_as"], kept["history"], kept["approver"]) == ("high", "repeat", "supervisor")
    assert kept["counted"] == ["0192aaad-0000-7000-8000-000000000000", "0192aaad-0000-7000-8000-000000000001"]
    assert kept["due"][0] == {"deadline": "respond", "label": "Respond to the violation", "due": "2026-11-13"}
    assert "departs" not in kept
    with vault.reading() as connection:
        lines = next(iter(responses_of(connection, shipped("demo"), FAHEY, TODAY).values()))
    assert ("COUNTED", "reports of Thu 10 Sep 2026, Mon 12 Oct 2026") in lines
    assert ("CHECK", "Asked again, demo responses 2026.1 gives the same range.") in lines


async def test_a_departure_asks_for_its_reason_at_once(vault: Vault, on_row: Open) -> None:
    """What lies outside the range is asked why; without a reason nothing is signed; with one it is kept."""
    app = on_row(FAHEY, "violation_report")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await _to_severity(pilot)
        await play(pilot, "l h")
        assert "departs from continue supervision, no action or written warning. Why?" in _said(app)
        await play(pilot, "escape ctrl+s")
        assert "a reason is needed" in _said(app)
        assert bodies(vault, "violation_report", FAHEY) == []
        app.screen.set_focus(app.screen.query_one("#recommendation"))
        await play(pilot, "h")
        await type_in(pilot, "third victim call")
        await play(pilot, "enter")
        await play(pilot, "S")
        assert "It departs from the range: third victim call" in _said(app)
        assert "Supervisor must approve" in _said(app)
        await type_in(pilot, PASSPHRASE)
        await play(pilot, "enter")
    kept = bodies(vault, "violation_report", FAHEY)[-1]["response"]
    assert (kept["departs"], kept["departure"]) == (True, "third victim call")


async def test_a_draft_of_a_response_stands(vault: Vault, on_row: Open) -> None:
    """Severity, amount and reason come back with the draft."""
    del vault
    app = on_row(FAHEY, "violation_report")
    async with app.run_test(size=(80, 24)) as pilot:
        await _to_severity(pilot)
        await play(pilot, "m s")
        assert "The range is 0 to 3. The limits leave 0, 1, 2, 3." in _said(app)
        await play(pilot, "2 enter escape enter enter")
        assert "[x] Mon 09 Nov" in painted(app)
        await play(pilot, "tab tab tab")
        assert "[m medium]" in painted(app)
        assert "[s short confinement: 2 days]" in painted(app)
        await play(pilot, "tab")
        app.screen.set_focus(app.screen.query_one("#reason"))
        await play(pilot, "y")
        assert "medium × high × none in a year gives modify conditions or" in _said(app)
        assert "2026-1" not in _said(app)
        await play(pilot, "escape")
        assert "[m medium]" in painted(app)


async def test_quick_dips_say_the_days_left_and_go_no_further(vault: Vault, on_row: Open) -> None:
    """North Carolina: days left this month, months and days in all; more than the ceiling is refused with why."""
    fill(vault, [pack('[uses]\nmatrix = "us-nc"')])
    app = on_row(FAHEY, "violation_report")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await _to_severity(pilot)
        assert "Short confinement in jail, 2 to 3 days (under us-nc responses 2011)" in _said(app)
        assert "days in a month 6 of 6, separate months 3 of 3, days in all 18 of 18" in _said(app)
        app.screen.set_focus(app.screen.query_one("#recommendation"))
        await play(pilot, "1")
        await play(pilot, "backspace 3 enter")
        await _sign(pilot)
    first = bodies(vault, "violation_report", FAHEY)[-1]["response"]
    assert (first["response"], first["amount"], first["unit"]) == ("quick_dip", 3, "days")
    app = on_row(FAHEY, "violation_report")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await _to_severity(pilot)
        assert "days in all 18 of 18" not in _said(app)
        app.screen.set_focus(app.screen.query_one("#recommendation"))
        await play(pilot, "1 backspace 9 enter S")
        assert "no reason opens more" in _said(app)
    assert len(bodies(vault, "violation_report", FAHEY)) == 1


@pytest.mark.parametrize(
    ("matrix", "keys", "seen"),
    [
        ("us-wa", "1", "Sanction without confinement or Confinement, 0 to 3 days"),
        ("us-ar", "h", "90 or 180 days; board approves"),
        ("us-ussg", "2 enter 2", "Imprisonment on revocation, 6 to 12 months; court approves"),
    ],
)
async def test_the_shipped_matrices_work_in_the_form(
    vault: Vault, on_row: Open, matrix: str, keys: str, seen: str
) -> None:
    """Washington, Arkansas and the guidelines: what they must know is asked for, the range is theirs."""
    fill(vault, [pack(f'[uses]\nmatrix = "{matrix}"')])
    app = on_row(FAHEY, "violation_report")
    async with app.run_test(size=(80, 24)) as pilot:
        await _to_severity(pilot)
        if matrix == "us-ussg":
            assert "History: expected one of I, II" in _said(app)
            app.screen.set_focus(app.screen.query_one("#severity"))
            await play(pilot, "2")
            app.screen.set_focus(app.screen.query_one("#history"))
            await play(pilot, "2")
        else:
            app.screen.set_focus(app.screen.query_one("#severity"))
            await play(pilot, keys)
        assert seen in _said(app)
        if matrix == "us-ar":
            assert "40 points" in _said(app)
            assert "must: report to board" in _said(app)
        if matrix == "us-wa":
            assert "Respond to the violation by Fri 13 Nov 2026" in _said(app)


async def test_after_five_low_ones_washington_may_treat_it_as_high(vault: Vault, on_row: Open) -> None:
    """Five approved low reports open the high range; five that came back do not count."""
    fill(vault, [pack('[uses]\nmatrix = "us-wa"')])
    days = [dt.date(2026, 3, day) for day in range(1, 6)]
    fill(vault, earlier_reports(FAHEY, days, "low"))
    app = on_row(FAHEY, "violation_report")
    async with app.run_test(size=(80, 24)) as pilot:
        await _to_severity(pilot)
        assert "after five sanctioned low-level violations: 5 of 5; may be treated as high" in _said(app)


async def test_days_that_cannot_be_have_their_sentence(vault: Vault, on_row: Open) -> None:
    """Known on a day ahead, no day at all, and a response that begins before the violation was known."""
    del vault
    app = on_row(FAHEY, "violation_report")
    async with app.run_test(size=(80, 24)) as pilot:
        await _to_severity(pilot)
        app.screen.set_focus(app.screen.query_one("#reason"))
        await play(pilot, "k")
        await type_in(pilot, "2026-12-01")
        await play(pilot, "enter")
        assert "lies ahead" in _said(app)
        await play(pilot, "escape k")
        await type_in(pilot, "31 feb")
        await play(pilot, "enter")
        assert "That is no day." in _said(app)
        await play(pilot, "escape b")
        await type_in(pilot, "2026-11-01")
        await play(pilot, "enter")
        assert "lies before the violation was known" in _said(app)
