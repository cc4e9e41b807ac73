"""A pack written for a newer fieldpo: a laptop reads what it knows of it, an author's own check passes over nothing."""

from __future__ import annotations

import pytest

from fieldpo.errors import PolicyError
from fieldpo.supervision.packs.reading import parse_pack, parse_pulled, shipped, shipped_text

DEMO = shipped_text("demo")
NEWER = (
    DEMO.replace('code = "late",', 'code = "late", colour = "amber",', 1)
    .replace('code = "excused",', 'code = "excused", colour = "grey",', 1)
    .replace("[office]", '[bulletins]\nshown_for = "3 days"\n\n[office]\nlunch = "12:00"', 1)
)


def test_a_laptop_passes_over_what_it_does_not_know_and_names_it() -> None:
    """A table, a key of a table and a key of many entries, each named once; the rest is the pack as ever."""
    read = parse_pulled(NEWER, "demo 2027.1")
    assert read.passed_over == ("bulletins", "office.lunch", "outcomes.colour")
    assert read.pack == shipped("demo")


def test_deeper_keys_are_passed_over_too() -> None:
    """Within an obligation of a policy, in a pack that extends another."""
    text = """extends = "demo"
id = "mine"
version = "1"
title = "Ours"
effective_from = 2026-01-01
policies = [
  { name = "a", effective_from = 2026-01-01, obligations = [
    { code = "face_to_face", label = "seen", counts = { kinds = ["face_to_face"], by = "app" }, rates = [
      { every = "1 in 30 days", unless = "rain" } ] } ] },
]
"""
    read = parse_pulled(text, "mine 1")
    assert read.passed_over == ("policies.obligations.counts.by", "policies.obligations.rates.unless")
    assert [rule.code for rule in read.pack.policies[0].obligations] == ["face_to_face"]


def test_a_key_with_a_strange_name_is_passed_over() -> None:
    """Whatever a newer fieldpo calls its keys."""
    assert parse_pulled(f'"a`b" = 1\n{DEMO}', "demo 2027.1").passed_over == ("a`b",)


def test_a_laptop_still_refuses_what_it_knows_to_be_wrong() -> None:
    """A known key of the wrong kind, a code that is not there, a key that is missing."""
    for was, becomes, said in (
        ("minutes = 15,", 'minutes = "x",', "appointment_kinds[0].minutes: expected int"),
        ('places = ["home"], outcome', 'places = ["hom"], outcome', "expected a code of places, got “hom”"),
        ('client = "client"\n', "", "labels.client: expected this key, which is missing"),
    ):
        assert was in NEWER
        with pytest.raises(PolicyError) as caught:
            parse_pulled(NEWER.replace(was, becomes, 1), "demo 2027.1")
        assert said in str(caught.value)


def test_an_author_reads_of_every_key_that_fieldpo_does_not_know() -> None:
    """What is published or checked is read strictly: a misspelt key is no key of a newer fieldpo."""
    with pytest.raises(PolicyError, match="expected no such key"):
        parse_pack(NEWER, "mine.toml")


def test_a_list_that_packs_once_had_is_still_read() -> None:
    """Packs had to list kinds of collaterals, which nothing asked for: such a pack is sound, for author and laptop."""
    older = f'collateral_kinds = [\n  {{ code = "family", key = "f", label = "family" }},\n]\n{DEMO}'
    assert parse_pack(older, "mine.toml") == shipped("demo")
    assert parse_pulled(older, "demo 2026.1") == (shipped("demo"), ())
