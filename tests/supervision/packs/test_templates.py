"""Note templates: only what the client told is filled in, and only what nobody filled is dropped."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldpo.supervision.packs.reading import shipped
from fieldpo.supervision.packs.templates import BLANK, fill, strip_unfilled
from fieldpo.supervision.written.codes import by_code

PACK = shipped("demo")
OFFICE = by_code(PACK.templates, "office_no_change")
TOLD = {"home": True, "job": True, "police": True}


def test_what_was_told_is_written_as_told() -> None:
    """The quiet office report states what the client told, since when, and leaves the blanks."""
    text = fill(PACK, OFFICE, TOLD, date(2026, 11, 9))
    assert text == (
        "Reported as directed. States home unchanged, job unchanged, no police contact since 09 Nov. "
        "Talked about: ___\n\nNext step: ___"
    )


def test_what_was_not_told_is_not_written() -> None:
    """An item that was not talked about is not in the note; a changed one asks how; without a last contact
    no date."""
    text = fill(PACK, OFFICE, {"job": False, "police": True}, None)
    assert text.startswith("Reported as directed. States no police contact. States job has changed: ___. Talked")
    assert "home" not in text


def test_unfilled_blanks_are_dropped_at_save() -> None:
    """A note saved without typing keeps its sentences and none of its blanks."""
    text = strip_unfilled(fill(PACK, OFFICE, {**TOLD, "job": False}, date(2026, 11, 9)))
    assert text == "Reported as directed. States home unchanged, no police contact since 09 Nov."


def test_filled_blanks_stay() -> None:
    """A blank that was typed over stays with its label, and the other goes."""
    text = fill(PACK, OFFICE, TOLD, None).replace("Next step: ___", "Next step: call the clinic")
    assert strip_unfilled(text).endswith("no police contact.\n\nNext step: call the clinic")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Talked about: rent and bus fare ___", "Talked about: rent and bus fare"),
        ("Plate ended in ___ 44", "Plate ended in ___ 44"),
        ("___", ""),
        ("One. Two: ___", "One."),
    ],
)
def test_words_behind_a_blank_are_kept(typed: str, kept: str) -> None:
    """What the officer typed beside a blank is never dropped with it."""
    assert strip_unfilled(typed) == kept


def test_a_bare_label_goes_with_its_template() -> None:
    """Where only the underscores were deleted, the template's label goes; before a list it stays."""
    assert strip_unfilled("Reported.\nNext step:\n", OFFICE) == "Reported."
    assert strip_unfilled("Next step:\n- call", OFFICE) == "Next step:\n- call"
    assert strip_unfilled("Next step:") == "Next step:"


@given(st.text(alphabet=st.sampled_from("aB:._ \n")) | st.text())
def test_stripping_twice_changes_nothing_more(text: str) -> None:
    """Text without blanks is unchanged but for white space at its end, and a second pass changes nothing."""
    once = strip_unfilled(text)
    assert strip_unfilled(once) == once
    if BLANK not in text:
        assert once == text.rstrip()
