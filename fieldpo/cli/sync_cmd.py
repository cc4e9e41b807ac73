"""`fieldpo sync` and `fieldpo outbox`: send and fetch now, and see where every entry is."""

from __future__ import annotations

import contextlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fieldpo.cli.options import AsJson, PassphraseFile
from fieldpo.plain import clean

if TYPE_CHECKING:
    from fieldpo.store.acting.outbox_view import OutboxEntry
    from fieldpo.store.queries.agenda.unreadable import Unreadable
    from fieldpo.supervision.pack import Pack
    from fieldpo.sync.receipt import Receipt

ALL_ANSWERED = 0
ATTENTION = 4


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("sync", help=_SYNC)(sync)
    app.command("outbox", help=_OUTBOX)(outbox)


_SYNC = """Send what waits, fetch what is new. Ctrl+C ends it at any moment; nothing is lost.

\b
  fieldpo sync

A closed terminal, a kill and a cut of the power lose nothing either: what central has not answered for goes again.

Exit codes: 0 all answered; 3 offline, the work is kept; 4 something needs your answer, entries still wait, or central
sent what cannot be read.
"""

_OUTBOX = """Show every entry that is not simply at central: where it is, what happened, what to do.

When more than a tenth of a caseload leaves at once, those clients are hidden, and listed last, as one entry without an
op_id, until you have said that they may go. Records that central sent and that fieldpo cannot read are listed without
an op_id too. What was not taken was refused even alone, by central or by something on the way to it: --try-again lets
it go with the next sync once more.

\b
  fieldpo outbox --json

Exit codes: 0 nothing needs your answer; 4 something does, was not taken, or cannot be read.
"""


def sync(as_json: AsJson = False, passphrase_file: PassphraseFile = None) -> int:
    """Sync now."""
    from fieldpo.cli.office import on_agency_clock
    from fieldpo.cli.opening import opened_vault
    from fieldpo.cli.watching import Watch, ending, last_words
    from fieldpo.errors import FieldpoError
    from fieldpo.sync.client import open_client
    from fieldpo.sync.runner import sync_once

    with opened_vault(passphrase_file) as vault:
        watch = Watch(quiet=as_json)
        try:
            with ending() as ended, contextlib.closing(open_client(vault)) as client:
                receipt = sync_once(vault, client, watch, ended.asked)
            receipt = replace(receipt, at=on_agency_clock(receipt.at, vault))
        except FieldpoError as error:
            if as_json:
                print(json.dumps({"ok": False, "reason": error.message, "exit_code": error.exit_code}))
                return error.exit_code
            raise
        finally:
            watch.end()
    said = json.dumps(_told(receipt)) if as_json else _sentences(receipt)
    if receipt.stopped:
        last_words(said)
        return ended.exit_code
    print(said)
    return ATTENTION if _attention(receipt) else ALL_ANSWERED


def outbox(
    as_json: AsJson = False,
    passphrase_file: PassphraseFile = None,
    remove_left: Annotated[
        bool, typer.Option("--remove-left", help="Remove clients who left your caseload at once from this computer.")
    ] = False,
    again: Annotated[
        bool, typer.Option("--try-again", help="Let what was not taken go with the next sync once more.")
    ] = False,
) -> int:
    """List the entries that are not done."""
    from fieldpo.cli.office import agency_pack
    from fieldpo.cli.opening import log_reading, opened_vault
    from fieldpo.store.acting.outbox_view import Place, outbox_entries
    from fieldpo.store.acting.trying_again import try_again
    from fieldpo.store.applying import purge
    from fieldpo.store.queries.agenda.unreadable import unreadable_records

    with opened_vault(passphrase_file) as vault:
        if remove_left:
            purge.confirm_purge(vault)
        if again:
            try_again(vault)
        with vault.reading() as connection:
            entries = outbox_entries(connection)
            left = purge.held_back(connection, vault.identity.user_id)
            unread = unreadable_records(connection)
        pack = agency_pack(vault)
        log_reading(vault, "outbox")
    if as_json:
        told = [*(_entry(one) for one in entries), *(_unread(one) for one in unread)]
        print(json.dumps([*told, *([_left(left)] if left else [])], ensure_ascii=False))
    else:
        said = [_lines(one, pack) for one in entries] + [_unread_lines(one) for one in unread]
        if left:
            said.append(f"{' '.join(purge.held_back_words(left))}\n  fieldpo outbox --remove-left removes them.")
        print("\n\n".join(said) or "Every entry is at central.")
    asking = any(one.needs_answer or one.place is Place.NOT_TAKEN for one in entries)
    return ATTENTION if left or unread or asking else ALL_ANSWERED


def _left(clients: int) -> dict[str, Any]:
    from fieldpo.store.applying import purge

    happened, to_do = purge.held_back_words(clients)
    return {"op_id": None, "state": "left your caseload", "clients": clients, "happened": happened, "to_do": to_do}


def _unread(one: Unreadable) -> dict[str, Any]:
    from fieldpo.store.queries.agenda import unreadable

    return {
        "op_id": None,
        "kind": one.kind,
        "record_id": one.record_id,
        "person_id": one.person_id,
        "person": clean(one.whose),
        "state": unreadable.STATE,
        "where": unreadable.WHERE,
        "happened": one.happened,
        "to_do": one.to_do,
    }


def _unread_lines(one: Unreadable) -> str:
    told = _unread(one)
    return f"{told['state']}: {one.what} of {told['person']}\n  {told['where']} {one.happened}\n  {one.to_do}"


def _attention(receipt: Receipt) -> bool:
    return bool(receipt.need_answer or receipt.not_sent or receipt.held or receipt.unreadable)


def _told(receipt: Receipt) -> dict[str, Any]:
    return {
        "ok": not (_attention(receipt) or receipt.stopped),
        "receipt": receipt.words,
        "at": receipt.at.isoformat(),
        "received": receipt.received,
        "held": receipt.held,
        "returned": receipt.returned,
        "conflicts": receipt.conflicts,
        "not_sent": receipt.not_sent,
        "not_taken": receipt.not_taken,
        "need_answer": receipt.need_answer,
        "unreadable": receipt.unreadable,
        "pulled": receipt.news,
        "cases_left": receipt.cases_left,
        "upgrade": receipt.upgrade,
        "stopped": receipt.stopped,
    }


def _sentences(receipt: Receipt) -> str:
    from fieldpo.plain import count

    said = [receipt.words]
    if receipt.news:
        said.append(f"{count(receipt.news, 'record')} came.")
    if receipt.need_answer:
        verb = "needs" if receipt.need_answer == 1 else "need"
        said.append(f"{count(receipt.need_answer, 'entry')} {verb} your answer: fieldpo outbox.")
    if receipt.not_taken:
        verb = "is" if receipt.not_taken == 1 else "are"
        said.append(f"{count(receipt.not_taken, 'entry')} could not be taken, and {verb} kept here: fieldpo outbox.")
    if receipt.unreadable:
        said.append(f"Central sent {count(receipt.unreadable, 'record')} that cannot be read: fieldpo outbox.")
    if receipt.upgrade:
        said.append("Central asks for a newer fieldpo; what you typed was sent all the same.")
    if receipt.stopped:
        said.append("What was not sent is kept, and goes with the next sync.")
    return "\n".join(said)


def _entry(one: OutboxEntry) -> dict[str, Any]:
    return {
        "op_id": one.op_id,
        "label": one.label,
        "kind": one.kind,
        "done": one.verb,
        "record_id": one.record_id,
        "person_id": one.person_id,
        "person": one.person_name,
        "saved_at": one.saved_at.isoformat(timespec="seconds"),
        "state": str(one.place),
        "where": one.where,
        "happened": one.happened,
        "to_do": one.to_do,
        "problem": one.problem,
        "questions": [
            {"conflict_id": each.conflict_id, "field": each.field, "yours": each.yours, "theirs": each.theirs}
            for each in one.questions
        ],
        "typed": dict(one.typed),
    }


def _lines(one: OutboxEntry, pack: Pack) -> str:
    from fieldpo.plain import moment
    from fieldpo.screens.answering import field_words, words
    from fieldpo.supervision.calendar import local

    head = f"{one.place}: {one.label or one.kind}, saved {moment(local(one.saved_at, pack))}"
    asked = [
        f"  {field_words(each.field)}: theirs {words(each.theirs)}, yours {words(each.yours)}" for each in one.questions
    ]
    return "\n".join([head, f"  {one.where} {one.happened}", f"  {one.to_do}", *asked])
