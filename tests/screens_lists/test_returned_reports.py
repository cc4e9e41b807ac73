"""Reports that came back: which are still to be done."""

from __future__ import annotations

import datetime as dt

from fieldpo.store.queries.agenda.reports import returned
from fieldpo.store.queries.reports.returned import returned_report
from fieldpo.store.vault import Vault
from fieldpo.sync.protocol.exchange import caseload_partition
from fieldpo.sync.protocol.kinds import ReportStep, ViolationReport, Withdrawal
from tests.filled_vault import NOW, OFFICER, Pulled, fill
from tests.listed import RETURNED, SUPERVISOR, case_of


def waiting(vault: Vault) -> list[str]:
    """The reports that came back, as the agenda has them."""
    with vault.reading() as connection:
        return [one.about for one in returned(connection, (caseload_partition(OFFICER),), None)]


def test_the_last_step_is_the_last_moment_in_whatever_zone(listed_vault: Vault) -> None:
    """A report sent again at 23:00 UTC is no longer back, though the clock that returned it at 20:00 UTC said 22:00."""
    (report,) = waiting(listed_vault)
    day, steps = NOW.date() + dt.timedelta(days=1), []
    for number, (step, hour, offset) in enumerate((("returned", 22, 2), ("submitted", 17, -6))):
        then = dt.datetime.combine(day, dt.time(hour), dt.timezone(dt.timedelta(hours=offset)))
        body = ReportStep(person_id=RETURNED, report_id=report, step=step, officer_id=SUPERVISOR, written_at=then)
        steps.append(Pulled("report_step", f"0192ffff-0000-7000-8000-0000000e00{number:02}", RETURNED, body))
    fill(listed_vault, steps[:1])
    assert waiting(listed_vault) == [report]
    fill(listed_vault, steps[1:])
    assert waiting(listed_vault) == []


def test_a_report_entered_in_error_asks_nothing(listed_vault: Vault) -> None:
    """Withdrawn after it came back, it is off the agenda, and the next report does not answer it."""
    (report,) = waiting(listed_vault)
    error = Withdrawal(person_id=RETURNED, entry_id=report, reason="Other client", officer_id=OFFICER, written_at=NOW)
    fill(listed_vault, [Pulled("withdrawal", "0192ffff-0000-7000-8000-0000000e0100", RETURNED, error)])
    assert waiting(listed_vault) == []
    with listed_vault.reading() as connection:
        assert returned_report(connection, RETURNED) is None


def test_a_report_whose_answer_is_withdrawn_asks_again(listed_vault: Vault) -> None:
    """The answer entered in error answers nothing: the returned report is on the agenda again, for the next."""
    (report,) = waiting(listed_vault)
    answer = ViolationReport(
        person_id=RETURNED,
        case_id=case_of(RETURNED),
        officer_id=OFFICER,
        written_at=NOW,
        answers_id=report,
        allegations=[],
    )
    fill(listed_vault, [Pulled("violation_report", "0192ffff-0000-7000-8000-0000000e0200", RETURNED, answer)])
    assert waiting(listed_vault) == []
    error = Withdrawal(
        person_id=RETURNED,
        entry_id="0192ffff-0000-7000-8000-0000000e0200",
        reason="Wrong dates",
        officer_id=OFFICER,
        written_at=NOW,
    )
    fill(listed_vault, [Pulled("withdrawal", "0192ffff-0000-7000-8000-0000000e0201", RETURNED, error)])
    assert waiting(listed_vault) == [report]
    with listed_vault.reading() as connection:
        found = returned_report(connection, RETURNED)
    assert found is not None
    assert found.report_id == report
