"""The merging of edits, as pure functions that central and every device share.

Current = old → the new value. Current = new → nothing to do. Else a conflict for that field alone, or for
its whole group where the group has legal weight; central's value stays and the losing value is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fieldpo.sync.protocol.body import Json, Kind
from fieldpo.sync.protocol.ops import Edit, FieldEdit


@dataclass(frozen=True)
class Loss:
    """A field whose typed value lost: what was typed, and what stands."""

    field: str
    old: Json
    yours: Json
    current: Json


@dataclass(frozen=True)
class Merged:
    """The body after an edit, the fields that lost, and whether others' changes stand beside this one's."""

    body: dict[str, Json]
    changed: bool
    lost: tuple[Loss, ...] = ()


def merge_edit(kind: Kind, current: Mapping[str, Json], edit: Edit) -> Merged:
    """Apply an edit to the body that stands now. Never raises: a field that cannot be applied is lost."""
    body = dict(current)
    lost = _losses(kind, body, edit)
    refused = {loss.field for loss in lost}
    for name, change in edit.fields.items():
        if name not in refused:
            body[name] = change.new
    for name, members in edit.add.items():
        standing = list(kind.value(body, name) or [])
        body[name] = standing + [member for member in members if member not in standing]
    for name, members in edit.remove.items():
        body[name] = [member for member in kind.value(body, name) or [] if member not in members]
    body = {name: value for name, value in body.items() if not _absent(kind, name, value)}
    return Merged(body, body != dict(current), lost)


def apply_over(kind: Kind, current: Mapping[str, Json], edit: Edit) -> dict[str, Json]:
    """Replay the officer's own waiting edit over central's copy: what was typed is what the officer sees."""
    forced = {name: FieldEdit(kind.value(current, name), change.new) for name, change in edit.fields.items()}
    return merge_edit(kind, current, Edit(forced, edit.add, edit.remove)).body


def inverse(edit: Edit) -> Edit:
    """The edit that takes this one back."""
    swapped = {name: FieldEdit(change.new, change.old) for name, change in edit.fields.items()}
    return Edit(swapped, add=edit.remove, remove=edit.add)


def _absent(kind: Kind, name: str, value: Json) -> bool:
    """A known field at its default is left out, so that two bodies that mean the same are the same."""
    return name in kind.fields and not kind.fields[name].required and value == kind.default(name)


def _losses(kind: Kind, body: Mapping[str, Json], edit: Edit) -> tuple[Loss, ...]:
    beaten = {name for name, change in edit.fields.items() if kind.value(body, name) not in (change.old, change.new)}
    for group in kind.legal:
        if beaten & group:
            beaten |= group & edit.fields.keys()
    return tuple(
        Loss(name, change.old, change.new, kind.value(body, name))
        for name, change in edit.fields.items()
        if name in beaten
    )
