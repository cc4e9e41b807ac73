from __future__ import annotations

from pathlib import Path

import pytest

from fieldpo.central.importing.mapping import load_mapping, parse_mapping, shipped
from fieldpo.errors import ImportRefused

GOOD = """
title = "People"
[identity]
agency = "county"
system = "cms"
columns = ["No"]
[[records]]
kind = "person"
[records.fields]
family_name = { column = "Name" }
"""


def test_the_shipped_mappings_are_good() -> None:
    """Every mapping that comes with fieldpo is one."""
    assert {"nij", "iowa"} <= set(shipped())
    for name in shipped():
        assert load_mapping(name).records


def test_ids_follow_from_agency_system_kind_and_identifier() -> None:
    """The same identifier is always the same record, another agency's never."""
    one, other = parse_mapping(GOOD, "x"), parse_mapping(GOOD.replace("county", "state"), "y")
    assert one.record_id("person", "7") == parse_mapping(GOOD, "z").record_id("person", "7")
    assert len({one.record_id("person", "7"), one.record_id("case", "7"), other.record_id("person", "7")}) == 3


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('title = "People"', "title = ", "not usable"),
        ('title = "People"', 'titel = "People"', "titel"),
        ('kind = "person"', 'kind = "persn"', "persn"),
        ('kind = "person"', 'kind = "officer"', "officer"),
        ("family_name", "familyname", "familyname"),
        ("{ column = ", "{ colum = ", "colum"),
        ('{ column = "Name" }', '{ column = "Name", value = "x" }', "one source"),
        ('{ column = "Name" }', "{ required = true }", "one source"),
        ('{ column = "Name" }', '{ record = "case" }', "case"),
        ("family_name", "given_name", "family_name is required"),
        ('columns = ["No"]', "", "identity.columns"),
        ('agency = "county"', "", "agency"),
    ],
)
def test_a_mistake_in_a_mapping_is_named(old: str, new: str, said: str) -> None:
    """The sentence names the mapping and the key."""
    with pytest.raises(ImportRefused, match=said) as told:
        parse_mapping(GOOD.replace(old, new, 1), "county-people")
    assert "county-people" in told.value.message


def test_a_mapping_that_is_not_there_names_those_that_are(tmp_path: Path) -> None:
    """A wrong name lists the shipped ones."""
    with pytest.raises(ImportRefused, match="nij"):
        load_mapping(str(tmp_path / "none.toml"))
