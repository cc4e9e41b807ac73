"""What is done about entries that stand already: taken back, answered, sent again; and forms left open."""

from __future__ import annotations

from collections.abc import Mapping

from fieldpo.store.acting import answers, drafts, undo
from fieldpo.store.acting.acts import Act, Change
from fieldpo.store.acting.answers import Choice, Combined, Keep
from fieldpo.store.acting.outbox_view import OutboxEntry, Place
from fieldpo.sync.protocol.body import KINDS
from fieldpo.sync.protocol.ids import new_id

from .desk import Desk


def take_back(desk: Desk) -> str | None:
    """Undo the last act."""
    vault = desk.laptop.open()
    with desk.laptop.seams.running(desk.laptop.process):
        with vault.reading() as connection:
            last = undo.last_act(connection)
        if last is None:
            return None
        undo.undo(vault, last.act_id, desk.now)
    return f"undid {last.label}"


def second_thoughts(desk: Desk) -> str | None:
    """A number typed over and taken back at once, perhaps after it lost."""
    found = desk.one("phone")
    if found is None:
        return None
    act = Act("number", (Change("phone", found[0], {"number": desk.word()}),), desk.now)
    desk.laptop.act(act)
    return take_back(desk)


def settle_question(desk: Desk) -> str | None:
    """Answer one question: theirs, mine or both; edit a returned entry or set it aside."""
    asked = desk.waiting(Place.CONFLICT) + desk.waiting(Place.RETURNED)
    if not asked:
        return None
    entry = desk.rng.choice(asked)
    vault = desk.laptop.open()
    with desk.laptop.seams.running(desk.laptop.process):
        if entry.place is Place.CONFLICT:
            choice = _choice(desk, entry)
            before = desk.typed.count
            if answers.answer(vault, entry.op_id, choice, desk.now) is None:
                desk.typed.unsaid(before)
            return f"answered {entry.kind}"
        if desk.rng.random() < 0.3:
            answers.set_aside(vault, entry.op_id, desk.now)
            return f"set aside {entry.kind}"
        _send_again(desk, entry)
        return f"sent {entry.kind} again"


def _choice(desk: Desk, entry: OutboxEntry) -> Mapping[str, Choice] | Keep:
    drawn = desk.rng.choice(("theirs", "mine", "both"))
    if drawn != "both":
        return Keep(drawn)
    texts = {one.field: Combined(desk.word()) for one in entry.questions if one.field in _TEXTS}
    return texts or Keep.MINE


_RETYPED = ("note", "text", "purpose", "number", "comment", "reason")
"""Which field of a returned entry is typed anew: the first that it has."""

_TEXTS = frozenset({"number", "directions", "line1", "notice", "court", "status_reason", "level_reason", "note"})


def _send_again(desk: Desk, entry: OutboxEntry) -> None:
    vault, spec = desk.laptop.open(), KINDS[entry.kind]
    if entry.verb == "create":
        body = dict(entry.typed)
        field = next((name for name in _RETYPED if name in body), None)
        if field is not None:
            body[field] = desk.word()
        answers.replace_returned(vault, entry.op_id, spec.check(body), desk.now)
        return
    fields = {name: desk.word() for name in entry.typed if name in _TEXTS}
    if fields and entry.verb == "edit":
        answers.change_returned(vault, entry.op_id, fields, desk.now)
    else:
        answers.set_aside(vault, entry.op_id, desk.now)


def draft(desk: Desk) -> str | None:
    """A form left open, or the open one discarded."""
    vault = desk.laptop.open()
    with desk.laptop.seams.running(desk.laptop.process):
        with vault.reading() as connection:
            kept = drafts.drafts(connection)
        person = desk.person()
        with vault.writing() as connection:
            if kept:
                drafts.drop_draft(connection, kept[0].draft_id)
                return "draft discarded"
            drafts.keep_draft(connection, new_id(), "contact", person, {"note": "half"})
    return "draft kept"
