"""Whatever comes in whatever order: what was typed and not answered is in view, and the hash is right."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from fieldpo.store.replay import kind_of, replayed
from fieldpo.sync.protocol.body import Json
from fieldpo.sync.protocol.merge import merge_edit
from fieldpo.sync.protocol.ops import Edit, FieldEdit, Op
from tests.filled_vault import DEVICE, OFFICER
from tests.store.feeds import AT

FIELDS = ("given_name", "middle_name", "language")
VALUES = st.sampled_from(["", "a", "b", "c"])
EDITS = st.lists(st.tuples(st.sampled_from(FIELDS), VALUES), max_size=6)
NEEDS = st.lists(st.tuples(st.sampled_from(["add", "remove"]), st.sampled_from("xyz")), max_size=6)


def op(verb: str, body: dict[str, Json]) -> Op:
    """One op on the person."""
    return Op(
        op_id="o", device_id=DEVICE, author_id=OFFICER, kind=f"person.{verb}", schema_version=1, record_id="p",
        occurred_at=AT, recorded_at=AT, body=body,
    )  # fmt: skip


def edit(view: dict[str, Json], name: str, value: str) -> Op:
    """A field changed as the officer saw it."""
    kind = kind_of("person")
    return op("edit", {"fields": {name: {"old": kind.value(view, name), "new": value}}})


def members(how: str, member: str) -> Op:
    """A need added or removed."""
    return op("edit", {how: {"needs": [member]}})


@settings(max_examples=200, deadline=None)
@given(EDITS, EDITS)
def test_the_last_typed_value_is_in_view_over_any_base(
    theirs: list[tuple[str, str]], mine: list[tuple[str, str]]
) -> None:
    """Others' changes land below the officer's waiting ones, field by field."""
    kind = kind_of("person")
    base: dict[str, Json] = {"family_name": "Fahey"}
    ops, view = [], dict(base)
    for name, value in mine:
        ops.append(edit(view, name, value))
        view = dict(replayed(kind, base, ops, {}).body or {})
    for name, value in theirs:
        base = merge_edit(kind, base, Edit({name: FieldEdit(kind.value(base, name), value)})).body
    shown = replayed(kind, base, ops, {}).body
    assert shown is not None
    last = dict(mine)
    for name in FIELDS:
        assert kind.value(shown, name) == (last[name] if name in last else kind.value(base, name))


@settings(max_examples=200, deadline=None)
@given(EDITS, NEEDS)
def test_replaying_over_a_base_that_has_the_ops_changes_nothing(
    mine: list[tuple[str, str]], needs: list[tuple[str, str]]
) -> None:
    """An op taken into the base and still replayed shows the same: a crash between the two does no harm."""
    kind = kind_of("person")
    base: dict[str, Json] = {"family_name": "Fahey", "needs": ["x"]}
    ops: list[Op] = []
    view = dict(base)
    for name, value in mine:
        ops.append(edit(view, name, value))
        view = dict(replayed(kind, base, ops, {}).body or {})
    ops += [members(how, member) for how, member in needs]
    once = replayed(kind, base, ops, {}).body
    twice = replayed(kind, once, ops, {}).body
    assert once is not None
    assert twice is not None
    assert {**once, "needs": sorted(kind.value(once, "needs"))} == {
        **twice,
        "needs": sorted(kind.value(twice, "needs")),
    }


def test_a_delete_hides_and_an_edit_without_a_base_shows_what_stood() -> None:
    """The two ends of a record's life."""
    kind = kind_of("person")
    assert replayed(kind, {"family_name": "Fahey"}, [op("delete", {})], {}).hidden
    shown = replayed(kind, None, [edit({}, "language", "es")], {"family_name": "Fahey"})
    assert shown.body == {"family_name": "Fahey", "language": "es"}
