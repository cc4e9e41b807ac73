"""A test device: numbers and sends ops as the contract says, and keeps what comes back."""

from __future__ import annotations

import datetime as dt

import msgspec

from fieldpo.cli.conformance.clause import Unmet
from fieldpo.cli.conformance.wire import Came, Server
from fieldpo.sync.protocol.body import Json
from fieldpo.sync.protocol.exchange import (
    CASE_LEAVE,
    PROTOCOL,
    RECORD_LEAVE,
    Change,
    Problem,
    SyncResponse,
    Verdict,
    caseload_partition,
)
from fieldpo.sync.protocol.ids import new_id

Fields = dict[str, Json]
MOST_PAGES = 10_000


class Device:
    """One signed-in device. `copy` is its base copy, partition by partition."""

    def __init__(self, server: Server, token: str, device_id: str, user_id: str) -> None:
        self.server, self.token, self.id, self.user = server, token, device_id, user_id
        self.home = caseload_partition(user_id)
        self.cursors: dict[str, str] = {}
        self.mark: dict[str, str] = {}
        self.copy: dict[str, dict[str, Change]] = {}
        self.verdicts_after, self.verdicts_mark = 0, ""
        self.begin()

    def begin(self) -> None:
        """A new life of the vault, with a count of its own."""
        self.incarnation, self.seq = new_id(), 0
        self.mark = dict(self.cursors)

    @property
    def headers(self) -> dict[str, str]:
        """What every exchange carries."""
        return {
            "Authorization": f"Bearer {self.token}",
            "Fieldpo-Protocol": PROTOCOL,
            "Content-Type": "application/json",
        }

    def op(self, kind: str, record_id: str = "", body: Fields | None = None, **more: Json) -> Fields:
        """An op's fields, as an act of the officer would freeze them."""
        now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        return {
            "op_id": new_id(),
            "device_id": self.id,
            "author_id": self.user,
            "kind": kind,
            "schema_version": 1,
            "record_id": record_id or new_id(),
            "seen": max((each.number for each in self.copy.get(self.home, {}).values()), default=0),
            "occurred_at": now,
            "recorded_at": now,
            "body": body or {},
            **more,
        }

    def edit(
        self, kind: str, record_id: str, fields: dict[str, tuple[Json, Json]], base: int = 1, **more: Json
    ) -> Fields:
        """An edit, each field as (old, new)."""
        changes = {name: {"old": old, "new": new} for name, (old, new) in fields.items()}
        return self.op(f"{kind}.edit", record_id, {"fields": changes}, base_version=base, **more)

    def request(self, *ops: Fields | str | tuple[int, str], **more: Json) -> Fields:
        """An exchange's request; ops given as fields or as text get the next numbers. With a count of its own it has no
        mark but one of its own.
        """
        if "verdicts_after" not in more:
            more = {"verdicts_after": self.verdicts_after, "verdicts_mark": self.verdicts_mark, **more}
        return {
            "device": self.id,
            "incarnation": self.incarnation,
            "ops": [self.numbered(each) for each in ops],
            "cursors": self.cursors,
            **more,
        }

    def numbered(self, op: Fields | str | tuple[int, str]) -> tuple[int, str]:
        """The op as the wire carries it."""
        if isinstance(op, tuple):
            return op
        self.seq += 1
        return self.seq, op if isinstance(op, str) else frozen(op)

    def post(self, body: bytes, **headers: str) -> Came:
        """One POST of bytes as they are; headers by their names with underscores."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.server.ask("POST", "/v1/sync", {**self.headers, **named}, content=body)

    def send(self, *ops: Fields | str | tuple[int, str], **more: Json) -> SyncResponse:
        """One exchange, its answer taken in. Raises Unmet for anything but 200 and a readable answer."""
        answer = self.exchange(self.request(*ops, **more))
        self.take(answer)
        return answer

    def exchange(self, request: Fields) -> SyncResponse:
        """One exchange, its answer only read."""
        return read(self.post(msgspec.json.encode(request)), SyncResponse)

    def take(self, answer: SyncResponse) -> None:
        """Keep changes, cursors and how far the verdicts have come."""
        self.verdicts_after, self.verdicts_mark = answer.verdict_rev, answer.verdicts_mark
        for page in answer.partitions:
            copy = self.copy.setdefault(page.id, {})
            if page.reload:
                copy.clear()
            for change in page.changes:
                if change.kind in (CASE_LEAVE, RECORD_LEAVE):
                    gone = [key for key, each in copy.items() if change.id in (key, each.person_id)]
                    for key in gone:
                        del copy[key]
                else:
                    copy[change.id] = change
            self.cursors[page.id] = page.cursor
        for partition in answer.revoked:
            self.cursors.pop(partition, None)
            self.copy.pop(partition, None)

    def pull(self) -> None:
        """Exchange until there is no more."""
        for _ in range(MOST_PAGES):
            answer = self.send()
            if not (answer.more_verdicts or any(page.more for page in answer.partitions)):
                return
        raise _endless()

    def forget(self) -> None:
        """Ask for everything anew next time."""
        self.cursors, self.copy = {}, {}

    def body(self, record_id: str) -> Fields | None:
        """The body of a record of this life of the device as the server has it; None where none is sent, or deleted.

        Asked for from where the life began: what its own ops changed comes without a body only in the same exchange.
        """
        cursors, found = dict(self.mark), None
        for _ in range(MOST_PAGES):
            answer = self.exchange(self.request(cursors=cursors))
            for page in answer.partitions:
                found = next((each for each in reversed(page.changes) if each.id == record_id), found)
                cursors[page.id] = page.cursor
            if not any(page.more for page in answer.partitions):
                return None if found is None or found.deleted else found.body
        raise _endless()


def _endless() -> Unmet:
    return Unmet("A pull comes to its end", "`more` is false at last", f"{MOST_PAGES} pages")


def frozen(op: Fields) -> str:
    """An op's text."""
    return msgspec.json.encode(op).decode()


def read(came: Came, kind: type[SyncResponse]) -> SyncResponse:
    """An answer of 200 as what it should be. Raises Unmet."""
    if came.status != 200:
        raise Unmet("An exchange is answered", 200, came.status)
    try:
        return msgspec.json.decode(came.body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
        raise Unmet("The answer has the fields that the contract lists", kind.__name__, str(wrong)) from wrong


def problem(came: Came) -> Problem | None:
    """A problem document; None where the answer is none."""
    if came.headers.get("content-type", "").partition(";")[0].strip() != "application/problem+json":
        return None
    try:
        return msgspec.json.decode(came.body, type=Problem)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def verdict_of(answer: SyncResponse, op: Fields) -> Verdict:
    """The verdict on an op. Raises Unmet where there is none."""
    for each in answer.verdicts:
        if each.op_id == op["op_id"]:
            return each
    raise Unmet("Every op of a request has a verdict", op["op_id"], [each.op_id for each in answer.verdicts])
