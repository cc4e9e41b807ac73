"""What the rules' screens read beside the small caseload, and packs that name other matrices."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from fieldpo.store.acting.acts import Act, Change, perform
from fieldpo.store.vault import Vault
from fieldpo.sync.protocol.body import Body
from fieldpo.sync.protocol.kinds import (
    Allegation,
    Assessment,
    DrawPlan,
    PolicyPack,
    ReportStep,
    ViolationReport,
)
from tests.filled_vault import OFFICER, Pulled
from tests.screens_forms.caseload import ALVAREZ, FAHEY, HOSTILE, NASTY

CHICAGO = ZoneInfo("America/Chicago")
WRONG_SCORE = "0192aaab-0000-7000-8000-000000000001"
FAHEY_CASE = "0192dddd-0000-7000-8000-000000000000"
LONG_CASE = "0192dddd-0000-7000-8000-000000000002"
FAHEY_CONDITION = "0192eeee-0000-7000-8000-000000000000"
SEED = "feed" * 16


def assessment(person_id: str, score: float, level: str, **values: Any) -> Assessment:
    """A DAST-10 of 1 June whose answers come to 4, moderate, whatever it says."""
    answers = {f"q{n}": n in (1, 2, 4) for n in range(1, 11)}
    said: dict[str, Any] = {"version": "1982", "officer_id": OFFICER, "items": answers} | values
    return Assessment(
        person_id=person_id, instrument="dast10", done_on=dt.date(2026, 6, 1), score=score, level=level, **said
    )


def more(officer: str) -> list[Pulled]:
    """Records as central sends them: a wrong score, hostile words, a plan of draws since September."""
    return [
        Pulled("assessment", WRONG_SCORE, FAHEY, assessment(FAHEY, 7.0, "substantial")),
        Pulled(
            "assessment",
            "0192aaab-0000-7000-8000-000000000002",
            HOSTILE,
            assessment(HOSTILE, 4.0, "moderate", override_level=NASTY[:60], override_reason=NASTY),
        ),
        Pulled("draw_plan", "0192aaac-0000-7000-8000-000000000001", ALVAREZ, plan(ALVAREZ, officer)),
        Pulled("draw_plan", "0192aaac-0000-7000-8000-000000000002", HOSTILE, plan(HOSTILE, officer, reason=NASTY)),
    ]


def plan(person_id: str, officer: str, **values: Any) -> DrawPlan:
    """Every second open day by chance, written on the first of September."""
    said: dict[str, Any] = {"drawn_by": "odds", "hits": 1, "out_of": 2, "seed": SEED, "panel": "five"} | values
    return DrawPlan(
        person_id=person_id,
        case_id=FAHEY_CASE,
        officer_id=officer,
        written_at=dt.datetime(2026, 9, 1, 10, tzinfo=CHICAGO),
        starts_on=dt.date(2026, 9, 1),
        **said,
    )


def pack(text: str, name: str = "x") -> Pulled:
    """A policy pack of the agency, in force since January, that extends the demo's."""
    whole = f'id = "{name}"\nversion = "7"\ntitle = "T"\neffective_from = 2026-01-01\nextends = "demo"\n{text}\n'
    body = PolicyPack(pack=name, version="7", effective_from=dt.date(2026, 1, 1), main=True, text=whole)
    return Pulled("policy_pack", "0192aaaa-0000-7000-8000-0000000000f1", None, body)


def earlier_reports(person_id: str, days: Iterable[dt.date], severity: str, step: str = "approved") -> list[Pulled]:
    """Reports before this one, each with its last step."""
    rows: list[Pulled] = []
    for at, day in enumerate(days):
        report, moment = f"0192aaad-0000-7000-8000-0000000000{at:02}", dt.datetime.combine(day, dt.time(9), CHICAGO)
        made: list[tuple[str, str, Body]] = [
            (
                "violation_report",
                report,
                ViolationReport(
                    person_id=person_id,
                    case_id=FAHEY_CASE,
                    officer_id=OFFICER,
                    written_at=moment,
                    allegations=[Allegation(condition_id=FAHEY_CONDITION)],
                    facts="Earlier.",
                    severity=severity,
                    recommendation="warning",
                ),
            ),
            (
                "report_step",
                f"0192aaae-0000-7000-8000-0000000000{at:02}",
                ReportStep(person_id=person_id, report_id=report, step=step, officer_id=OFFICER, written_at=moment),
            ),
        ]
        rows += [Pulled(kind, key, person_id, body) for kind, key, body in made]
    return rows


def level_of(vault: Vault, level: str) -> None:
    """Give the long name's case another level."""
    at = dt.datetime(2026, 11, 20, 9, tzinfo=CHICAGO)
    perform(vault, Act("level", (Change("case", LONG_CASE, {"level": level}),), at), at)
