"""docs/sync-contract.md against the wire types, and docs/policy-packs.md against the pack."""

from __future__ import annotations

import re
import typing

import msgspec
import pytest

from fieldpo.central.refusals import TITLES
from fieldpo.central.sign_in_types import DeviceAuthorization, TokenAnswer
from fieldpo.supervision.pack import Pack
from fieldpo.sync.protocol import kinds  # noqa: F401 - declares the kinds
from fieldpo.sync.protocol.body import KINDS, Merging
from fieldpo.sync.protocol.exchange import (
    Change,
    FieldConflict,
    PartitionPage,
    SyncRequest,
    SyncResponse,
    Verdict,
    VerdictKind,
)
from fieldpo.sync.protocol.ops import Op
from tests.docs.pages import DOCS, code, tables

CONTRACT = (DOCS / "sync-contract.md").read_text("utf-8")
PACKS = (DOCS / "policy-packs.md").read_text("utf-8")


def _names(type_: type[msgspec.Struct]) -> set[str]:
    return {one.encode_name for one in msgspec.structs.fields(type_)}


def _under(title: str) -> str:
    found = re.search(rf"^##+ {re.escape(title)}.*?\n(.*?)(?=^##+ |\Z)", CONTRACT, re.MULTILINE | re.DOTALL)
    assert found, title
    return found[1]


def _first_column(table: list[list[str]]) -> set[str]:
    return {name for row in table[1:] for name in code(row[0])}


@pytest.mark.parametrize(
    ("title", "type_"), [("The request", SyncRequest), ("An op", Op), ("The answer", SyncResponse)]
)
def test_a_table_has_every_field(title: str, type_: type[msgspec.Struct]) -> None:
    """The table of a wire type holds its fields, all of them and no others."""
    assert _first_column(next(tables(_under(title)))) == _names(type_)


@pytest.mark.parametrize("type_", [Verdict, FieldConflict, PartitionPage, Change])
def test_a_part_of_the_answer_is_told_field_by_field(type_: type[msgspec.Struct]) -> None:
    """Each field of a verdict, a page, a change stands in the chapter on the answer."""
    told = " ".join(code(_under("The answer")))
    assert {name for name in _names(type_) if name not in re.findall(r"\w+", told)} == set()


def test_every_verdict_is_told() -> None:
    """The verdicts, and which of them are final."""
    table = next(tables(_under("What central does")))
    told = {code(row[0])[at]: row[1] for row in table[1:] for at in range(len(code(row[0])))}
    final = {"accepted", "merged", "conflict", "rejected"}
    assert told == {one.value: "yes" if one.value in final else "no" for one in VerdictKind}


def test_every_refusal_is_told() -> None:
    """The problem types with their titles, as central gives them."""
    table = next(tables(_under("Why an op is refused")))
    assert {code(row[0])[0]: row[1] for row in table[1:]} == TITLES


def test_every_kind_is_told_with_its_merging() -> None:
    """Each kind of record stands once, under how it merges."""
    table = next(tables(_under("Merging")))
    words = {"fields": Merging.FIELDS, "nothing: written once": Merging.INSERT, "central writes it": Merging.CENTRAL}
    told = {name: words[row[0]] for row in table[1:] for name in code(row[1])}
    assert told == {name: kind.merging for name, kind in KINDS.items()}


def test_signing_in_is_told_field_by_field() -> None:
    """What the device flow answers stands in its chapter."""
    told = set(re.findall(r"\w+", " ".join(code(_under("Signing a device in")))))
    assert (_names(DeviceAuthorization) | _names(TokenAnswer)) <= told


def test_every_list_of_a_pack_is_told_with_its_keys() -> None:
    """docs/policy-packs.md has each list of the pack, with the keys beyond code, label and key."""
    table = next(one for one in tables(PACKS) if one[0] == ["list", "further keys"])
    told = {
        code(row[0])[0]: {name for name in code(row[1]) if name != "code" or "no `code`" not in row[1]}
        for row in table[1:]
    }
    hints = typing.get_type_hints(Pack)
    lists = {name: typing.get_args(hint)[0] for name, hint in hints.items() if typing.get_origin(hint) is tuple}
    assert told == {
        name: {one.encode_name for one in msgspec.structs.fields(entry)} - {"code", "label", "key"}
        for name, entry in lists.items()
    }
