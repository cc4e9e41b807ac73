"""Feeds: their order, their pages, their cursors and their hashes."""

from __future__ import annotations

from fieldpo.cli.conformance.clause import Unmet, clause
from fieldpo.cli.conformance.device import Device
from fieldpo.cli.conformance.trial import Trial
from fieldpo.sync.protocol.exchange import HASH_MODULUS, PartitionPage, SyncResponse, hash_text, record_digest
from fieldpo.sync.protocol.ids import new_id

FEED = "Cursors"
HASH = "The hash"
ANSWER = "The answer"
MOST_PAGES = 100_000


def _home(answer: SyncResponse, device: Device) -> PartitionPage:
    for page in answer.partitions:
        if page.id == device.home:
            return page
    raise Unmet("The answer has a page of each granted partition", device.home, [page.id for page in answer.partitions])


def _three(t: Trial) -> tuple[str, list[str]]:
    """Three records in a row, and the cursor before them."""
    person = t.person()
    t.b.pull()
    before = t.b.cursors[t.b.home]
    ops = [t.contact(person) for _ in range(3)]
    t.a.send(*ops)
    return before, [str(op["record_id"]) for op in ops]


@clause(
    "feed.order",
    "A feed's changes come in the order of their numbers, each record once, at its latest",
    ANSWER,
    needs=("accepted.stored",),
)
def order(t: Trial) -> None:
    before, records = _three(t)
    edit = t.a.edit("person", t.person(), {"notice": ("", "Later")})
    t.a.send(edit)
    page = _home(t.b.exchange(t.b.request(cursors={**t.b.cursors, t.b.home: before})), t.b)
    numbers = [change.number for change in page.changes]
    t.expect("numbers ascend", sorted(set(numbers)), numbers)
    came = [change.id for change in page.changes]
    t.expect("the records, in the order of their ops", records, [each for each in came if each in records])
    t.expect(
        "the edited person comes once, last", (1, edit["record_id"]), (came.count(str(edit["record_id"])), came[-1])
    )


@clause(
    "feed.pages",
    "With a `limit`, pages come with `more` until the end, and together are the whole feed",
    ANSWER,
    needs=("feed.order",),
)
def pages(t: Trial) -> None:
    before, records = _three(t)
    cursors, came = {**t.b.cursors, t.b.home: before}, []
    for at in range(MOST_PAGES):
        answer = t.b.exchange(t.b.request(cursors=cursors, limit=1))
        changes = [change for page in answer.partitions for change in page.changes]
        t.expect("changes of an answer with limit 1", True, len(changes) <= 1)
        came += [change.id for change in changes if change.id in records]
        cursors |= {page.id: page.cursor for page in answer.partitions}
        if not any(page.more for page in answer.partitions):
            break
        t.expect("`more` goes on", True, at < MOST_PAGES - 1)
    t.expect("the records of all pages", records, came)


@clause("feed.nothing-twice", "From its newest cursor a device gets nothing that it has", FEED, needs=("feed.order",))
def nothing_twice(t: Trial) -> None:
    _three(t)
    t.b.pull()
    page = _home(t.b.exchange(t.b.request()), t.b)
    t.expect("changes, more, reload", ([], False, False), (page.changes, page.more, page.reload))


@clause(
    "feed.reload",
    "A cursor that the server never gave is answered `reload` and from 0, for that partition alone",
    FEED,
    needs=("feed.order",),
)
def reload(t: Trial) -> None:
    _, records = _three(t)
    t.b.pull()
    whole = set(t.b.copy[t.b.home])
    for cursor in ("never-given", new_id(), "é\u0000", "A" * 5_000):
        answer = t.b.exchange(t.b.request(cursors={**t.b.cursors, t.b.home: cursor}))
        page = _home(answer, t.b)
        t.expect(f"reload for {cursor[:20]!r}", True, page.reload)
        t.expect(
            "other partitions go on", [], [each.id for each in answer.partitions if each.reload and each.id != t.b.home]
        )
        came = {change.id for change in page.changes}
        t.expect("what comes is from the feed's beginning", True, (set(records) <= came or page.more) and came <= whole)


@clause(
    "feed.partitions",
    "A partition not named is in `granted` with its page; one that the device may not read is in `revoked`",
    ANSWER,
    needs=("transport.exchange",),
)
def partitions(t: Trial) -> None:
    answer = t.a.exchange(t.a.request(cursors={"caseload:of-nobody": ""}))
    t.expect("revoked", ["caseload:of-nobody"], answer.revoked)
    t.expect("granted", {"agency", t.a.home}, {"agency", t.a.home} & set(answer.granted))
    t.expect("a page of each", sorted(answer.granted), sorted(page.id for page in answer.partitions))


@clause(
    "feed.others",
    "Another officer's caseload is never sent, whatever cursor is shown",
    ANSWER,
    needs=("feed.partitions",),
)
def others(t: Trial) -> None:
    t.c.pull()
    answer = t.a.exchange(t.a.request(cursors={t.c.home: t.c.cursors[t.c.home], "agency": t.c.cursors[t.c.home]}))
    t.expect("revoked", [t.c.home], answer.revoked)
    t.expect("its page", [], [page.id for page in answer.partitions if page.id == t.c.home])


@clause("hash.sum", "`hash` is the sum over the live records of the partition", HASH, needs=("feed.order",))
def hash_sum(t: Trial) -> None:
    phone = t.phone(t.person())
    t.a.send(t.a.op("phone.delete", phone, base_version=1), t.a.edit("person", t.person(), {"notice": ("", "x")}))
    t.b.forget()
    t.b.pull()
    answer = t.b.send()
    for page in answer.partitions:
        live = (each for each in t.b.copy[page.id].values() if not each.deleted)
        total = sum(record_digest(each.id, each.version) for each in live) % HASH_MODULUS
        t.expect(f"hash of {page.id}", hash_text(total), page.hash)


@clause(
    "feed.versions",
    "Each change of a record has a version one above the last, and a number above every other's",
    ANSWER,
    needs=("feed.order",),
)
def versions(t: Trial) -> None:
    phone = t.phone(t.person())
    seen = []
    for old, new in (("555-0100", "1"), ("1", "2")):
        op = t.a.edit("phone", phone, {"number": (old, new)})
        found = t.verdict(t.a.send(op), op, "accepted")
        t.b.pull()
        change = t.b.copy[t.b.home][phone]
        t.expect("The change is the verdict's", (found.version, found.number), (change.version, change.number))
        seen.append((change.version, change.number))
    t.expect("versions", [2, 3], [version for version, _ in seen])
    t.expect("numbers rise", True, seen[0][1] < seen[1][1])
