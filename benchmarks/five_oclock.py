"""A thousand laptops that sync their ordinary day at the same moment against one central; none lost, none doubled.

Requests are made before, as the device makes them: real frozen ops, packed by the device's own packing. They go out at
once over a connection each, and every verdict is looked at. The laptops share this one process, and the two cores with
central. Afterwards central's export must hold each text once.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import msgspec
import sqlalchemy as sa

from benchmarks.prose import notes
from benchmarks.timing import Json, Result, summary
from fieldpo.central.accounts import tokens
from fieldpo.central.books.auth_tables import app_user
from fieldpo.central.books.database import open_database, writing
from fieldpo.central.books.rows import insert_rows
from fieldpo.central.deciding.devices import add_device
from fieldpo.central.office import records
from fieldpo.central.upkeep.export import export_lines
from fieldpo.demo.ground import Ground, init_central, new_ground
from fieldpo.demo.serving import Central, scratch_folder
from fieldpo.store.applying.batches import Batch, Sending
from fieldpo.sync.disk import Standing
from fieldpo.sync.packing import Prepared
from fieldpo.sync.protocol.body import Body, plain_body
from fieldpo.sync.protocol.codings import OFFERED, ZSTD, inflated
from fieldpo.sync.protocol.exchange import MAX_RESPONSE_BYTES, PAGE, SyncResponse, VerdictKind, caseload_partition
from fieldpo.sync.protocol.ids import new_id
from fieldpo.sync.protocol.kinds import Addendum, Case, Contact, Person
from fieldpo.sync.protocol.ops import SCHEMA_VERSION, Op, freeze

DEVICES = 1_000
CLIENTS, CONTACTS, ADDENDA, EDITS = 10, 25, 3, 10
_DAY = dt.datetime.now().astimezone().replace(microsecond=0)
_MOST_TRIES = 12


@dataclass(frozen=True)
class Elsewhere(Ground):
    """A ground whose central has another database than the folder's."""

    elsewhere: str = ""

    @property
    def database_url(self) -> str:
        """The other database."""
        return self.elsewhere


@dataclass
class Laptop:
    """One officer's device, with what it sends."""

    number: int
    user_id: str
    device_id: str
    token: str
    clients: tuple[tuple[str, str], ...]
    standing: Standing
    ops: list[tuple[str, str]] = field(default_factory=list)
    """Op and its frozen text."""
    body: bytes = b""
    done_ms: float = 0.0
    tries: int = 0


def run() -> Result:
    """On SQLite, as central comes."""
    with scratch_folder() as folder:
        return at_five(new_ground(folder / "ground"), (), "one process, SQLite, WAL, synchronous=FULL")


def at_five(ground: Ground, words: Sequence[str], told: str) -> Result:
    """Enrol, make the day, go. `words` are `serve`'s; `told` says in the result what central was."""
    init_central(ground, _DAY)
    laptops = _enrol(ground)
    central = Central(ground.database_url, ground.port, ground.log)
    central.argv += words
    try:
        central.start()
        central.wait()
        asyncio.run(_all(ground, laptops, said=0))  # the morning's sync, so that the day is a change
        typed = _type(laptops)
        for one in laptops:
            one.body, one.tries = _packed(one), 0
        began = time.perf_counter()
        asyncio.run(_all(ground, laptops, said=CONTACTS + ADDENDA + EDITS))
        took = time.perf_counter() - began
    finally:
        central.stop()
    found = _exported(ground)
    lost = [text for text in typed if found[text] == 0]
    doubled = [text for text in typed if found[text] > 1]
    if lost or doubled:
        raise AssertionError(f"{len(lost)} texts lost and {len(doubled)} doubled")
    return Result(
        "p50 and p99 to done; none lost",
        {
            "devices": DEVICES,
            "ops": sum(len(one.ops) for one in laptops),
            "bytes_up": sum(len(one.body) for one in laptops),
            "to_done": summary([one.done_ms for one in laptops]),
            "all_done_s": round(took, 1),
            "exchanges_a_second": round(DEVICES / took, 1),
            "tried_again": sum(one.tries - 1 for one in laptops),
            "lost": len(lost),
            "doubled": len(doubled),
            "central": told,
        },
    )


def _enrol(ground: Ground) -> list[Laptop]:
    """A thousand officers with a laptop and ten clients each, written at central's side."""
    engine = open_database(ground.database_url)
    now = dt.datetime.now(dt.UTC)
    laptops = []
    try:
        with writing(engine) as conn:
            like = dict(conn.execute(sa.select(app_user).limit(1)).mappings().one())
            for at in range(DEVICES):
                user, device = new_id(), new_id()
                insert_rows(conn, app_user, [{**like, "user_id": user, "login": f"officer{at}"}])
                add_device(conn, device, user, f"laptop {at}", now)
                token = tokens.issue(conn, device, now, 3_600).access
                clients = tuple((new_id(), new_id()) for _ in range(CLIENTS))
                rows = [each for number, one in enumerate(clients) for each in _client(number, *one)]
                records.put_records(conn, caseload_partition(user), rows, now=now)
                standing = Standing(device, new_id(), {caseload_partition(user): "", "agency": ""}, 0)
                one = Laptop(at, user, device, token, clients, standing)
                one.body = _packed(one)
                laptops.append(one)
    finally:
        engine.dispose()
    return laptops


def _client(number: int, person: str, case: str) -> Iterator[records.NewRecord]:
    told: tuple[tuple[str, str, Body], ...] = (
        (person, "person", Person(family_name=f"Client {number}", given_name="A.")),
        (case, "case", Case(person_id=person, case_number=f"26-{number:04}")),
    )
    for record_id, kind, body in told:
        yield records.NewRecord(record_id, kind, plain_body(body), person)


def _type(laptops: list[Laptop]) -> list[str]:
    """An ordinary day on each: contacts, addenda to some of them, and notices edited. Gives every text."""
    prose = notes()
    typed = []
    for one in laptops:
        contacts = [new_id() for _ in range(CONTACTS)]
        for at, (note, record_id) in enumerate(zip(itertools.islice(prose, CONTACTS), contacts, strict=True)):
            person, case = one.clients[at % CLIENTS]
            words = f"{note} ({record_id})"
            body = Contact(
                person_id=person,
                case_id=case,
                officer_id=one.user_id,
                contact="face_to_face",
                outcome="seen",
                place="home",
                occurred_at=_DAY,
                note=words,
            )
            _add(one, "contact.create", record_id, plain_body(body))
            typed.append(words)
        for entry, (person, _) in zip(contacts[:ADDENDA], one.clients, strict=False):
            record_id = new_id()
            words = f"Correction: the time was half past two. ({record_id})"
            more = Addendum(person_id=person, entry_id=entry, text=words, officer_id=one.user_id, written_at=_DAY)
            _add(one, "addendum.create", record_id, plain_body(more), deps=[entry])
            typed.append(words)
        for person, _ in one.clients[:EDITS]:
            words = f"Dog in the yard. ({new_id()})"
            _add(one, "person.edit", person, {"fields": {"notice": {"old": "", "new": words}}}, base_version=1)
            typed.append(words)
    return typed


def _add(
    one: Laptop, kind: str, record_id: str, body: Json, *, base_version: int = 0, deps: list[str] | None = None
) -> None:
    op = Op(
        op_id=record_id if base_version == 0 else new_id(),
        device_id=one.device_id,
        author_id=one.user_id,
        kind=kind,
        schema_version=SCHEMA_VERSION,
        record_id=record_id,
        base_version=base_version,
        deps=deps or [],
        seen=2 * CLIENTS,
        occurred_at=_DAY,
        recorded_at=_DAY,
        body=body,
    )
    one.ops.append((op.op_id, freeze(op)))


def _packed(one: Laptop) -> bytes:
    waiting = [
        Sending(at, op_id, at, msgspec.json.encode(text), None) for at, (op_id, text) in enumerate(one.ops, start=1)
    ]
    return Prepared(Batch(tuple(waiting), len(waiting)), coding=ZSTD).body(one.standing, PAGE)


async def _all(ground: Ground, laptops: list[Laptop], said: int) -> None:
    began = time.perf_counter()
    port = urlsplit(ground.url).port or 0
    await asyncio.gather(*(_sync(one, port, said, began) for one in laptops))


async def _sync(one: Laptop, port: int, said: int, began: float) -> None:
    while True:
        one.tries += 1
        answer = await _asked(one, port)
        if answer is not None:
            break
        if one.tries >= _MOST_TRIES:
            raise AssertionError("a laptop was never answered")
        wait = random.Random(f"{one.number} {one.tries}").random() * 2 ** min(one.tries, 4)
        await asyncio.sleep(wait)
    one.done_ms = (time.perf_counter() - began) * 1000
    mine = {op_id for op_id, _ in one.ops}
    taken = {each.op_id for each in answer.verdicts if each.verdict in (VerdictKind.ACCEPTED, VerdictKind.MERGED)}
    if taken != mine or len(answer.verdicts) != said or any(page.more for page in answer.partitions):
        raise AssertionError(f"{len(taken)} of {said} ops were taken: {answer.verdicts[:3]}")
    cursors = {page.id: page.cursor for page in answer.partitions}
    one.standing = Standing(one.device_id, one.standing.incarnation, cursors, answer.verdict_rev)


async def _asked(one: Laptop, port: int) -> SyncResponse | None:
    """One exchange over a connection of its own; None where the device would try again."""
    head = (
        f"POST /v1/sync HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {one.token}\r\nFieldpo-Protocol: 1\r\n"
        f"Content-Type: application/json\r\nContent-Encoding: {ZSTD}\r\nAccept-Encoding: {OFFERED}\r\n"
        f"Content-Length: {len(one.body)}\r\nConnection: close\r\n\r\n"
    )
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(head.encode() + one.body)
        await writer.drain()
        raw = await reader.read()
        writer.close()
    except OSError:
        return None
    told, _, body = raw.partition(b"\r\n\r\n")
    status = int(told.split(b" ", 2)[1]) if told.startswith(b"HTTP/1.1 ") else 0
    if status in (0, 429, 500, 502, 503):
        return None
    if status != 200:
        raise AssertionError(f"central said {status}: {body[:200]!r}")
    if f"content-encoding: {ZSTD}".encode() in told.lower():
        body = inflated(body, ZSTD, MAX_RESPONSE_BYTES)
    return msgspec.json.decode(body, type=SyncResponse)


def _exported(ground: Ground) -> Counter[str]:
    """How often each text stands in central's export."""
    engine = open_database(ground.database_url)
    found: Counter[str] = Counter()
    try:
        for line in export_lines(engine):
            body = msgspec.json.decode(line)["body"]
            found.update(value for name in ("note", "text", "notice") if isinstance(value := body.get(name), str))
    finally:
        engine.dispose()
    return found
