"""Packs, plans and weights that no honest author writes: each refused in a sentence with file, line and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from fieldpo.errors import PolicyError
from fieldpo.supervision.drug_tests.draws import read_plan
from fieldpo.supervision.packs.reading import load_pack, parse_pack, parse_pulled
from fieldpo.supervision.toml.newer_keys import MOST
from fieldpo.supervision.toml.text import LONGEST
from fieldpo.supervision.workload.weights import WEIGHTS

MINE = """extends = "demo"
id = "mine"
version = "1"
title = "Ours"
effective_from = 2026-01-01

[[policies]]
name = "mine-2026"
effective_from = 2026-01-01

[[policies.obligations]]
code = "face_to_face"
label = "face-to-face"
counts = { kinds = ["face_to_face"] }
rates = [
  { every = "1 in 30 days" },
]
"""


def _said(text: str) -> str:
    with pytest.raises(PolicyError) as caught:
        parse_pack(text, "mine.toml")
    return str(caught.value)


def test_the_pack_that_the_others_are_made_from_is_sound() -> None:
    """Without its fault each of the packs below loads."""
    assert parse_pack(MINE, "mine.toml").id == "mine"


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ('"Ours"', '"Ours\\u001b[2J"', "mine.toml, line 4: title: expected text without control"),
        ('"face-to-face"', '"face\\u202eecaf"', "line 13: policies[0].obligations[0].label: expected text without"),
        ('label = "face', '"la\\u0007bel" = "face', "line 11: policies[0].obligations[0].label: expected text without"),
        ('"Ours"', '"Ours\\rYours"', "mine.toml, line 4: title: expected text without control"),
        ('"demo"', '"nobody"', "mine.toml, line 1: extends: expected a pack that comes with fieldpo"),
        ('"demo"', '"us-nd"', "mine.toml, line 1: extends: “us-nd” itself extends a pack"),
        ('"mine"', f'"{"m" * 65}"', "mine.toml, line 2: id: expected at most 64 characters, got 65"),
        (
            "[[policies]]",
            'office.time_zone = "Mars/Base"\n[[policies]]',
            "line 7: office.opens: expected this key",
        ),
        ("[[policies]]", "'colour' = 1\n[[policies]]", "mine.toml, line 7: colour: expected no such key"),
    ],
)
def test_a_fault_is_named_with_file_line_and_key(was: str, becomes: str, said: str) -> None:
    """Control and bidi characters, a wrong base, an id that no sync carries: the line and the key are named."""
    assert was in MINE
    assert said in _said(MINE.replace(was, becomes, 1))


def test_a_character_that_breaks_lines_elsewhere_does_not_move_the_line() -> None:
    """Lines are counted as TOML counts them, also after a comment with another kind of line end in it."""
    assert "line 5: title: " in _said(MINE.replace("title =", "# a\u2028b\x85c\ntitle =").replace('"Ours"', "7"))


def test_nesting_without_end_is_a_sentence() -> None:
    """Twenty thousand brackets are refused, not a traceback."""
    assert "nested too deeply" in _said(f"{MINE}\nx = {'[' * 20_000}{']' * 20_000}\n")


@pytest.mark.parametrize("line", [f"x{'.a' * 5_000} = 1", f"[x{'.a' * 5_000}]", f"x = {'[' * 60}{']' * 60}"])
def test_keys_nested_without_end_are_a_sentence(line: str) -> None:
    """Whatever stands above whoever reads it: long before Python gives up."""
    assert "nested too deeply" in _said(f"{MINE}\n{line}\n")


def test_a_number_without_end_is_a_sentence() -> None:
    """Python refuses to read five thousand digits, in words that are no TOML error."""
    assert "one of its numbers is too long" in _said(f"{MINE}\n[x]\ny = {'9' * 5_000}\n")


def test_a_number_that_no_calendar_counts_to_is_named() -> None:
    """A holiday on such a day would stop whoever looks for the next one."""
    moved = "month = 11\nweekday = 4\nnth = 4\nplus = 100_001\n"
    for key, rest in (("day", "month = 1\nday = 9223372036854775807\n"), ("plus", moved)):
        said = _said(f'{MINE}\n[[holidays]]\nlabel = "Ours"\n{rest}')
        assert f"{key}: expected a number of at most 100,000" in said


def test_keys_without_end_are_not_passed_over_one_by_one() -> None:
    """Each costs a reading of the whole pack: past some hundred it is refused as it stands."""
    newer = "".join(f"k{n} = 1\n" for n in range(MOST))
    assert len(parse_pulled(newer + MINE, "x 1").passed_over) == MOST
    with pytest.raises(PolicyError, match="expected no such key"):
        parse_pulled(f"one = 1\n{newer}{MINE}", "x 1")


def test_two_policies_that_begin_on_one_day_are_refused() -> None:
    """Nobody could say which of the two is in force."""
    second = '\n[[policies]]\nname = "other"\nbased_on = "mine-2026"\neffective_from = 2026-01-01\n'
    said = _said(MINE + second)
    assert (
        "line 22: policies[1].effective_from: expected a day on which no other policy begins, but “mine-2026”" in said
    )


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    """A pack longer than a sync can carry is refused, from a file and from a feed."""
    huge = tmp_path / "huge.toml"
    huge.write_text(f"{MINE}# {'x' * 10 * LONGEST}", encoding="utf-8")
    with pytest.raises(PolicyError, match=r"huge\.toml could not be read: it is longer than 1,000,000 characters"):
        load_pack(huge)
    assert "expected at most 1,000,000 characters" in _said(MINE + "#" * LONGEST)


def test_text_that_is_not_utf8_names_its_line(tmp_path: Path) -> None:
    """A pack saved in an old code page says where."""
    file = tmp_path / "latin.toml"
    file.write_bytes(MINE.replace("Ours", "Caf\xe9").encode("latin-1"))
    with pytest.raises(PolicyError, match=r"latin\.toml could not be read: line 4 is not UTF-8"):
        load_pack(file)


def test_a_file_from_notepad_is_read(tmp_path: Path) -> None:
    """A byte order mark and Windows line ends change nothing."""
    file = tmp_path / "windows.toml"
    file.write_bytes(b"\xef\xbb\xbf" + MINE.replace("\n", "\r\n").encode())
    assert load_pack(file).id == "mine"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('type = "odds"\nstarts_on = 2026-01-01\nhits = "x"\nout_of = 5', "plan.toml, line 3: hits: expected int"),
        ('type = "odds"\nstarts_on = 2026-01-01\nhits = 1\nout = 5', "plan.toml, line 4: out: expected no such key"),
        ('type = "dice"\nstarts_on = 2026-01-01', "plan.toml, line 1: type: "),
        ("starts_on = 2026-01-01", "plan.toml: type: expected this key, which is missing"),
        ('type = "odds"\nstarts_on = "2026-02-30"\nhits = 1\nout_of = 5', "line 2: starts_on: expected a day that"),
        (f"x = {'[' * 20_000}", "plan.toml: "),
    ],
)
def test_a_test_plan_is_refused_with_line_and_key(text: str, said: str) -> None:
    """A plan of random draws that cannot be meant says where."""
    with pytest.raises(PolicyError) as caught:
        read_plan(text, "plan.toml")
    assert said in str(caught.value)


def test_weights_are_refused_alike() -> None:
    """What an agency writes beside its pack is read as carefully."""
    with pytest.raises(PolicyError, match=r"w\.toml, line 2: title: expected text without control"):
        WEIGHTS.parse('id = "w"\ntitle = "W\\u0000"', "w.toml")
