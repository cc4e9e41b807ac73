"""`fieldpo sync` and `fieldpo outbox`: send and fetch now, and see where every entry is."""

from __future__ import annotations

import json
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from fieldpo.store.outbox_view import OutboxEntry
    from fieldpo.supervision.pack import Pack
    from fieldpo.sync.receipt import Progress, Receipt

ALL_ANSWERED = 0
ATTENTION = 4

PassphraseFile = Annotated[
    Path | None,
    typer.Option(
        "--passphrase-file",
        envvar="FIELDPO_PASSPHRASE_FILE",
        help="Take the passphrase from this file: training vaults only.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("sync", help=_SYNC)(sync)
    app.command("outbox", help=_OUTBOX)(outbox)


_SYNC = """Send what waits, fetch what is new. Ctrl+C ends it at any moment; nothing is lost.

\b
  fieldpo sync

Exit codes: 0 all answered; 3 offline, the work is kept; 4 something needs your answer, or entries still wait.
"""

_OUTBOX = """Show every entry that is not simply at central: where it is, what happened, what to do.

When more than a tenth of a caseload leaves at once, those clients are hidden, and listed last, as one entry without an
op_id, until you have said that they may go.

\b
  fieldpo outbox --json

Exit codes: 0 nothing needs your answer; 4 something does.
"""


def sync(as_json: AsJson = False, passphrase_file: PassphraseFile = None) -> int:
    """Sync now."""
    from fieldpo.cli.office import on_agency_clock
    from fieldpo.cli.opening import opened_vault
    from fieldpo.errors import FieldpoError
    from fieldpo.sync.client import open_client
    from fieldpo.sync.runner import sync_once

    with opened_vault(passphrase_file) as vault:
        try:
            client = open_client(vault)
            with _interruptible() as cancel:
                try:
                    receipt = sync_once(vault, client, _Watch(quiet=as_json), cancel)
                finally:
                    client.close()
            receipt = replace(receipt, at=on_agency_clock(receipt.at, vault))
        except FieldpoError as error:
            if as_json:
                print(json.dumps({"ok": False, "reason": error.message, "exit_code": error.exit_code}))
                return error.exit_code
            raise
    print(json.dumps(_told(receipt)) if as_json else _sentences(receipt))
    if receipt.stopped:
        raise KeyboardInterrupt
    return ATTENTION if receipt.need_answer or receipt.not_sent or receipt.held else ALL_ANSWERED


def outbox(
    as_json: AsJson = False,
    passphrase_file: PassphraseFile = None,
    remove_left: Annotated[
        bool, typer.Option("--remove-left", help="Remove clients who left your caseload at once from this computer.")
    ] = False,
) -> int:
    """List the entries that are not done."""
    from fieldpo.cli.office import agency_pack
    from fieldpo.cli.opening import log_reading, opened_vault
    from fieldpo.store import purge
    from fieldpo.store.outbox_view import outbox_entries

    with opened_vault(passphrase_file) as vault:
        if remove_left:
            purge.confirm_purge(vault)
        with vault.reading() as connection:
            entries = outbox_entries(connection)
            left = purge.held_back(connection, vault.identity.user_id)
        pack = agency_pack(vault)
        log_reading(vault, "outbox")
    if as_json:
        told = [_entry(one) for one in entries]
        print(json.dumps([*told, *([_left(left)] if left else [])], ensure_ascii=False))
    else:
        said = [_lines(one, pack) for one in entries]
        if left:
            said.append(f"{' '.join(purge.held_back_words(left))}\n  fieldpo outbox --remove-left removes them.")
        print("\n\n".join(said) or "Every entry is at central.")
    return ATTENTION if left or any(one.needs_answer for one in entries) else ALL_ANSWERED


def _left(clients: int) -> dict[str, Any]:
    from fieldpo.store import purge

    happened, to_do = purge.held_back_words(clients)
    return {"op_id": None, "state": "left your caseload", "clients": clients, "happened": happened, "to_do": to_do}


def _told(receipt: Receipt) -> dict[str, Any]:
    return {
        "ok": not (receipt.need_answer or receipt.not_sent or receipt.held or receipt.stopped),
        "receipt": receipt.words,
        "at": receipt.at.isoformat(),
        "received": receipt.received,
        "held": receipt.held,
        "returned": receipt.returned,
        "conflicts": receipt.conflicts,
        "not_sent": receipt.not_sent,
        "need_answer": receipt.need_answer,
        "pulled": receipt.pulled,
        "cases_left": receipt.cases_left,
        "upgrade": receipt.upgrade,
        "stopped": receipt.stopped,
    }


def _sentences(receipt: Receipt) -> str:
    from fieldpo.plain import count

    said = [receipt.words]
    if receipt.pulled:
        said.append(f"{count(receipt.pulled, 'record')} came.")
    if receipt.need_answer:
        said.append(f"{count(receipt.need_answer, 'entry')} needs your answer: fieldpo outbox.")
    if receipt.upgrade:
        said.append("Central asks for a newer fieldpo; what you typed was sent all the same.")
    if receipt.stopped:
        said.append("Stopped. What was not sent is kept.")
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
    }


def _lines(one: OutboxEntry, pack: Pack) -> str:
    from fieldpo.plain import moment
    from fieldpo.supervision.calendar import local

    head = f"{one.place}: {one.label or one.kind}, saved {moment(local(one.saved_at, pack))}"
    asked = [f"  {each.field}: theirs {each.theirs!r}, yours {each.yours!r}" for each in one.questions]
    return "\n".join([head, f"  {one.where} {one.happened}", f"  {one.to_do}", *asked])


@contextmanager
def _interruptible() -> Iterator[threading.Event]:
    """Ctrl+C asks the sync to end where it may; a second one ends the program."""
    cancel = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        if cancel.is_set():
            raise KeyboardInterrupt
        cancel.set()

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield cancel
    finally:
        signal.signal(signal.SIGINT, before)


class _Watch:
    """Shows on one line how far a sync is."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet or not sys.stderr.isatty()

    def __call__(self, progress: Progress) -> None:
        if not self._quiet:
            text = f"\r{progress.received:,} received, {progress.to_send:,} to send, {progress.pulled:,} records came"
            print(text, end="", file=sys.stderr, flush=True)
