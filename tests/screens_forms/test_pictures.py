"""Pictures of every form at both sizes and without color, as they open and filled in."""

from __future__ import annotations

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.screens_forms.caseload import ALVAREZ, FAHEY, LONG
from tests.screens_forms.opening import Open
from tests.snapshots import assert_pictures

PICTURES = {
    "log_contact_booked": (FAHEY, "n r 1 2"),
    "log_contact_walk_in_long_name": (LONG, "n"),
    "log_contact_phone": (FAHEY, "n up up p"),
    "log_contact_date_asked": (FAHEY, "n r 1 d"),
    "log_contact_verified": (FAHEY, "n down down down i s h"),
    "attempted": (ALVAREZ, "x 1 d"),
    "home_visit_read_first": (ALVAREZ, "enter"),
    "home_visit_at_the_door": (ALVAREZ, "enter a"),
    "home_visit_after": (ALVAREZ, "enter a l y y y y y s y y 2"),
    "home_visit_why_not": (ALVAREZ, "enter a l n"),
    "appointment": (FAHEY, "p 2"),
    "appointment_cancel": (LONG, "p up up c"),
    "violation_report": (FAHEY, "v space enter space enter"),
    "sign": (FAHEY, "v space enter space enter x tab enter enter S"),
}


@pytest.fixture
def opens() -> str:
    """Enter opens a home visit."""
    return "home_visit"


@pytest.mark.parametrize("name", PICTURES)
async def test_form_looks_so(snapshot: SnapshotAssertion, anew: Open, name: str) -> None:
    """The form is as in its picture."""
    person_id, keys = PICTURES[name]
    await assert_pictures(snapshot, lambda: anew(person_id), press=keys.split())


async def test_someone_not_listed_looks_so(snapshot: SnapshotAssertion, anew: Open) -> None:
    """The form is as in its picture."""
    await assert_pictures(snapshot, lambda: anew(FAHEY), press=["I"])
