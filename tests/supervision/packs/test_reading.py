"""Policy packs: what loads, and what a policy author reads where it does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from fieldpo.errors import NotFound, PolicyError
from fieldpo.supervision.packs.reading import load_pack, parse_pack, shipped, shipped_packs, shipped_text
from fieldpo.supervision.written.codes import by_code, by_key, label_of

DEMO = shipped_text("demo")


@pytest.mark.parametrize("name", shipped_packs())
def test_each_shipped_pack_loads(name: str) -> None:
    """Every pack that comes with fieldpo is sound."""
    assert shipped(name).id == name


def test_a_pack_is_read_once_a_process() -> None:
    """Asking twice for a shipped pack gives the very same value."""
    assert shipped("demo") is shipped("demo")


def test_office_outcomes_have_the_keys_of_the_log_contact_row() -> None:
    """In the office the outcome row offers reported, late, did not report, excused and we cancelled."""
    rows = [(o.key, o.label) for o in shipped("demo").outcomes_for("face_to_face", "office")]
    assert rows == [
        ("r", "reported"),
        ("l", "late"),
        ("n", "did not report"),
        ("e", "excused"),
        ("c", "we cancelled"),
    ]


def test_no_contact_reasons_are_attempts_and_never_satisfy() -> None:
    """Each of the five reasons of attempted – no contact gives an outcome that is an attempt and satisfies
    nothing."""
    pack = shipped("demo")
    assert [reason.key for reason in pack.no_contact_reasons] == ["1", "2", "3", "4", "5"]
    outcomes = [by_code(pack.outcomes, reason.outcome) for reason in pack.no_contact_reasons]
    assert all(outcome.attempt and not outcome.satisfies for outcome in outcomes)


def test_templates_differ_by_place() -> None:
    """Key 1 is the quiet office report in the office and the quiet home visit at home."""
    pack = shipped("demo")
    picked = [by_key(pack.templates_for("face_to_face", place), "1") for place in ("office", "home")]
    assert [template.code if template else None for template in picked] == [
        "office_no_change",
        "home_as_expected",
    ]


def test_an_old_code_is_shown_as_it_is_and_refused_as_a_choice() -> None:
    """A code that the pack lacks is shown bare, and asking for its entry names those there are."""
    pack = shipped("demo")
    assert label_of(pack.places, "airport") == "airport"
    with pytest.raises(NotFound, match=r"“airport”.*office, home"):
        by_code(pack.places, "airport")


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ('code = "late", key = "l"', 'code = "late", key = "r"', "outcomes[1].key: expected a key used once"),
        ('code = "late", key', 'code = "reported", key', "outcomes[1].code: expected a code used once"),
        ('client = "client"\n', "", "labels.client: expected this key, which is missing"),
        ("minutes = 15,", 'minutes = "x",', "appointment_kinds[0].minutes: expected int, got str"),
        ('places = ["home"], outcome', 'places = ["hom"], outcome', "expected a code of places, got “hom”"),
        ("America/Chicago", "America/Chic", "office.time_zone: expected an IANA time zone"),
        ("rank = 4", "rnk = 4", "levels[0].rnk: expected no such key"),
        ("{told} Talked", "{verified} Talked", "got {verified}"),
        ("month = 6, day = 19", "month = 2, day = 29", "holidays[4].day: expected a day of month 2, got 29"),
        ("days = 30\n", "days = 0\n", "out_of_contact.days: expected 1 day or more, got 0"),
        ("shown_from = 7", "shown_from = 31", "out_of_contact.shown_from: expected 1 to 30, got 31"),
        ("days = [1, 2,", "days = [0, 2,", "office.days: expected different days from 1"),
    ],
)
def test_an_error_names_file_line_and_key(was: str, becomes: str, said: str) -> None:
    """Whatever is wrong in a pack, the error names the file, the line it stands on, the key and what was
    expected."""
    assert was in DEMO
    broken = DEMO.replace(was, becomes, 1)
    with pytest.raises(PolicyError) as caught:
        parse_pack(broken, "mine.toml")
    assert said in str(caught.value)
    line = int(str(caught.value).split("line ")[1].split(":")[0])
    # Where a key is missing the nearest line that holds it is named: its table's.
    wanted = becomes.strip() or "[labels]"
    assert wanted in broken.splitlines()[line - 1]


def test_all_but_the_first_problem_are_counted() -> None:
    """A pack with several faults says the first and how many more there are."""
    broken = DEMO.replace('{ code = "kept", label = "kept" },', "")
    with pytest.raises(PolicyError, match=r"expected the state “kept”.*and 2 more in this file"):
        parse_pack(broken, "mine.toml")


def test_text_that_is_no_toml_is_refused_with_its_place() -> None:
    """A pack that is not TOML is refused in a sentence with the line."""
    with pytest.raises(PolicyError, match=r"mine\.toml: this is not TOML: .*line 1"):
        parse_pack("id = \n", "mine.toml")


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """A missing file and an unknown shipped name are refused in a sentence, without a traceback of ours."""
    with pytest.raises(PolicyError, match="could not be read"):
        load_pack(tmp_path / "none.toml")
    with pytest.raises(NotFound, match=r"There are: .*demo"):
        shipped("nowhere")


def test_a_pack_in_tables_names_its_lines_too(tmp_path: Path) -> None:
    """A pack written with [[tables]] in place of one-line tables is located just as well."""
    rows = "\n".join(f'[[levels]]\ncode = "{code}"\nlabel = "{code}"\nrank = {rank}' for rank, code in enumerate("ab"))
    start = DEMO.index("levels = [")
    end = DEMO.index("]\n", start) + 2
    file = tmp_path / "tables.toml"
    file.write_text(DEMO[:start] + DEMO[end:] + "\n" + rows.replace("rank = 1", 'rank = "1"'), encoding="utf-8")
    with pytest.raises(PolicyError, match=r"levels\[1\]\.rank: expected int, got str") as caught:
        load_pack(file)
    line = int(str(caught.value).split("line ")[1].split(":")[0])
    assert file.read_text(encoding="utf-8").splitlines()[line - 1] == 'rank = "1"'
