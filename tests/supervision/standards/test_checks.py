"""A pack whose standards are wrong: the error names file, line and key, and says what was expected."""

from __future__ import annotations

from pathlib import Path

import pytest

from fieldpo.errors import PolicyError
from fieldpo.supervision.packs.reading import load_pack, parse_pack, shipped, shipped_text

PA = shipped_text("us-pa")


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ('"4 in 30 days"', '"4 times in 30 days"', "policies[0].obligations[0].rates[0]: expected a rate such as"),
        ('initial = "10 days"', 'initial = "ten days"', "policies[0].obligations[1].initial: expected a span such as"),
        ("{ medium = ", "{ mediun = ", "expected a code of levels, got “mediun”"),
        (
            'places = ["home"]',
            'places = ["hom"]',
            "policies[0].obligations[1].counts.places: expected a code of places",
        ),
        ('code = "collateral"', 'code = "home_visit"', "policies[0].obligations[2].code: expected a code used once"),
        ('"board_hold", "past', '"boardhold", "past', "expected a code of kinds of suspension, got “boardhold”"),
        (
            'based_on = "US_PA_2022-12"',
            'based_on = "US_PA_2023"',
            "policies[1].based_on: expected the name of a policy",
        ),
        ('name = "US_PA_2021-10"', 'name = "US_PA_2022-12"', "policies[1].name: expected a name used once"),
        ("{ collateral_business_days_as", "{ collateral_busy_as", "initial_by_quirk: expected a code of quirks"),
        ('again = "365 days"', 'agian = "365 days"', "policies[0].assessment.agian: expected no such key"),
        ("maximum = 28 } },", "maximum = 20 } },", "bands, each with a lowest score of its own"),
        ("until = 2014-12-04", "until = 2004-12-04", "score_bands[1].until: expected a day after from"),
        ('extends = "demo"', 'extends = "dmeo"', "extends: expected a pack that comes with fieldpo"),
        ('extends = "demo"', 'extends = "us-nd"', "“us-nd” itself extends a pack"),
        ("effective_from = 2021-10-01", "effective_from = 2021-10-32", "this is not TOML"),
    ],
)
def test_an_error_names_what_is_wrong(was: str, becomes: str, said: str) -> None:
    """Whatever is wrong in the standards, a pack is refused with the place and what was expected there."""
    assert was in PA
    with pytest.raises(PolicyError) as caught:
        parse_pack(PA.replace(was, becomes, 1), "mine.toml")
    assert said in str(caught.value)
    assert str(caught.value).startswith("mine.toml")


def test_the_line_is_that_of_the_older_policy_itself() -> None:
    """In a policy based on another the error stands where its own obligation is written."""
    broken = PA.replace('limited = "1 in 365 days"', 'limited = "once a year"')
    with pytest.raises(PolicyError, match=r"policies\[2\]\.obligations\[0\]\.rates\[0\]") as caught:
        parse_pack(broken, "mine.toml")
    line = int(str(caught.value).split("line ")[1].split(":")[0])
    assert "once a year" in broken.splitlines()[line - 1]


def test_a_share_names_another_obligation() -> None:
    """A share of itself, or without its number, is refused."""
    csosa = shipped_text("csosa")
    for was, becomes in (('share_of = "face_to_face"', 'share_of = "field"'), ("share = 0.5", "share = 1.5")):
        with pytest.raises(PolicyError, match=r"obligations\[1\]\.share"):
            parse_pack(csosa.replace(was, becomes), "mine.toml")


def test_a_pack_fills_in_from_the_one_that_it_extends(tmp_path: Path) -> None:
    """Lists that a pack does not write are those of the shipped pack; policies, quirks and names are its own."""
    file = tmp_path / "ours.toml"
    rule = '[[policies.obligations]]\ncode = "office"\nlabel = "office"\nrates = [\n  { every = "1 in 30 days" },\n]\n'
    head = 'extends = "demo"\nid = "ours"\nversion = "1"\ntitle = "Ours"\neffective_from = 2026-01-01\n'
    file.write_text(f'{head}\n[[policies]]\nname = "ours-1"\neffective_from = 2026-01-01\n\n{rule}', encoding="utf-8")
    pack = load_pack(file)
    assert pack.templates == shipped("demo").templates
    assert [policy.name for policy in pack.policies] == ["ours-1"]
    assert pack.name == "ours pack 1"
