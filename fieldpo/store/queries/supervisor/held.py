"""What central holds for this supervisor to decide, whole, with what was decided on it."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, text

from fieldpo.plain import day, moment
from fieldpo.store.database.at_once import AtOnce
from fieldpo.store.queries.clients.names import officers_named
from fieldpo.store.queries.supervisor.cited import cited
from fieldpo.supervision.calendar import local
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.written.codes import label_of
from fieldpo.sync.protocol.body import Json
from fieldpo.sync.protocol.held import CREATE, MATCH, REFUSE, RELEASE
from fieldpo.sync.protocol.kinds import Evidence, HeldItem

HELD = AtOnce(
    "SELECT id, body FROM r_held_item WHERE hidden = 0 AND (:key IS NULL OR id = :key) "
    "ORDER BY json_extract(body, '$.arrived_at'), id"
)
_TO_DECIDE = text(
    "SELECT count(*) FROM r_held_item i WHERE i.hidden = 0 "
    "AND coalesce(json_extract(i.body, '$.officer_id'), '') <> :user "
    "AND coalesce(json_extract(i.body, '$.decided'), '') = '' AND NOT EXISTS (SELECT 1 FROM r_held_decision d "
    "WHERE d.held_op_id = json_extract(i.body, '$.op_id') AND d.id IN (SELECT id FROM base))"
)
_UNSENT = text("SELECT decision FROM r_held_decision WHERE held_op_id = :id AND id IN (SELECT id FROM base)")
NOT_KNOWN = "(not known here)"

_REASONS = {
    "after-leave": "late entry",
    "intake-unmatched": "not listed",
    "intake-ambiguous": "several match",
    "intake-claimed": "ID not sure",
    "group-incomplete": "waits for rest",
}
WORDS = {RELEASE: "release", REFUSE: "refuse", MATCH: "match", CREATE: "new case"}
"""What may be decided, in a word or two."""


@dataclass(frozen=True)
class Held:
    """Something that central holds. `parts` is all that was written, in labelled lines; `came` by the office's clock.

    `unsent` is what this supervisor has decided and not sent; `undone` what central has not carried out yet, `trouble`
    why it could not carry out the last decision.
    """

    key: str
    op_id: str
    reason: str
    officer: str
    officer_id: str
    since: dt.datetime
    came: str
    subject: str
    subject_id: str
    parts: tuple[tuple[str, str], ...]
    detail: str
    overdue: bool
    own: bool
    not_listed: bool
    unsent: str = ""
    undone: str = ""
    decided_by: str = ""
    trouble: str = ""

    @property
    def decided(self) -> bool:
        """Whether nobody is to decide now."""
        return bool(self.unsent or self.undone)


def held_to_decide(connection: Connection, user_id: str) -> int:
    """How much is held for a decision of this supervisor: nothing of their own, nothing decided already."""
    return int(connection.scalar(_TO_DECIDE, {"user": user_id}) or 0)


def held_for(connection: Connection, pack: Pack, user_id: str, key: str | None = None) -> tuple[Held, ...]:
    """All that is held, what came first on top; the one of a key where given."""
    rows = HELD.rows(connection, {"key": key})
    items = [(row.id, msgspec.json.decode(row.body, type=HeldItem, strict=False)) for row in rows]
    named = {one for _, item in items for one in (item.officer_id, item.decided_by) if one}
    names = officers_named(connection, sorted(named))
    unsent = {item.op_id: str(connection.scalar(_UNSENT, {"id": item.op_id}) or "") for _, item in items}
    return tuple(_held(pack, one, item, names, user_id, unsent[item.op_id]) for one, item in items)


def _held(pack: Pack, key: str, item: HeldItem, names: dict[str, str], user_id: str, unsent: str) -> Held:
    return Held(
        key=key,
        op_id=item.op_id,
        reason=_REASONS.get(item.reason, item.reason),
        officer=names.get(item.officer_id, NOT_KNOWN),
        officer_id=item.officer_id,
        since=item.arrived_at,
        came=moment(local(item.arrived_at, pack)),
        subject=item.subject_name or "(no name)",
        subject_id=item.subject_id or "",
        parts=tuple(_parts(pack, item, names)),
        detail=item.detail,
        overdue=item.overdue,
        own=item.officer_id == user_id,
        not_listed=item.reason.startswith("intake-"),
        unsent=WORDS.get(unsent, unsent),
        undone=WORDS.get(item.decided, item.decided),
        decided_by=names.get(item.decided_by or "", ""),
        trouble=item.trouble,
    )


def _parts(pack: Pack, item: HeldItem, names: dict[str, str]) -> Iterator[tuple[str, str]]:
    if item.reason.startswith("intake-"):
        yield from _met(pack, item.body)
        return
    entries = [each for each in item.body.values() if isinstance(each, dict)]
    for body in entries if item.reason == "group-incomplete" else [item.body]:
        entry = cited(pack, Evidence(id=item.op_id, kind=item.entry, body=body), names)
        texts = [str(body[name]) for name in ("note", "text", "facts", "comment", "reason") if body.get(name)]
        yield ("ENTRY", entry.title)
        yield ("TEXT", "\n".join(texts))


def _met(pack: Pack, body: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    said = {name: str(value) for name, value in body.items() if value is not None}
    yield ("NAME", ", ".join(said[name] for name in ("family_name", "given_name") if said.get(name)))
    yield ("ID", said.get("agency_id", ""))
    with contextlib.suppress(ValueError):
        yield ("BORN", day(said["birth_date"]) if "birth_date" in said else "")
    yield ("PHONE", said.get("phone", ""))
    yield ("LIVES", said.get("address", ""))
    where = (label_of(pack.contact_kinds, said.get("contact", "")), label_of(pack.places, said.get("place", "")))
    yield ("MET", ", ".join(part for part in where if part))
    yield ("TEXT", said.get("note", ""))
