"""Person-made text is made safe where it enters."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldpo.plain import clean, clean_text, has_controls

FAMILY = "👨\u200d👩\u200d👧"
ARABIC_SIGNS = set("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u08e2\u0890\u0891")
NASTY = st.text(
    alphabet=st.one_of(
        st.characters(categories=["Cc", "Cf", "Zs", "Zl", "Zp", "Cs"]),
        st.sampled_from("\x1b[]()\\;0m?hlPX^_\x07\x9b\x9c\x9d❤\ufe0f👩👧aé\u0301Å\u200d\u202e "),
    )
)


@given(st.one_of(st.text(), NASTY))
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    """What is clean stays as it is."""
    assert clean(clean(text)) == clean(text)
    assert clean_text(clean_text(text)) == clean_text(text)


@given(st.one_of(st.text(), NASTY))
def test_no_control_ever_remains(text: str) -> None:
    """No control, bidi mark, surrogate or stray joiner is left, and every line end is a newline."""
    for cleaned in (clean(text), clean_text(text).replace("\n", "")):
        left = {c for c in cleaned if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")}
        assert not left
        hidden = {c for c in cleaned if unicodedata.bidirectional(c) in ("LRE", "RLE", "LRO", "RLO", "PDF")}
        assert not hidden
        assert not {c for c in cleaned if c in "\u200b\u200c\u200e\u200f\u2066\u2067\u2068\u2069\u00ad\ufeff"}
    assert not has_controls(clean_text(text))


@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "S"], max_codepoint=0x2FFF), max_size=40))
def test_ordinary_words_stay_as_typed(text: str) -> None:
    """Letters, digits and punctuation of any script are kept, in NFC."""
    without_fillers = "".join(c for c in text if c not in "\u115f\u1160")
    assert clean(without_fillers) == unicodedata.normalize("NFC", without_fillers)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;new title\x07Reyes", "Reyes"),
        ("\x1b]8;;file:///etc\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x9b2Jgone", "gone"),
        ("\x1b]52;c;no end of it", "52;c;no end of it"),
        ("\x1b\x1b[31m[31mtwice", "twice"),
        ("a\u202eb\u2066c", "abc"),
        ("ze\u200bro", "zero"),
        (FAMILY, FAMILY),
        ("a\u200db", "ab"),
        ("❤️\u200d🔥", "❤️\u200d🔥"),
        ("Jose\u0301", "José"),
        ("  two\t words\r\nand\u2028three ", "two words and three"),
        ("[bold]not markup[/]", "[bold]not markup[/]"),
        ("\ud800", "\ufffd"),
        ("tag\U000e0041", "tag"),
    ],
)
def test_one_line(text: str, cleaned: str) -> None:
    """Sequences go whole, words stay, white space becomes one space."""
    assert clean(text) == cleaned


def test_several_lines() -> None:
    """Line ends become newlines, tabs four spaces, and inner spaces stay."""
    assert clean_text("\n\na  b\tc\r\nd\re\u2029f\n \n") == "a  b    c\nd\ne\nf"
