"""The merging of edits, as properties over any edits of a phone, a case and a person."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

import fieldpo.sync.protocol.kinds  # noqa: F401 - declares the kinds
from fieldpo.sync.protocol.body import KINDS, Kind
from fieldpo.sync.protocol.merge import apply_over, inverse, merge_edit
from fieldpo.sync.protocol.ops import Edit, FieldEdit

WORDS = st.sampled_from(["", "a", "b", "c"])
MEMBERS = st.lists(st.sampled_from(["Jo", "Joey", "Big Jo"]), unique=True, max_size=3)


def bodies(kind: str, required: list[str], names: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    """Bodies whose fields are left out at their default, as both sides store them."""
    made = st.fixed_dictionaries(dict.fromkeys(required, WORDS), optional=dict.fromkeys(names, WORDS))
    return made.map(lambda body: {k: v for k, v in body.items() if k in required or v != KINDS[kind].default(k)})


PHONES = bodies("phone", ["number"], ["note", "use", "verified_how"])
CASES = bodies("case", [], ["status", "status_reason", "level", "level_reason", "court"])


def edit_of(kind: Kind, seen: dict[str, Any], wanted: dict[str, Any]) -> Edit:
    """The edit of an officer who saw one body and typed another."""
    names = seen.keys() | wanted.keys()
    changes = {name: FieldEdit(kind.value(seen, name), kind.value(wanted, name)) for name in sorted(names)}
    return Edit({name: change for name, change in changes.items() if change.old != change.new})


@given(PHONES, PHONES)
def test_an_edit_of_what_stands_gives_what_was_typed(seen: dict[str, Any], wanted: dict[str, Any]) -> None:
    """With nobody else at it, nothing is lost and the body is the typed one."""
    kind = KINDS["phone"]
    merged = merge_edit(kind, seen, edit_of(kind, seen, wanted))
    assert (merged.body, merged.lost) == (wanted, ())


@given(PHONES, PHONES, PHONES)
def test_every_typed_value_stands_or_is_lost_by_name(
    seen: dict[str, Any], wanted: dict[str, Any], current: dict[str, Any]
) -> None:
    """No field is dropped, and what lost names both values."""
    kind = KINDS["phone"]
    edit = edit_of(kind, seen, wanted)
    merged = merge_edit(kind, current, edit)
    lost = {loss.field: loss for loss in merged.lost}
    for name, change in edit.fields.items():
        if name in lost:
            assert (lost[name].yours, lost[name].current) == (change.new, kind.value(current, name))
            assert kind.value(merged.body, name) == kind.value(current, name)
        else:
            assert kind.value(merged.body, name) == change.new


@given(PHONES, PHONES, PHONES)
def test_an_edit_twice_is_an_edit_once(seen: dict[str, Any], wanted: dict[str, Any], current: dict[str, Any]) -> None:
    """Merging the same edit again changes nothing and loses the same."""
    kind = KINDS["phone"]
    edit = edit_of(kind, seen, wanted)
    once = merge_edit(kind, current, edit)
    twice = merge_edit(kind, once.body, edit)
    assert (twice.body, {each.field for each in twice.lost}) == (once.body, {each.field for each in once.lost})


@given(PHONES, PHONES, PHONES)
def test_untouched_fields_stay(seen: dict[str, Any], wanted: dict[str, Any], current: dict[str, Any]) -> None:
    """Only fields that the edit names can change."""
    kind = KINDS["phone"]
    edit = edit_of(kind, seen, wanted)
    merged = merge_edit(kind, {**current, "unknown": [1]}, edit)
    untouched = (current.keys() | merged.body.keys()) - edit.fields.keys()
    assert all(kind.value(merged.body, name) == kind.value({**current, "unknown": [1]}, name) for name in untouched)


@given(PHONES, PHONES, PHONES)
def test_the_officer_sees_what_was_typed_over_whatever_central_has(
    seen: dict[str, Any], wanted: dict[str, Any], current: dict[str, Any]
) -> None:
    """A pull never reverts a waiting edit on the screen."""
    kind = KINDS["phone"]
    edit = edit_of(kind, seen, wanted)
    shown = apply_over(kind, current, edit)
    assert all(kind.value(shown, name) == change.new for name, change in edit.fields.items())


@given(CASES, CASES, CASES)
def test_groups_of_legal_weight_go_all_or_nothing(
    seen: dict[str, Any], wanted: dict[str, Any], current: dict[str, Any]
) -> None:
    """A status is never half another officer's."""
    kind = KINDS["case"]
    edit = edit_of(kind, seen, wanted)
    lost = {loss.field for loss in merge_edit(kind, current, edit).lost}
    for group in kind.legal:
        assert lost & group in (set(), group & edit.fields.keys())


@given(PHONES, PHONES)
def test_an_inverse_takes_an_edit_back(seen: dict[str, Any], wanted: dict[str, Any]) -> None:
    """Edit and inverse give the body as it was, with no loss."""
    kind = KINDS["phone"]
    edit = edit_of(kind, seen, wanted)
    back = merge_edit(kind, merge_edit(kind, seen, edit).body, inverse(edit))
    assert (back.body, back.lost) == (seen, ())


@given(MEMBERS, MEMBERS, MEMBERS, MEMBERS)
def test_set_edits_of_two_officers_never_conflict(
    standing: list[str], added: list[str], also: list[str], removed: list[str]
) -> None:
    """Whatever order they land in, additions stand unless removed, each once, and nothing is lost."""
    kind = KINDS["person"]
    one = Edit(add={"aliases": added})
    two = Edit(add={"aliases": also}, remove={"aliases": [each for each in removed if each not in added + also]})
    start = {"family_name": "Doe", "aliases": standing}
    first = merge_edit(kind, merge_edit(kind, start, one).body, two)
    second = merge_edit(kind, merge_edit(kind, start, two).body, one)
    assert first.lost == second.lost == ()
    left, right = (kind.value(each.body, "aliases") for each in (first, second))
    assert set(left) == set(right)
    assert len(left) == len(set(left))
