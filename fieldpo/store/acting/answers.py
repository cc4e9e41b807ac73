"""The officer's answers: theirs, mine or both in a conflict; a returned entry edited, or set aside.

An answer is an act like any other: it is saved, sent, and can be undone.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from dataclasses import dataclass

from fieldpo.errors import NotFound
from fieldpo.store import audit, records
from fieldpo.store.acting import answered, stuck
from fieldpo.store.acting.acts import Act, Change, Create, Remove, Saved, Step, perform
from fieldpo.store.acting.outbox_view import OutboxEntry, Place, outbox_entry
from fieldpo.store.records import Record
from fieldpo.store.vault import Vault
from fieldpo.sync.protocol.body import KINDS, Body, Json, plain_body
from fieldpo.sync.protocol.exchange import CREATED, DELETED


class Keep(enum.Enum):
    """Which value shall stand."""

    THEIRS = "theirs"
    MINE = "mine"


@dataclass(frozen=True)
class Combined:
    """A value made of both."""

    value: Json


Choice = Keep | Combined


def answer(
    vault: Vault, op_id: str, choices: Mapping[str, Choice] | Keep, now: dt.datetime | None = None
) -> Saved | None:
    """Answer every question of a conflict: by field, or all alike. A field left out stays theirs.

    Returns None where nothing had to be saved. Raises `NotFound` when there is no such question any more.
    """
    at = now or dt.datetime.now().astimezone()
    with vault.reading() as connection:
        entry = outbox_entry(connection, op_id)
        if entry is None or entry.place is not Place.CONFLICT:
            raise NotFound("This question has been answered already. Nothing was changed.")
        record = records.read_record(connection, entry.kind, entry.record_id)
    picked = choices if isinstance(choices, Mapping) else {one.field: choices for one in entry.questions}
    if not entry.questions:
        return _answer_unasked(vault, entry, choices, at)
    if record is None:
        _set_aside(vault, entry, at)
        return None
    if entry.questions[0].field == CREATED:
        steps = _steps_for_unmade(entry, picked)
    else:
        steps = _steps_for_gone(entry, record, picked) if record.hidden else _steps(entry, picked)
    return perform(vault, Act(f"Answered: {entry.label}", steps, at), at)


def _steps_for_unmade(entry: OutboxEntry, picked: Mapping[str, Choice]) -> tuple[Step, ...]:
    """For a new record that central did not make because another entry of its group lost: make it, or let it go."""
    resolves = entry.questions[0].conflict_id
    if picked.get(CREATED, Keep.THEIRS) is Keep.THEIRS:
        return (Remove(entry.kind, entry.record_id, resolves=resolves),)
    body = KINDS[entry.kind].check(dict(entry.typed))
    return (Create(body, entry.record_id, resolves=resolves),)


def _steps_for_gone(entry: OutboxEntry, record: Record, picked: Mapping[str, Choice]) -> tuple[Step, ...]:
    """For a record that is gone at central: put it back as the officer wants it, or let it go."""
    resolves = entry.questions[0].conflict_id
    if entry.verb == "delete" or all(choice is Keep.THEIRS for choice in picked.values()):
        return (Remove(entry.kind, entry.record_id, resolves=resolves),)
    body = KINDS[entry.kind].check({**record.body, **_values(entry, picked)})
    return (Create(body, entry.record_id, resolves=resolves),)


def _values(entry: OutboxEntry, picked: Mapping[str, Choice]) -> dict[str, Json]:
    """What shall stand in a record put back; members added to sets stand in its kept copy already."""
    values: dict[str, Json] = {}
    for one in entry.questions:
        choice = picked.get(one.field, Keep.THEIRS)
        if isinstance(choice, Combined):
            values[one.field] = choice.value
        elif choice is Keep.MINE and one.field not in KINDS[entry.kind].sets:
            values[one.field] = one.yours
    return values


def _steps(entry: OutboxEntry, picked: Mapping[str, Choice]) -> tuple[Step, ...]:
    by_question: dict[str, dict[str, Json]] = {}
    taking_away = False
    for one in entry.questions:
        values = by_question.setdefault(one.conflict_id, {})
        choice = picked.get(one.field, Keep.THEIRS)
        if one.field == DELETED and entry.verb == "delete":
            taking_away = choice is Keep.MINE
        elif isinstance(choice, Combined):
            values[one.field] = choice.value
        elif choice is Keep.MINE:
            values[one.field] = one.yours
    if taking_away:
        return (Remove(entry.kind, entry.record_id, resolves=entry.questions[0].conflict_id),)
    return tuple(
        Change(entry.kind, entry.record_id, values, resolves=conflict_id) for conflict_id, values in by_question.items()
    )


def _answer_unasked(
    vault: Vault, entry: OutboxEntry, choices: Mapping[str, Choice] | Keep, at: dt.datetime
) -> Saved | None:
    """A member of a group whose other member lost: it was not applied, and asks nothing of its own."""
    saved = None
    if choices is Keep.MINE and entry.verb == "edit":
        saved = perform(
            vault, Act(entry.label, (Change(entry.kind, entry.record_id, dict(entry.typed)),), entry.saved_at), at
        )
    _set_aside(vault, entry, at)
    return saved


def replace_returned(vault: Vault, op_id: str, body: Body, now: dt.datetime | None = None) -> Saved:
    """Send a returned new entry again, as edited; it keeps its place and central knows which one it replaces.

    Raises `NotFound` when it is not returned any more, `BadInput` when a value does not fit.
    """
    at = now or dt.datetime.now().astimezone()
    entry = _returned(vault, op_id)
    if entry.problem == stuck.PARENT_SET_ASIDE:
        with vault.reading() as connection:
            body = KINDS[entry.kind].check(stuck.standing_alone(connection, entry.kind, plain_body(body)))
    step = Create(body, entry.record_id, supersedes=op_id)
    return perform(vault, Act(entry.label, (step,), entry.saved_at), at)


def change_returned(vault: Vault, op_id: str, fields: Mapping[str, Json], now: dt.datetime | None = None) -> Saved:
    """Send a returned change again, with other values. Raises as `replace_returned`."""
    at = now or dt.datetime.now().astimezone()
    entry = _returned(vault, op_id)
    step = Change(entry.kind, entry.record_id, fields, supersedes=op_id)
    return perform(vault, Act(entry.label, (step,), entry.saved_at), at)


def set_aside(vault: Vault, op_id: str, now: dt.datetime | None = None) -> None:
    """Let a returned entry rest: central keeps it for review, this computer shows it no more.

    Entries that belong to it are asked about next: sent alone, or set aside too.

    Raises `NotFound` when it is not returned any more.
    """
    _set_aside(vault, _returned(vault, op_id), now or dt.datetime.now().astimezone())


def _returned(vault: Vault, op_id: str) -> OutboxEntry:
    with vault.reading() as connection:
        entry = outbox_entry(connection, op_id)
    if entry is None or entry.place is not Place.RETURNED:
        raise NotFound("This entry is not returned any more. Nothing was changed.")
    return entry


def _set_aside(vault: Vault, entry: OutboxEntry, at: dt.datetime) -> None:
    with vault.writing() as connection:
        answered.set_aside(connection, entry.op_id)
        stuck.ask_about_stuck(connection)
        audit.append(
            connection,
            vault.identity.user_id,
            vault.identity.device_id,
            at,
            [audit.Event("set aside", entry.kind, entry.record_id)],
        )
