"""The engine's view of the vault: what to send, where it stands, and where answers are written."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Connection

from fieldpo import __version__
from fieldpo.store import partitions, search
from fieldpo.store.acting import outbox
from fieldpo.store.acting.outbox import Counts
from fieldpo.store.applying import apply, batches, hiding, purge, restored
from fieldpo.store.applying.apply import Taken
from fieldpo.store.applying.batches import Batch, LogRows
from fieldpo.store.database.meta import get_meta, put_meta
from fieldpo.store.opening.state import counter_in
from fieldpo.store.steps import BESIDE, Pace
from fieldpo.store.vault import Vault
from fieldpo.sync.protocol.codings import GZIP, READ
from fieldpo.sync.protocol.exchange import MAX_MISSING, AuditRow, SyncResponse

_CODING = "central_reads"
"""The meta key of the coding that central reads."""


@dataclass(frozen=True)
class Standing:
    """Who asks, and where the device stands in its feeds and verdicts."""

    device: str
    incarnation: str
    cursors: Mapping[str, str]
    verdicts_after: int
    verdicts_mark: str = ""


class Disk(Protocol):
    """What the engine needs of a vault; every method is one or more whole transactions."""

    def begin(self) -> None:
        """Finish what an earlier sync left half-way."""

    def standing(self) -> Standing:
        """Where the device stands now."""

    def next_batch(self, after: int, most_units: int) -> Batch:
        """The next waiting ops after a position."""

    def audit(self, after: int, most: int) -> list[AuditRow]:
        """The log's next rows after a place in it."""

    def take(self, response: SyncResponse, log: LogRows) -> Taken:
        """Write the answer to a request that carried those rows of the log."""

    def went_back(self, response: SyncResponse) -> bool:
        """Whether central was restored, or put back in silence, since it was last heard."""

    def acknowledged(self, after: int) -> tuple[int, list[str], dict[str, str]]:
        """A page of the ops that central had answered for, and which of them another stands for."""

    def begin_epoch(self, epoch: str, missing: Collection[str] | None, durable_through: int) -> None:
        """Let what a restored central lacks wait again."""

    def failed(self, op_ids: Sequence[str], problem: str) -> bool:
        """Note that these ops could not be taken alone; True if they are parked."""

    def renew(self) -> None:
        """Begin a new incarnation."""

    def reload(self, partition_ids: Sequence[str]) -> None:
        """Let these partitions come again whole."""

    def finish(self) -> int:
        """Purge what left and index what came; returns how many cases went."""

    def counts(self) -> Counts:
        """Entries by where they are."""

    def coding(self) -> str:
        """What to write the first request in."""

    def note_coding(self, coding: str) -> None:
        """Write the next sync's first request in this."""


class VaultDisk:
    """The vault as the engine sees it."""

    def __init__(self, vault: Vault, pace: Pace = BESIDE) -> None:
        self._vault = vault
        self._pace = pace

    def begin(self) -> None:
        """Finish broken-off revocations; let parked ops wait again after an upgrade of fieldpo."""
        with self._vault.writing() as connection:
            batches.retry_parked(connection, __version__)
            broken_off = hiding.unfinished_revocations(connection)
        for partition_id in broken_off:
            hiding.revoke(self._vault, partition_id)

    def standing(self) -> Standing:
        """Where the device stands now."""
        with self._vault.reading() as connection:
            return Standing(
                self._vault.identity.device_id,
                counter_in(connection).incarnation,
                partitions.cursors(connection),
                apply.verdicts_after(connection),
                apply.verdicts_mark(connection),
            )

    def next_batch(self, after: int, most_units: int) -> Batch:
        """The next waiting ops of this incarnation."""
        with self._vault.reading() as connection:
            return batches.next_batch(connection, counter_in(connection).incarnation, after, most_units)

    def audit(self, after: int, most: int) -> list[AuditRow]:
        """The log's next rows after a place in it."""
        with self._vault.reading() as connection:
            return batches.audit_rows(connection, after, most)

    def take(self, response: SyncResponse, log: LogRows) -> Taken:
        """Write the answer to a request that carried those rows of the log."""
        return apply.take_response(self._vault, response, self._pace, log)

    def went_back(self, response: SyncResponse) -> bool:
        """Whether central was restored, or put back in silence, since it was last heard."""
        with self._vault.reading() as connection:
            return apply.went_back(connection, response)

    def acknowledged(self, after: int) -> tuple[int, list[str], dict[str, str]]:
        """A page of the ops that central had answered for."""
        with self._vault.reading() as connection:
            return restored.acknowledged(connection, after, MAX_MISSING)

    def begin_epoch(self, epoch: str, missing: Collection[str] | None, durable_through: int) -> None:
        """Let what a restored central lacks wait again."""
        apply.begin_epoch(self._vault, epoch, missing, durable_through)

    def failed(self, op_ids: Sequence[str], problem: str) -> bool:
        """Count a failure of these ops alone."""
        with self._vault.writing() as connection:
            return batches.count_failure(connection, op_ids, problem)

    def renew(self) -> None:
        """A new incarnation, and new numbers for what waits."""
        self._vault.renew_incarnation(_renumber)

    def reload(self, partition_ids: Sequence[str]) -> None:
        """Let these partitions come again whole."""
        with self._vault.writing() as connection:
            for partition_id in partition_ids:
                partitions.ask_reload(connection, partition_id)

    def finish(self) -> int:
        """Purge, empty what central's backup holds, index, and tell Unlock how much waits.

        What was taken away stands in the log until the log is folded: then that is done at once.
        """
        gone, scrubbed = purge.purge(self._vault), 0
        with self._vault.reading() as connection:
            durable = int(get_meta(connection, "durable_through") or 0)
            is_to_scrub = purge.is_to_scrub(connection, durable)
        if is_to_scrub:
            with self._vault.writing() as connection:
                scrubbed = purge.scrub(connection, durable)
        self.index()
        if gone or scrubbed:
            self._vault.checkpoint()
        self._vault.note_entries_not_sent(self.counts().not_sent)
        return gone

    def index(self) -> None:
        """Put what came into the search index, and merge its parts where there are many: no save shall have to."""
        with self._vault.reading() as connection:
            more, many = search.is_due(connection), search.is_to_merge(connection)
        while more:
            rows = self._pace.now(self._vault)
            with self._vault.writing() as connection:
                more = bool(search.index_slice(connection, rows))
                many = search.is_to_merge(connection)
        if many:
            search.merge_index(self._vault)

    def counts(self) -> Counts:
        """Entries by where they are."""
        with self._vault.reading() as connection:
            return outbox.counts(connection)

    def coding(self) -> str:
        """What central last said that it reads; gzip where it never said."""
        with self._vault.reading() as connection:
            known = get_meta(connection, _CODING)
        return known if known in READ else GZIP

    def note_coding(self, coding: str) -> None:
        """Write the next sync's first request in this."""
        with self._vault.writing() as connection:
            put_meta(connection, _CODING, coding)


def _renumber(connection: Connection, incarnation: str) -> None:
    outbox.renumber(connection, incarnation)
