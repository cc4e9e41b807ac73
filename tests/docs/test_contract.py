"""docs/sync-contract.md against the wire types, and docs/policy-packs.md against the pack."""

from __future__ import annotations

import re
import typing

import msgspec
import pytest

from fieldpo.central.accounts.routes_sign_in import MAX_WORD
from fieldpo.central.accounts.sign_in_types import DeviceAuthorization, TokenAnswer
from fieldpo.central.contract.openapi import description
from fieldpo.central.contract.openapi_parts import ANSWERS
from fieldpo.central.deciding.refusals import TITLES
from fieldpo.central.exchanging.answer import VERDICT_PAGE
from fieldpo.cli.conformance.clause import CLAUSES
from fieldpo.cli.conformance.clauses import declare
from fieldpo.supervision.pack import Pack
from fieldpo.sync.protocol import kinds  # noqa: F401 - declares the kinds
from fieldpo.sync.protocol.body import KINDS, Merging
from fieldpo.sync.protocol.codings import WINDOW_LOG
from fieldpo.sync.protocol.exchange import (
    MAX_INFLATED,
    MAX_MISSING,
    MAX_OPS,
    MAX_PLACE,
    MAX_REQUEST_BYTES,
    MAX_RESPONSE_BYTES,
    PAGE,
    Change,
    FieldConflict,
    PartitionPage,
    SyncRequest,
    SyncResponse,
    Verdict,
    VerdictKind,
)
from fieldpo.sync.protocol.ops import MAX_GROUP_BYTES, MAX_GROUP_OPS, MAX_OP_BYTES, MAX_OP_DEPTH, Op
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


def test_every_answer_but_200_is_told() -> None:
    """The statuses with their problem types are those that central gives and the OpenAPI describes."""
    table = next(tables(_under("Answers other than 200")))
    assert {int(row[0]): tuple(each for each in code(row[1]) if each != "Retry-After") for row in table[1:]} == ANSWERS


def test_the_limits_are_those_of_the_code() -> None:
    """Each figure of the table of limits."""
    table = next(one for one in tables(_under("Transport")) if one[0] == ["limit", "figure"])
    mib, kib = 1024 * 1024, 1024
    assert {row[0].replace("`", ""): row[1].replace("`", "") for row in table[1:]} == {
        "ops a request": f"{MAX_OPS:,}",
        "bytes of a request's ops, before compression": (
            f"{MAX_REQUEST_BYTES // mib} MiB (central inflates at most {MAX_INFLATED // mib} MiB of a request)"
        ),
        "bytes of one op": f"{MAX_OP_BYTES // kib} KiB",
        "ops and bytes of one group": f"{MAX_GROUP_OPS} and {MAX_GROUP_BYTES // mib} MiB",
        "changes an answer carries, all partitions together": f"{PAGE:,}, fewer with limit",
        "verdicts an answer carries beside those of its own ops": f"{VERDICT_PAGE:,}",
        "bytes that a device inflates of an answer": f"{MAX_RESPONSE_BYTES // mib} MiB",
        "bytes that a zstd frame may ask to look back": f"{2**WINDOW_LOG // mib} MiB",
        "objects and lists within one another in an op": str(MAX_OP_DEPTH),
        "characters of an id, a code, an audit row's hash": "64",
        "op_ids that one question after a restore names": f"{MAX_MISSING:,}",
        "a seq, a place in a count": "below 2⁵³",
    }
    assert MAX_PLACE == 2**53
    assert f"of {MAX_WORD // kib} KiB each" in _under("Signing a device in")


def test_every_clause_of_the_conformance_names_a_chapter() -> None:
    """Each clause's chapter is one of the page, and its id is a family and a name."""
    declare()
    chapters = set(re.findall(r"^##+ (.*)$", CONTRACT, re.MULTILINE))
    for each in CLAUSES.values():
        assert any(chapter.startswith(each.section) for chapter in chapters), each.id
        assert re.fullmatch(r"[a-z-]+\.[a-z-]+", each.id)


def test_every_oauth_error_of_the_description_is_told() -> None:
    """What signing in may answer stands in its chapter, as the OpenAPI lists it."""
    paths = description()["paths"]
    found: set[str] = set()
    for path in ("/oauth/device_authorization", "/oauth/token"):
        for answer in paths[path]["post"]["responses"].values():
            for content in answer["content"].values():
                found |= set(content["schema"].get("properties", {}).get("error", {}).get("enum", ()))
    assert len(found) > 7
    assert found <= set(code(_under("Signing a device in")))


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
