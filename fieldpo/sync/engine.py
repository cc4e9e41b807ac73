"""The sync itself, without any I/O of its own: a generator that asks for effects and is told how they went.

Clock, randomness, disk and network are handed in, so that a simulation can run many devices from one seed. It ends
with a `Receipt`, or raises `Offline`, `CentralRefused` or `SignInNeeded`; whatever happens, what was not answered
waits in the outbox.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import random
from collections.abc import Callable, Generator
from dataclasses import dataclass, field, replace

import msgspec

from fieldpo.errors import Offline, SignInNeeded
from fieldpo.store.applying.apply_verdicts import Answered
from fieldpo.store.applying.batches import AUDIT_ROWS, Batch, LogRows
from fieldpo.sync.backoff import pause
from fieldpo.sync.disk import Disk
from fieldpo.sync.effects import Answer, Effect, Post, Refresh, Refreshed, Reply, Sleep, nothing
from fieldpo.sync.outcome import ANY_CODING, ASKS_FOR_TIME, OFFLINE, PASSING, UNREAD, Failed, ended, outcome_of
from fieldpo.sync.packing import Prepared, gzipped
from fieldpo.sync.protocol.codings import GZIP
from fieldpo.sync.protocol.exchange import (
    MAX_OPS,
    PAGE,
    MissingRequest,
    MissingResponse,
    SyncResponse,
)
from fieldpo.sync.receipt import Progress, Receipt

PATH = "/v1/sync"
MISSING_PATH = "/v1/ops/missing"
_FIRST = 250
"""Ops and changes of a sync's first exchange. More go in each that follows: were the first one large, each side would
wait for the other with nothing to do. An ordinary day fits into it."""
_GROWTH = 4
_CAREFULLY = 2
"""The growth after something was too large, or not to be taken, in this sync."""
_TOO_LARGE = 413
_STILL = 3
"""Rounds without any progress after which a sync ends rather than turn in circles."""
_RETURNS = 3
"""How often in one sync central is believed to have gone back in time; one that says so for ever is a broken one."""

Engine = Generator[Effect, Reply, Receipt]

_missing_decoder = msgspec.json.Decoder(MissingResponse)


@dataclass(frozen=True)
class World:
    """What the engine is given. `attempts` is how often one exchange is tried before the sync gives up."""

    disk: Disk
    clock: Callable[[], dt.datetime]
    rng: random.Random
    progress: Callable[[Progress], None]
    attempts: int = 3
    limit: int = PAGE


@dataclass(frozen=True)
class _Behind:
    """An answer that is written while the next exchange is under way."""

    answer: SyncResponse
    sent: bool
    log: LogRows
    """What its request carried of the log."""


@dataclass
class _Run:
    """One sync under way."""

    world: World
    answered: Answered = field(default_factory=Answered)
    pulled: int = 0
    news: int = 0
    upgrade: bool = False
    reloaded: set[str] = field(default_factory=set)
    drifted: set[str] = field(default_factory=set)
    forks: int = 0
    returns: int = 0
    still: int = 0
    again: int = 0
    refreshed: bool = False
    behind: _Behind | None = None
    later: set[str] = field(default_factory=set)
    """Partitions to come again whole once no exchange is under way that asked for less."""
    log_again: bool = False
    """Central has less of the log than it had: rows go again once no exchange is under way that was made before."""
    coding: str = GZIP
    """What the next request is written in."""
    room: int = _FIRST
    """How many changes the next answer may bring."""
    growth: int = _GROWTH
    rows: int = AUDIT_ROWS
    """How many rows of the log go with a request at most."""
    gzip_only: bool = False
    """Something on the way, or central itself, did not carry another coding in this sync."""

    def sync(self) -> Engine:
        disk = self.world.disk
        disk.begin()
        self.coding = disk.coding()
        after, most = 0, _FIRST
        ready = self._prepared(0, most, first=True)
        while True:
            batch = ready.batch
            ahead = _Ahead(self._prepared, ready, self._more(most))
            outcome = yield from self._deliver(ready, ahead.prepare)
            if isinstance(outcome, SyncResponse) and self._may_wait(outcome, ahead.made):
                self.behind = _Behind(outcome, sent=bool(batch.ops), log=ready.log)
                after, most = batch.last or after, self._more(most)
                ready = ahead.made or self._prepared(after, most, ready.log.last)
                continue
            if isinstance(outcome, Failed):
                most = yield from self._isolate(batch, outcome)
                if most == 0:
                    after, most = batch.last, 1
                ready = self._prepared(after, most)
                continue
            more, anew = yield from self._take(outcome, sent=bool(batch.ops), log=ready.log)
            most = self._more(most)
            after = 0 if anew else (batch.last or after)
            ready = ahead.made if ahead.made is not None and not anew else self._prepared(after, most)
            if ready.batch.ops or more:
                if self.still >= _STILL:
                    break
                continue
            if not self._try_again():
                break
            yield Sleep(pause(self.world.rng, self.again))
            after, ready = 0, self._prepared(0, most)
        return self.receipt(disk.finish())

    def _more(self, most: int) -> int:
        return min(MAX_OPS, most * self.growth)

    def _prepared(self, after: int, most: int, log_after: int = 0, *, first: bool = False) -> Prepared:
        """The next ops and the log's next rows: those that central lacks, and that no request under way carries."""
        disk = self.world.disk
        batch = disk.next_batch(after, most)
        # A sync's first request leaves the log to the next one, if ops follow: that is made while the first is out.
        rows = 0 if first and batch.more else self.rows
        return Prepared(batch, disk.audit(log_after, rows), self.coding)

    def _probe(self) -> Prepared:
        return Prepared(Batch((), 0), self.world.disk.audit(0, self.rows), self.coding)

    def _deliver(
        self, ready: Prepared, meanwhile: Callable[[], None]
    ) -> Generator[Effect, Reply, SyncResponse | Failed]:
        """One exchange, tried with the same bytes until it is answered or the tries are used up.

        A central that does not read their coding, an older one put back perhaps, gets them in gzip.
        """
        body, coding = self._body(ready), ready.coding
        if self.gzip_only and coding != GZIP:
            body, coding = gzipped(body, coding), GZIP
        tries = 0

        def work() -> None:
            self._write_behind()
            meanwhile()

        while True:
            reply = yield Post(PATH, body, meanwhile=work if ready.batch.ops or self.behind else None, coding=coding)
            self._write_behind()
            if isinstance(reply, Answer) and reply.status == 401:
                if self.refreshed:
                    raise SignInNeeded(_SIGN_IN)
                yield from self._refresh()
                continue
            outcome = outcome_of(reply)
            if isinstance(outcome, SyncResponse):
                self.refreshed = False
                self.room = min(self.world.limit, self.room * _GROWTH)
                self._note_coding(reply.reads if isinstance(reply, Answer) else GZIP)
                return outcome
            if coding != GZIP and outcome.status in UNREAD:
                body, coding = gzipped(body, coding), GZIP
                self._write_in_gzip()
                continue
            tries += 1
            final = outcome.status and outcome.status not in PASSING
            if final or tries >= self.world.attempts:
                if coding != GZIP and outcome.reached and outcome.status not in ANY_CODING:
                    self._write_in_gzip()
                return outcome
            yield Sleep(pause(self.world.rng, tries - 1, outcome.retry_after))

    def _write_in_gzip(self) -> None:
        self._note_coding(GZIP)
        self.gzip_only = True

    def _note_coding(self, coding: str) -> None:
        """What the next request is written in, here and at the next sync."""
        if coding != self.coding and not self.gzip_only:
            self.coding = coding
            self.world.disk.note_coding(coding)

    def _body(self, ready: Prepared) -> bytes:
        """The request's bytes; with an answer still to be written, as if it had been."""
        disk, behind = self.world.disk, self.behind
        # What the ops change comes back in the answer: pushed to the next one it would come whole, as another's.
        room = min(self.world.limit, self.room + len(ready.batch.ops))
        if behind is None:
            return ready.body(disk.standing(), room)
        answer, stood = behind.answer, disk.standing()
        cursors = {**stood.cursors, **{page.id: page.cursor for page in answer.partitions}}
        standing = replace(
            stood, cursors=cursors, verdicts_after=answer.verdict_rev, verdicts_mark=answer.verdicts_mark
        )
        return ready.body(standing, room)

    def _may_wait(self, answer: SyncResponse, ahead: Prepared | None) -> bool:
        """Whether an answer can be written while the next exchange is under way: nothing in it changes how to ask."""
        sends = ahead is not None and bool(ahead.batch.ops)
        pulls = not self.still and any(page.more for page in answer.partitions)
        unusual = answer.fork or answer.upgrade or answer.granted or answer.revoked or answer.problems or self.later
        if unusual or not (sends or pulls) or any(page.reload for page in answer.partitions):
            return False
        return not self.world.disk.went_back(answer)

    def _write_behind(self) -> None:
        behind, self.behind = self.behind, None
        if behind is not None:
            self._write(behind.answer, sent=behind.sent, log=behind.log, under_way=True)

    def _refresh(self) -> Generator[Effect, Reply, None]:
        for tries in range(self.world.attempts):
            reply = yield Refresh()
            if reply is Refreshed.FRESH:
                self.refreshed = True
                return
            if reply is Refreshed.ENDED:
                raise SignInNeeded(_SIGN_IN)
            yield Sleep(pause(self.world.rng, tries))
        raise Offline(OFFLINE)

    def _isolate(self, batch: Batch, failed: Failed) -> Generator[Effect, Reply, int]:
        """A batch got no verdicts: how many units to try next; 0 to pass by the single one that was in it.

        First an exchange without ops: where that fails too, the ops are not to blame and nothing is held against them.
        Where even that is too large, it is the log's rows: fewer of them go, at last none.
        """
        if not failed.reached or not (batch.ops or (failed.status == _TOO_LARGE and self.rows)):
            raise ended(failed)
        self.growth = _CAREFULLY
        probe: SyncResponse | Failed = failed
        asked = self._probe()
        if batch.ops:
            probe = yield from self._deliver(asked, nothing)
        while isinstance(probe, Failed) and probe.status == _TOO_LARGE and self.rows:
            self.rows //= 8
            asked = self._probe()
            probe = yield from self._deliver(asked, nothing)
        if isinstance(probe, Failed):
            raise ended(probe)
        yield from self._take(probe, sent=False, log=asked.log)
        if not batch.ops:
            return MAX_OPS
        if batch.units > 1:
            return max(1, batch.units // 2)
        if failed.status not in ASKS_FOR_TIME:
            self.world.disk.failed([one.op_id for one in batch.ops], f"{failed.status or ''} {failed.reason}".strip())
        return 0

    def _take(self, response: SyncResponse, *, sent: bool, log: LogRows) -> Generator[Effect, Reply, tuple[bool, bool]]:
        """Write an answer. Returns whether more is to come, and whether to begin again with the first waiting op."""
        disk = self.world.disk
        if self.returns < _RETURNS and disk.went_back(response):
            self.returns += 1
            missing = yield from self._ask_missing(response.epoch)
            disk.begin_epoch(response.epoch, missing, response.durable_through)
            self.reloaded.clear()
            self.still = 0
            self._tell()
            return True, True  # the answer came before its reload was asked for: central gives it again
        return self._write(response, sent=sent, log=log, under_way=False)

    def _write(self, response: SyncResponse, *, sent: bool, log: LogRows, under_way: bool) -> tuple[bool, bool]:
        disk = self.world.disk
        taken = disk.take(response, log)
        self.answered = self.answered.plus(taken.answered)
        self.pulled += taken.changes
        self.news += taken.news
        self.upgrade = self.upgrade or response.upgrade
        moved = taken.changes or taken.answered.new or (sent and not taken.answered.again)
        self.still = 0 if moved else self.still + 1
        if taken.new_epoch:
            self.reloaded.clear()
        again = [one for one in taken.mismatched if one not in self.reloaded]
        self.drifted = {one for one in taken.mismatched if one in self.reloaded}
        self.later.update(again)
        if self.later and not under_way:  # a page that was asked for from further on must not count as the first
            again = sorted(self.later)
            self.later.clear()
            self.reloaded.update(again)
            disk.reload(again)
        self.log_again = self.log_again or taken.log_again
        anew = taken.new_epoch or bool((again or self.log_again) and not under_way)  # what was made ready waits
        self.log_again = self.log_again and under_way
        if response.fork and self.forks < 2:
            self.forks += 1
            disk.renew()
            anew = True
        self._tell()
        return taken.more or bool(again) or anew, anew

    def _ask_missing(self, epoch: str) -> Generator[Effect, Reply, set[str] | None]:
        """Which of the acknowledged ops a restored central lacks; None where it cannot tell."""
        disk = self.world.disk
        missing: set[str] = set()
        after, op_ids, superseded = disk.acknowledged(0)
        while op_ids:
            asked = MissingRequest(device=disk.standing().device, op_ids=op_ids, superseded=superseded)
            answer = yield from self._answered(gzipped(msgspec.json.encode(asked)))
            if answer is None:
                return None
            if answer.epoch != epoch:
                raise Offline(OFFLINE)  # restored once more meanwhile: nothing is noted, the next sync asks anew
            missing.update(answer.missing)
            after, op_ids, superseded = disk.acknowledged(after)
        return missing

    def _answered(self, body: bytes) -> Generator[Effect, Reply, MissingResponse | None]:
        for tries in range(self.world.attempts):
            reply = yield Post(MISSING_PATH, body)
            if isinstance(reply, Answer) and reply.status == 200:
                with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError):
                    return _missing_decoder.decode(reply.body)
            elif isinstance(reply, Answer) and reply.status in (404, 405):
                return None
            elif isinstance(reply, Answer) and reply.status == 401:
                yield from self._refresh()
            yield Sleep(pause(self.world.rng, tries))
        raise Offline(OFFLINE)

    def _try_again(self) -> bool:
        """Whether ops that central asked to try again are tried once more in this sync."""
        self.again += 1
        return self.answered.again > 0 and self.again < self.world.attempts and bool(self._waiting())

    def _waiting(self) -> int:
        return self.world.disk.counts().not_sent

    def _tell(self) -> None:
        self.world.progress(Progress(self.answered.new, self._waiting(), self.news))

    def receipt(self, cases_left: int, *, stopped: bool = False) -> Receipt:
        counts = self.world.disk.counts()
        return Receipt(
            at=self.world.clock(),
            received=self.answered.new,
            held=self.answered.held,
            returned=self.answered.returned,
            conflicts=self.answered.conflicts,
            pulled=self.pulled,
            news=self.news,
            not_sent=counts.not_sent,
            need_answer=counts.need_answer,
            cases_left=cases_left,
            upgrade=self.upgrade,
            drifted=tuple(sorted(self.drifted)),
            stopped=stopped,
        )


def sync(world: World) -> Engine:
    """One whole sync: send what waits, take what is new, until neither side has more."""
    return _Run(world).sync()


class _Ahead:
    """The next batch, made while the one before is under way."""

    def __init__(self, prepared: Callable[[int, int, int], Prepared], ready: Prepared, most: int) -> None:
        self._prepared = prepared
        self._ready = ready
        self._most = most
        self.made: Prepared | None = None

    def prepare(self) -> None:
        batch = self._ready.batch
        if self.made is None and batch.ops:
            self.made = self._prepared(batch.last, self._most, self._ready.log.last)


_SIGN_IN = "The sign-in has ended. Every entry is kept here; sign in again with fieldpo enroll."
