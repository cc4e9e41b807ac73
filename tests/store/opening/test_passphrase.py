"""What a passphrase may be."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldpo.store.opening.passphrase import as_bytes, strength


@pytest.mark.parametrize("phrase", ["grey heron over the weir", "täglich drei Brote backen", "     q w e r t y   8 9"])
def test_long_phrases_with_spaces_are_accepted(phrase: str) -> None:
    """Fifteen characters or more, spaces counted, will do alone."""
    assert strength(phrase).ok


@pytest.mark.parametrize(
    ("phrase", "alone", "ok"),
    [("heron14weir", True, False), ("heron14weir", False, True), ("heron14", False, False), ("", True, False)],
)
def test_fewer_characters_will_do_beside_a_device_secret(phrase: str, *, alone: bool, ok: bool) -> None:
    """Eight characters are enough as one of two factors, fifteen as the only one."""
    assert strength(phrase, alone=alone).ok is ok


def test_the_sentence_says_how_much_is_missing() -> None:
    """Someone who types sees how many characters are still wanted."""
    assert strength("grey heron ove").sentence == "Too short: 1 more character, spaces count."


@pytest.mark.parametrize(
    "phrase",
    [
        "Password Password",
        "correct horse battery staple",
        "aaaaaaaaaaaaaaaaaaaa",
        "abababababababababab",
        "abcdefghijklmnopqrst",
        "0987654321098765432109",
        "qwertyuiopasdfghjkl",
        "                    ",
        "- - - - - - - - - - - -",
        "Probation, Officer!!",
    ],
)
def test_guessable_phrases_are_refused_however_long(phrase: str) -> None:
    """The blocklist looks through case, spaces and punctuation; runs and repetitions are on it too."""
    verdict = strength(phrase)
    assert not verdict.ok


@given(st.text(min_size=15, max_size=40))
def test_two_ways_to_type_one_phrase_are_one_phrase(phrase: str) -> None:
    """Composed and decomposed letters give the same bytes and the same verdict, and nothing fails."""
    composed, decomposed = unicodedata.normalize("NFC", phrase), unicodedata.normalize("NFD", phrase)
    assert as_bytes(composed) == as_bytes(decomposed)
    assert strength(composed) == strength(decomposed)


@given(st.text(max_size=200), st.text(min_size=1, max_size=5, alphabet="abcdefgh "))
def test_no_character_is_cut_off(phrase: str, tail: str) -> None:
    """A longer phrase is another phrase: nothing is truncated or stripped."""
    assert as_bytes(phrase + tail) != as_bytes(phrase)


def test_an_endless_phrase_is_refused_rather_than_cut() -> None:
    """More than 1,024 characters are refused."""
    assert not strength("grey heron over the weir " * 50).ok
