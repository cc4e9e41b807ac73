"""An officer's act, saved whole: rows, frozen ops, undo, index and log in one transaction, or nothing at all.

This is the one way that an officer changes anything. `perform` takes an act and answers when it is durable.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import text

from fieldpo.store import audit, search
from fieldpo.store.acting import drafts, outbox
from fieldpo.store.acting.answered import mark_answered, set_returned_aside
from fieldpo.store.acting.freezing import Frozen, Links, Stepper
from fieldpo.store.acting.stuck import ask_about_stuck
from fieldpo.store.opening.state import counter_in
from fieldpo.store.vault import Vault
from fieldpo.sync.protocol.body import KINDS, Body, Json
from fieldpo.sync.protocol.ids import new_id


@dataclass(frozen=True)
class Create:
    """A new record. `record_id` is the id of its op too, made when the form was opened.

    In the place of a returned entry, or of a record that was deleted, it keeps that record's id.
    """

    body: Body
    record_id: str = field(default_factory=new_id)
    supersedes: str | None = None
    resolves: str | None = None
    undoes: str | None = None

    @property
    def kind(self) -> str:
        """The kind that the body's type declares."""
        return next(name for name, spec in KINDS.items() if spec.body is type(self.body))


@dataclass(frozen=True)
class Change:
    """New values of an existing record's fields, and members of its sets. Equal values are left out."""

    kind: str
    record_id: str
    fields: Mapping[str, Json] = field(default_factory=dict)
    add: Mapping[str, list[Json]] = field(default_factory=dict)
    remove: Mapping[str, list[Json]] = field(default_factory=dict)
    supersedes: str | None = None
    resolves: str | None = None
    undoes: str | None = None


@dataclass(frozen=True)
class Remove:
    """Take a changeable record away, as the undoing of its making does."""

    kind: str
    record_id: str
    resolves: str | None = None
    undoes: str | None = None


Step = Create | Change | Remove


@dataclass(frozen=True)
class Act:
    """What one key press saves. `label` is in the officer's words: "Contact with Fahey, B.".

    `occurred_at` is when it happened in the field, with its offset. `together` asks central to take all steps
    or none. `act_id` is the draft's id: the same act twice is one act.
    """

    label: str
    steps: tuple[Step, ...]
    occurred_at: dt.datetime
    act_id: str = field(default_factory=new_id)
    together: bool = False
    undoes: str | None = None


@dataclass(frozen=True)
class Saved:
    """A durable act. `already` tells that it had been saved before and nothing was added."""

    act_id: str
    op_ids: tuple[str, ...]
    already: bool = False


def perform(vault: Vault, act: Act, now: dt.datetime | None = None) -> Saved:
    """Save an act; when this returns it has been committed to disk.

    Raises `BadInput` when a record is not there, a value does not fit or the text is too long; `StorageFailed` when
    the disk refuses. After any of them nothing has changed and the form's draft still stands.
    """
    at = now or dt.datetime.now().astimezone()
    with vault.writing() as connection:
        before = outbox.ops_of_act(connection, act.act_id)
        if before or connection.scalar(text("SELECT 1 FROM act WHERE act_id = :id"), {"id": act.act_id}):
            return Saved(act.act_id, tuple(before), already=True)
        stepper = Stepper(connection, vault.identity, act.occurred_at, at)
        frozen = [made for step in act.steps if (made := _take(stepper, step)) is not None]
        if act.together and len(frozen) > 1:
            frozen = outbox.grouped(frozen, new_id())
        connection.execute(
            text("INSERT INTO act (act_id, label, undone, undoes, saved_utc) VALUES (:id, :label, 0, :undoes, :at)"),
            {"id": act.act_id, "label": act.label, "undoes": act.undoes, "at": at.timestamp()},
        )
        if act.undoes:
            set_returned_aside(connection, act.undoes)
            ask_about_stuck(connection)
            connection.execute(text("UPDATE act SET undone = 1 WHERE act_id = :id"), {"id": act.undoes})
        outbox.append(connection, counter_in(connection).incarnation, act.act_id, frozen, at)
        mark_answered(connection, [made.op for made in frozen])
        for made in frozen:
            search.index_record(connection, made.kind, made.record.id, made.record.person_id, made.shown)
        audit.append(
            connection,
            vault.identity.user_id,
            vault.identity.device_id,
            at,
            [audit.Event(made.op.verb, made.kind, made.record.id) for made in frozen],
        )
        drafts.drop_draft(connection, act.act_id)
    return Saved(act.act_id, tuple(made.op.op_id for made in frozen))


def _take(stepper: Stepper, step: Step) -> Frozen | None:
    match step:
        case Create():
            links = Links(step.supersedes, step.resolves, step.undoes)
            return stepper.create(step.kind, step.record_id, step.body, links)
        case Change():
            links = Links(step.supersedes, step.resolves, step.undoes)
            return stepper.change(step.kind, step.record_id, (step.fields, step.add, step.remove), links)
        case Remove():
            return stepper.remove(step.kind, step.record_id, Links(None, step.resolves, step.undoes))
