"""Pictures of the rules' screens at both sizes and without color."""

from __future__ import annotations

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.screens_forms.caseload import ALVAREZ, FAHEY, LONG
from tests.screens_forms.opening import Open
from tests.snapshots import assert_pictures

PICTURES = {
    "assessment_begun": (LONG, "assessment", "enter 1 y y n"),
    "response": (FAHEY, "violation_report", "enter space enter space enter x tab m"),
    "drug_test_results": (FAHEY, "drug_test", "enter s c u 5 n i"),
    "draw_plan": (ALVAREZ, "draw_plan", "enter"),
    "person_risk": (FAHEY, "person", "enter 6"),
    "workload": (FAHEY, "workload", "W"),
    "workload_client_safe": (FAHEY, "workload", "W f3"),
}


@pytest.mark.parametrize("name", PICTURES)
async def test_screen_looks_so(snapshot: SnapshotAssertion, anew: Open, name: str) -> None:
    """The screen is as in its picture."""
    person_id, route, keys = PICTURES[name]
    await assert_pictures(snapshot, lambda: anew(person_id, route), press=keys.split())
