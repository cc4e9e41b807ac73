"""One answer of central written into the vault: verdicts first, then the feeds, each step whole in itself.

The program may be killed between any two steps: what was not written is answered again at the next exchange.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from fieldpo.store import partitions
from fieldpo.store.applying import apply_verdicts, hiding, loading
from fieldpo.store.applying.apply_verdicts import Answered
from fieldpo.store.applying.batches import AUDIT_SENT, NO_ROWS, LogRows
from fieldpo.store.applying.restored import reopen
from fieldpo.store.database.meta import get_meta, get_metas, put_meta, put_metas
from fieldpo.store.steps import BESIDE, Pace, Steps
from fieldpo.store.vault import Vault
from fieldpo.sync.protocol.exchange import SyncResponse, Verdict

_EPOCH = "epoch"
_KNOWN = "known_through"
_VERDICTS_AFTER = "verdicts_after"
_VERDICTS_MARK = "verdicts_mark"
_LOG_FORKED = "log_forked"
"""Another life of the vault has places in the log at central that this one has too."""
_VIEW = "case:"
"""A view's cursors come to an end with each move of its person: no sign of a central that went back."""

Progress = Callable[[int], None]
"""Told how many records have come so far."""


@dataclass(frozen=True)
class Taken:
    """What one answer did: the changes that it told of, `news` of them new to the officer. `more` asks for another
    exchange; `mismatched` partitions come again whole; `log_again` where central has less of the log than it had.
    """

    answered: Answered
    changes: int
    more: bool
    mismatched: tuple[str, ...] = ()
    new_epoch: bool = False
    news: int = 0
    log_again: bool = False


def take_response(vault: Vault, response: SyncResponse, pace: Pace = BESIDE, log: LogRows = NO_ROWS) -> Taken:
    """Write an answer to a request that carried those rows of the log.

    Raises `StorageFailed` where the disk refuses; what was written until then is whole.
    """
    with Steps(vault, pace) as steps:
        new_epoch = _notice_epoch(steps.connection, response)
        heard = _take_verdicts(steps, response)
        changes, news, more, mismatched = 0, 0, response.more_verdicts, list[str]()
        for page in response.partitions:
            if page.id in response.revoked:
                continue
            pulled = loading.take_page(steps, page, heard)
            changes += pulled.changes
            news += pulled.news
            more = more or pulled.more
            if pulled.mismatch or pulled.missing:
                mismatched.append(page.id)
        if response.revoked:
            steps.commit()
        for partition_id in response.revoked:
            hiding.revoke(vault, partition_id)
        connection = steps.connection
        for partition_id in response.granted:
            partitions.grant(connection, partition_id)
        log_again = _note(connection, response, NO_ROWS if new_epoch else log)
        more = more or any(not one.cursor for one in partitions.partitions(connection))
    return Taken(heard.answered, changes, more, tuple(mismatched), new_epoch, news, log_again)


def went_back(connection: Connection, response: SyncResponse) -> bool:
    """Whether central has gone back in time, by its epoch or by what it does not know any more.

    A disk that was put back without `central restore` keeps its epoch: then it has fewer of this device's ops or
    verdicts than it had, or the commit is gone at which a cursor stood.
    """
    known = get_metas(connection, _EPOCH, _KNOWN, _VERDICTS_AFTER, "incarnation")
    if known.get(_EPOCH, response.epoch) != response.epoch:
        return True
    standing = partitions.cursors(connection)
    return (
        response.known_through < _known_through(known)
        or response.verdict_rev < int(known.get(_VERDICTS_AFTER) or 0)
        or any(page.reload and standing.get(page.id) and not page.id.startswith(_VIEW) for page in response.partitions)
    )


def _known_through(known: Mapping[str, str]) -> int:
    """How many of this incarnation's ops central has said to have, without a gap."""
    incarnation, _, number = known.get(_KNOWN, "").rpartition(" ")
    return int(number) if number and incarnation == known.get("incarnation") else 0


def begin_epoch(vault: Vault, epoch: str, missing: Collection[str] | None, durable_through: int = 0) -> None:
    """Central was restored: the ops that it lacks wait again, its verdicts and its copy come anew.

    Without a list of what is `missing`, everything above its last verified backup waits again.
    """
    with vault.writing() as connection:
        _begin_epoch(connection, epoch, missing, durable_through)


def _begin_epoch(connection: Connection, epoch: str, missing: Collection[str] | None, durable_through: int) -> None:
    durable = min(int(get_meta(connection, "durable_through") or 0), durable_through)
    reopen(connection, durable, missing)
    _note_verdicts(connection, 0, "")
    put_metas(connection, {_EPOCH: epoch, _KNOWN: ""})
    if get_meta(connection, _LOG_FORKED):  # how far central has it says nothing of whose rows those are
        put_meta(connection, AUDIT_SENT, "0")
    for one in partitions.partitions(connection):
        partitions.ask_reload(connection, one.id)


def _notice_epoch(connection: Connection, response: SyncResponse) -> bool:
    """For who did not ask which ops are missing. The first epoch is noted before anything that is told of it."""
    known = get_meta(connection, _EPOCH)
    if known is None:
        put_meta(connection, _EPOCH, response.epoch)
    elif known != response.epoch:
        _begin_epoch(connection, response.epoch, None, response.durable_through)
        return True
    return False


def _take_verdicts(steps: Steps, response: SyncResponse) -> apply_verdicts.Heard:
    heard = apply_verdicts.Heard()

    def write(connection: Connection, some: Sequence[Verdict]) -> None:
        apply_verdicts.take_verdicts(connection, some, heard)

    if response.verdicts:
        steps.each(sorted(response.verdicts, key=lambda verdict: verdict.rev), write)
        _note_verdicts(steps.connection, response.verdict_rev, response.verdicts_mark)
    return heard


def _note(connection: Connection, response: SyncResponse, log: LogRows) -> bool:
    """Note how far the exchange came; whether central has less of the log than it had.

    Central may have rows of another life of the vault in these places: of this one it has what it had, and what was
    sent next to that. Rows that were sent beyond a gap, since a request before these was not kept whole, go again.
    """
    known = get_metas(connection, _KNOWN, "incarnation", AUDIT_SENT)
    had = int(known.get(AUDIT_SENT) or 0)
    has = max(had, log.last) if log.first <= had + 1 else had
    audit_sent = min(response.audit_through, has)
    through = max(response.known_through, _known_through(known))
    put_metas(
        connection,
        {
            _VERDICTS_AFTER: str(response.verdict_rev),
            _VERDICTS_MARK: response.verdicts_mark,
            "durable_through": str(response.durable_through),
            _KNOWN: f"{known.get('incarnation', '')} {through}",
            "upgrade": "1" if response.upgrade else "",
            AUDIT_SENT: str(audit_sent),
        },
    )
    if response.fork or any(one.type == "audit-forked" for one in response.problems):
        put_meta(connection, _LOG_FORKED, "1")
    return audit_sent < had


def _note_verdicts(connection: Connection, rev: int, mark: str) -> None:
    put_metas(connection, {_VERDICTS_AFTER: str(rev), _VERDICTS_MARK: mark})


def verdicts_mark(connection: Connection) -> str:
    """The mark of central's history that came with them."""
    return get_meta(connection, _VERDICTS_MARK) or ""


def verdicts_after(connection: Connection) -> int:
    """The revision up to which this device has central's verdicts."""
    return int(get_meta(connection, _VERDICTS_AFTER) or 0)
