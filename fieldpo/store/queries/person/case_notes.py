"""A person's case notes, newest first, a page at a time: contacts and attempts, with addenda and withdrawals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec
from sqlalchemy import Connection

from fieldpo.errors import NotFound
from fieldpo.plain import moment
from fieldpo.store.database.at_once import AtOnce
from fieldpo.store.queries.clients.find_entries import find_entries, is_withheld
from fieldpo.store.queries.clients.names import officers_named
from fieldpo.supervision.calendar import local
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.written.codes import label_of
from fieldpo.sync.protocol.body import Json

PAGE = 200

_NOTES = AtOnce(
    "SELECT id, occurred_utc, id IN (SELECT id FROM base) AS not_sent, body FROM r_contact "
    "WHERE person_id = :person AND hidden = 0 "
    "AND (:utc IS NULL OR occurred_utc < :utc OR (occurred_utc = :utc AND id < :id)) "
    "ORDER BY occurred_utc DESC, id DESC LIMIT :limit"
)
_SOME = AtOnce(
    "SELECT id, occurred_utc, id IN (SELECT id FROM base) AS not_sent, body FROM r_contact "
    "WHERE person_id = :person AND hidden = 0 "
    "AND (id IN (SELECT value FROM json_each(:ids)) OR id IN (SELECT entry_id FROM r_addendum "
    "WHERE id IN (SELECT value FROM json_each(:ids)) AND hidden = 0)) ORDER BY occurred_utc DESC, id DESC"
)
_THERE = AtOnce("SELECT id FROM at_central WHERE id = :id")
_ADDENDA = AtOnce(
    "SELECT entry_id, id IN (SELECT id FROM base) AS not_sent, body FROM r_addendum "
    "WHERE entry_id IN (SELECT value FROM json_each(:ids)) AND hidden = 0 ORDER BY id"
)
_WITHDRAWN = AtOnce(
    "SELECT entry_id, body FROM r_withdrawal WHERE entry_id IN (SELECT value FROM json_each(:ids)) AND hidden = 0"
)


@dataclass(frozen=True)
class Addendum:
    """A later addition to an entry."""

    written_at: dt.datetime
    officer: str
    text: str
    not_sent: bool = False


@dataclass(frozen=True)
class Note:
    """One entry of the case notes."""

    record_id: str
    occurred_at: dt.datetime
    what: str
    """"face-to-face, home"."""
    outcome: str
    officer: str
    note: str
    details: tuple[str, ...]
    """Told, verified, checklist, duration and the like, a line each."""
    addenda: tuple[Addendum, ...]
    withdrawn: str
    """Why it was withdrawn; empty for one that stands."""
    not_sent: bool
    withheld: bool
    """Not for the client-safe view."""
    entered_at: dt.datetime | None
    officer_id: str = ""
    at_central: bool = False
    """Whether central has it; only `case_note` tells. When it came there is kept at central and not sent to laptops."""
    withdrawn_by: str = ""
    """Who withdrew it, and when."""

    @property
    def first_line(self) -> str:
        """The note on one line."""
        return " ".join(self.note.split())


@dataclass(frozen=True)
class NotesPage:
    """A page of case notes; `more` tells that older ones are here."""

    notes: tuple[Note, ...]
    more: bool


@dataclass(frozen=True)
class _Beside:
    """What stands beside the entries of a page."""

    pack: Pack
    officers: dict[str, str]
    addenda: dict[str, list[dict[str, Json]]]
    withdrawn: dict[str, dict[str, Json]]

    def officer(self, body: dict[str, Json]) -> str:
        return self.officers.get(body["officer_id"], "another officer")


def case_notes(
    connection: Connection, pack: Pack, person_id: str, after: Note | None = None, limit: int = PAGE
) -> NotesPage:
    """The case notes older than `after`, or the newest."""
    rows = _NOTES.rows(
        connection,
        {
            "person": person_id,
            "utc": int(after.occurred_at.timestamp()) if after else None,
            "id": after.record_id if after else "",
            "limit": limit + 1,
        },
    )
    return NotesPage(_notes(connection, pack, rows[:limit]), len(rows) > limit)


def notes_with(connection: Connection, pack: Pack, person_id: str, typed: str) -> NotesPage:
    """The case notes with all the words typed, in the note itself or in an addendum to it, newest first."""
    found = find_entries(connection, typed, PAGE, person_id)
    ids = [one.record_id for one in found]
    rows = _SOME.rows(connection, {"ids": ids, "person": person_id})
    return NotesPage(_notes(connection, pack, rows), more=False)


def case_note(connection: Connection, pack: Pack, person_id: str, entry_id: str) -> Note:
    """One entry of the case notes. Raises `NotFound` where it is not, or no longer, on this laptop."""
    rows = _SOME.rows(connection, {"ids": [entry_id], "person": person_id})
    if not rows:
        raise NotFound("This entry is not on this laptop any more.")
    note = _notes(connection, pack, rows)[0]
    return replace(note, at_central=_THERE.first(connection, {"id": note.record_id}) is not None)


def _notes(connection: Connection, pack: Pack, rows: Sequence[Any]) -> tuple[Note, ...]:
    bodies = {row.id: msgspec.json.decode(row.body) for row in rows}
    addenda: dict[str, list[dict[str, Json]]] = {}
    for row in _ADDENDA.rows(connection, {"ids": list(bodies)}):
        added = msgspec.json.decode(row.body) | {"not_sent": bool(row.not_sent)}
        addenda.setdefault(row.entry_id, []).append(added)
    struck = _WITHDRAWN.rows(connection, {"ids": list(bodies)})
    withdrawn = {row.entry_id: msgspec.json.decode(row.body) for row in struck}
    written = [*bodies.values(), *(one for some in addenda.values() for one in some), *withdrawn.values()]
    officers = officers_named(connection, [body["officer_id"] for body in written])
    beside = _Beside(pack, officers, addenda, withdrawn)
    return tuple(_note(beside, row, bodies[row.id]) for row in rows)


def _note(beside: _Beside, row: Any, body: dict[str, Json]) -> Note:
    pack, place, struck = beside.pack, body.get("place", ""), beside.withdrawn.get(row.id)
    kind = label_of(pack.contact_kinds, body["contact"])
    return Note(
        row.id,
        _moment(body["occurred_at"], pack),
        f"{kind}, {label_of(pack.places, place)}" if place else kind,
        label_of(pack.outcomes, body["outcome"]),
        beside.officer(body),
        body.get("note", ""),
        tuple(_details(pack, body)),
        tuple(
            Addendum(_moment(one["written_at"], pack), beside.officer(one), one["text"], one["not_sent"])
            for one in beside.addenda.get(row.id, ())
        ),
        (struck.get("reason") or "withdrawn") if struck else "",
        bool(row.not_sent),
        is_withheld("contact", body),
        _moment(body["entered_at"], pack) if body.get("entered_at") else None,
        body["officer_id"],
        withdrawn_by=f"{beside.officer(struck)}, {moment(_moment(struck['written_at'], pack))}" if struck else "",
    )


def _details(pack: Pack, body: dict[str, Json]) -> list[str]:
    lines = []
    if body.get("minutes"):
        lines.append(f"{body['minutes']} min")
    if body.get("purpose"):
        lines.append(f"Purpose: {label_of(pack.purposes, body['purpose'])}")
    if body.get("present"):
        lines.append("With: " + ", ".join(label_of(pack.with_whom, one) for one in body["present"]))
    if body.get("told"):
        lines.append("Told: " + ", ".join(_told(pack, one, how) for one, how in body["told"].items()))
    if body.get("verified"):
        proved = [
            f"{label_of(pack.verified_items, one)} ({label_of(pack.verified_hows, how)})"
            for one, how in body["verified"].items()
        ]
        lines.append("Verified: " + ", ".join(proved))
    if body.get("techniques"):
        lines.append("Technique: " + ", ".join(label_of(pack.techniques, one) for one in body["techniques"]))
    for item, answer in body.get("checklist", {}).items():
        code, _, why = answer.partition(":")
        said = label_of(pack.checklist_answers, code.strip())
        lines.append(f"{label_of(pack.checklist, item)}: {said}{': ' + why.strip() if why else ''}")
    if body.get("card_left"):
        lines.append("Card left")
    return lines


def _told(pack: Pack, item: str, how: str) -> str:
    """What the client said about one item: "home same", "job has changed"."""
    known = next((one for one in pack.told_items if one.code == item), None)
    if known is None:
        return f"{item} {how}"
    return known.label if how == "unchanged" else known.changed.partition(":")[0]


def _moment(stamp: str, pack: Pack) -> dt.datetime:
    return local(dt.datetime.fromisoformat(stamp), pack)
