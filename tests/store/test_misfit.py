"""What does not fit, told to who typed it."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from fieldpo.store.misfit import misfit
from fieldpo.sync.protocol.kinds import Contact, ViolationReport

ID = "0192cccc-0000-7000-8000-000000000001"
AT = "2026-11-22T10:00:00-06:00"
CONTACT = {"person_id": ID, "occurred_at": AT, "contact": "home", "outcome": "reported", "officer_id": ID}
REPORT = {"person_id": ID, "case_id": ID, "officer_id": ID, "written_at": AT}


def fault(kind: Any, body: dict[str, Any]) -> str:
    """What is said of a body."""
    with pytest.raises(msgspec.ValidationError) as caught:
        msgspec.convert(body, kind)
    return misfit(caught.value)


def test_a_text_that_is_too_long_is_told_by_its_field_and_its_length() -> None:
    """A note, and the facts of one allegation among others, in the officer's words; no path, no type of Python's."""
    end = "is longer than 60,000 characters; shorten it, or split it in two"
    assert fault(Contact, {**CONTACT, "note": "x" * 60_001}) == f"note {end}"
    alleged = [{"condition_id": ID, "facts": "x" * 60_001}]
    assert fault(ViolationReport, {**REPORT, "allegations": alleged}) == f"facts {end}"


def test_what_nobody_can_type_is_told_as_it_is() -> None:
    """A fault of the program's own is not dressed up."""
    assert fault(Contact, {**CONTACT, "occurred_at": "x"}) == "Invalid RFC3339 encoded datetime - at `$.occurred_at`"
