"""The transaction script of `POST /v1/sync`.

What came is taken in one transaction (`taking`); after its commit the answer is read in one snapshot (`answer`). Where
the transaction fails as a whole, the raw ops are stored alone and answered `retry`.
"""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from fieldpo.central import observed
from fieldpo.central.books.database import reading, writing
from fieldpo.central.caller import Caller
from fieldpo.central.deciding import inbox
from fieldpo.central.deciding.devices import hold_device, note_received
from fieldpo.central.deciding.received import receive
from fieldpo.central.deciding.world import Received
from fieldpo.central.exchanging.answer import Taken, answer
from fieldpo.central.exchanging.taking import log_trouble, take
from fieldpo.central.teams import team_feed
from fieldpo.errors import BadInput, FieldpoError
from fieldpo.sync.protocol.exchange import MAX_OPS, MAX_PLACE, SyncRequest, SyncResponse

_LONGEST_HASH = 64


class Unavailable(FieldpoError):
    """Central cannot keep the ops as they came, or cannot answer; the device has them still."""


def exchange(
    engine: Engine, caller: Caller, request: SyncRequest, now: dt.datetime, *, too_old: bool = False
) -> SyncResponse:
    """Take a device's ops and audit rows, and answer with verdicts and what is new to it.

    One that is `too_old` gets its verdicts, and instead of changes the word to upgrade. `now` is central's clock.
    Raises BadInput for a request that breaks the contract as a whole, and Unavailable when nothing of it could be kept.
    """
    _check(caller, request)
    ops = [receive(seq, text) for seq, text in request.ops]
    try:
        taken = take(engine, caller, request, ops, now)
    except FieldpoError:
        raise
    except Exception as failed:  # noqa: BLE001 - whatever it was, the ops come first
        log_trouble("an exchange failed as a whole", caller.device_id, failed)
        taken = _keep_alone(engine, caller, request, ops, now)
    observed.note_taken(len(ops), len(taken.earlier), [entry.verdict.value for entry in taken.given])
    _renew_teams(engine, caller, now)
    try:
        with reading(engine) as conn:
            return answer(conn, caller, request, ops, taken, now, too_old=too_old)
    except sa.exc.DBAPIError as failed:
        log_trouble("an exchange could not be answered", caller.device_id, failed)
        raise Unavailable("Central cannot answer now; send the same again.") from failed


def _renew_teams(engine: Engine, caller: Caller, now: dt.datetime) -> None:
    """Bring the queues of a supervisor's teams up to date before they are read, in a transaction of its own."""
    try:
        team_feed.renew_for(engine, caller.user_id, now)
    except Exception as failed:  # noqa: BLE001 - the ops are taken: a queue as it stood must not delay their verdicts
        log_trouble("a team's queue could not be renewed", caller.device_id, failed)


def _check(caller: Caller, request: SyncRequest) -> None:
    if request.device != caller.device_id:
        raise BadInput("The request names another device than its token.")
    if len(request.ops) > MAX_OPS:
        raise BadInput(f"A request carries at most {MAX_OPS} ops.")
    if any(not 0 < seq < MAX_PLACE for seq, _ in request.ops):
        raise BadInput("The seq of an op is a positive whole number.")
    if any(not 0 < row.n < MAX_PLACE for row in request.audit):
        raise BadInput("The place of an audit row is a positive whole number.")
    if any(len(row.hash) > _LONGEST_HASH for row in request.audit):
        raise BadInput(f"The hash of an audit row has at most {_LONGEST_HASH} characters.")
    if not -MAX_PLACE < request.verdicts_after < MAX_PLACE:
        raise BadInput("The place of the last verdict is a whole number.")
    printable = (request.incarnation, *(text for row in request.audit for text in (row.hash, row.text)))
    if any("\x00" in text for text in printable):
        raise BadInput("The request holds a character that cannot be stored.")


def _keep_alone(
    engine: Engine,
    caller: Caller,
    request: SyncRequest,
    ops: list[Received],
    now: dt.datetime,
) -> Taken:
    """Only the raw ops, in a transaction of their own, so that they are durable whatever went wrong."""
    taken = Taken(retry=ops)
    try:
        with writing(engine) as conn:
            held = hold_device(conn, caller.device_id, caller.user_id, now)
            kept = inbox.keep(conn, ops, caller.device_id, caller.user_id, now)
            seqs = [(one.seq, one.op_id) for one in ops]
            taken.known_through, taken.forked = note_received(conn, held.id, request.incarnation, seqs, kept.sent)
            # The rows that came are not kept; another life of the vault may have their places all the same.
            taken.audit_through = min([held.audit_through, *(row.n - 1 for row in request.audit)])
    except Exception as again:
        log_trouble("the ops could not be kept", caller.device_id, again)
        raise Unavailable("Central cannot store anything now; everything is still on the device.") from again
    return taken
