"""The engine alone, over a real vault: what it asks for, given each way in which the world may answer."""

from __future__ import annotations

import random
from typing import Any

import msgspec
import pytest
from sqlalchemy import text

from fieldpo.errors import CentralRefused, FieldpoError, Offline, SignInNeeded
from fieldpo.store import partitions
from fieldpo.store.acting.acts import Act, Create, perform
from fieldpo.store.vault import Vault
from fieldpo.sync.backoff import CEILING, pause
from fieldpo.sync.effects import Answer, Effect, Fault, Post, Refresh, Refreshed, Reply, Sleep
from fieldpo.sync.protocol.body import plain_body
from fieldpo.sync.protocol.codings import inflated
from fieldpo.sync.protocol.exchange import (
    MAX_INFLATED,
    Change,
    PartitionPage,
    SyncResponse,
    caseload_partition,
    hash_text,
    record_digest,
)
from fieldpo.sync.protocol.ids import new_id
from fieldpo.sync.protocol.kinds import Intake, Person
from fieldpo.sync.protocol.ops import thaw
from tests.filled_vault import OFFICER
from tests.sync.scripted import AT, Script, accepted, run, states, typed


def test_an_ordinary_day_is_one_round_trip(bare_vault: Vault) -> None:
    """Thirty entries and no news: one request."""
    typed(bare_vault, 30)
    script = Script()
    receipt = run(bare_vault, script)
    assert len(script.effects) == 1
    assert receipt.words == "30 of 30 received 17:04, 0 held, 0 returned"


def test_seqs_go_up_in_order_without_gaps(bare_vault: Vault) -> None:
    """The order of saving is the order on the wire."""
    ids = typed(bare_vault, 5)
    script = Script()
    run(bare_vault, script)
    assert [seq for seq, _ in script.seen[0]["ops"]] == [1, 2, 3, 4, 5]
    assert [thaw(frozen).op_id for _, frozen in script.seen[0]["ops"]] == ids


def test_the_next_batch_is_ready_before_the_answer(bare_vault: Vault) -> None:
    """More than a request holds goes in two, the second made while the first is under way."""
    typed(bare_vault, 80, "word " * 11_000)
    script = Script()
    receipt = run(bare_vault, script)
    assert len(script.seen) == 2
    assert receipt.received == 80
    assert all(len(inflated(body, "gzip", MAX_INFLATED)) <= 4 * 1024 * 1024 for body in script.bodies)


def test_the_next_page_is_asked_for_while_one_is_written(bare_vault: Vault) -> None:
    """A feed of three pages: each but the last is written only while the one behind it is under way, and all stand."""
    own, standing = caseload_partition(OFFICER), list[str]()
    with bare_vault.writing() as connection:
        partitions.grant(connection, own)
    people = [
        Change(id=new_id(), kind="person", version=1, number=n, body=plain_body(Person(family_name=f"Doe {n}")))
        for n in (1, 2, 3)
    ]

    def page(request: dict[str, Any]) -> Reply:
        at = int(request["cursors"][own].removeprefix("c") or 0)
        coming = PartitionPage(id=own, changes=people[at : at + 1], cursor=f"c{at + 1}", number=at + 1, more=at < 2)
        return accepted(request, partitions=[coming])

    class Looking(Script):
        def reply(self, effect: Effect) -> Reply:
            with bare_vault.reading() as connection:
                standing.append(partitions.cursors(connection)[own])
            return super().reply(effect)

    receipt = run(bare_vault, Looking(page))
    assert standing == ["", "", "c1"]
    assert receipt.pulled == 3
    with bare_vault.reading() as connection:
        assert connection.scalar(text("SELECT count(*) FROM r_person")) == 3


def test_nothing_is_sent_while_a_partition_loads_anew(bare_vault: Vault) -> None:
    """A copy that differs is heard whole before what waits is sent: else central leaves out the bodies of what that
    changes, and the copy that is not trusted would stand for them.
    """
    own, person = caseload_partition(OFFICER), new_id()
    with bare_vault.writing() as connection:
        partitions.grant(connection, own)
    body = plain_body(Person(family_name="Doe"))

    def page(request: dict[str, Any]) -> Reply:
        changes = [Change(id=person, kind="person", version=1, number=1, body=body)]
        told = changes if not request["cursors"][own] else []
        return accepted(request, partitions=[PartitionPage(id=own, changes=told, cursor="c1", number=1)])

    run(bare_vault, Script(page))
    typed(bare_vault, 2)
    with bare_vault.writing() as connection:
        partitions.ask_reload(connection, own)
    script = Script(page)
    assert run(bare_vault, script).received == 2
    assert [(request["cursors"][own], len(request["ops"])) for request in script.seen] == [("", 0), ("c1", 2)]


def test_what_was_made_ready_waits_for_a_reload(bare_vault: Vault) -> None:
    """A first answer shows that the copy differs: the batch that was made meanwhile goes once all has come anew."""
    own, person = caseload_partition(OFFICER), new_id()
    with bare_vault.writing() as connection:
        partitions.grant(connection, own)
    body = plain_body(Person(family_name="Doe"))
    whole = hash_text(record_digest(person, 2))

    def page(request: dict[str, Any]) -> Reply:
        version = 2 if script.seen[1:] else 1
        told = [Change(id=person, kind="person", version=version, number=1, body=body)]
        changes = told if not request["cursors"][own] else []
        return accepted(request, partitions=[PartitionPage(id=own, changes=changes, cursor="c1", number=1, hash=whole)])

    typed(bare_vault, 160, "word " * 11_000)
    script = Script(page)
    assert run(bare_vault, script).received == 160
    sent = [(request["cursors"][own], bool(request["ops"])) for request in script.seen]
    assert sent == [("", True), ("c1", True), ("", False), ("c1", True)]


def test_a_lost_answer_is_asked_for_with_the_same_bytes(bare_vault: Vault) -> None:
    """The connection broke after sending: the very same request again."""
    typed(bare_vault, 3)
    replies: list[Reply] = [Fault("broke", reached=True)]
    script = Script()
    script.decide = lambda request: replies.pop() if replies else accepted(request)
    assert run(bare_vault, script).received == 3
    assert script.bodies[0] == script.bodies[1]


def test_401_refreshes_once_and_costs_no_try(bare_vault: Vault) -> None:
    """A token that ran out is renewed and the same bytes go again, even with a single try."""
    typed(bare_vault, 1)
    replies: list[Reply] = [Answer(401, b"")]
    script = Script()
    script.decide = lambda request: replies.pop() if replies else accepted(request)
    assert run(bare_vault, script, attempts=1).received == 1
    assert [type(effect) for effect in script.effects] == [Post, Refresh, Post]
    assert script.bodies[0] == script.bodies[1]


@pytest.mark.parametrize("refreshed", [Refreshed.ENDED, Refreshed.FRESH])
def test_401_again_asks_the_officer(bare_vault: Vault, refreshed: Refreshed) -> None:
    """A refresh refused, or a new token refused: sign in again; the entry waits."""
    typed(bare_vault, 1)
    with pytest.raises(SignInNeeded):
        run(bare_vault, Script(lambda _: Answer(401, b""), refreshed=refreshed))
    assert states(bare_vault) == ["waiting"]


@pytest.mark.parametrize(
    "reply",
    [
        Fault("no route"),
        Fault("broke", reached=True),
        Answer(200, b"<html>Sign in to this hotel</html>"),
        Answer(502, b""),
        Answer(429, b"", retry_after=1),
    ],
)
def test_no_central_is_offline(bare_vault: Vault, reply: Reply) -> None:
    """Whatever the network answers in central's place, the sync is offline and the entry waits."""
    typed(bare_vault, 2)
    with pytest.raises(Offline):
        run(bare_vault, Script(lambda _: reply))
    assert states(bare_vault) == ["waiting", "waiting"]


def test_waits_are_drawn_and_heed_retry_after(bare_vault: Vault) -> None:
    """Between two tries there is a wait of at least what central asked for."""
    typed(bare_vault, 1)
    replies: list[Reply] = [Answer(503, b"", retry_after=40.0)]
    script = Script()
    script.decide = lambda request: replies.pop() if replies else accepted(request)
    run(bare_vault, script)
    [waited] = [effect for effect in script.effects if isinstance(effect, Sleep)]
    assert waited.seconds >= 40.0


def test_full_jitter_stays_in_its_bounds() -> None:
    """From nothing up to 2^n seconds, never above five minutes."""
    rng = random.Random(1)
    for tries in range(40):
        assert 0.0 <= pause(rng, tries) <= min(CEILING, 2.0**tries)
    assert pause(rng, 3, 10_000.0) == CEILING


def test_an_answer_has_room_for_others_beside_what_its_request_changes(bare_vault: Vault) -> None:
    """Else the own changes come with the next answer, which has to bring them whole."""
    steps = tuple(Create(Intake(family_name=f"Entry {n}", officer_id=OFFICER, note="note")) for n in range(300))
    perform(bare_vault, Act("Entries", steps, AT), AT)
    assert run(bare_vault, script := Script(accepted)).received == 300
    assert [request["limit"] >= 250 + len(request["ops"]) for request in script.seen] == [True] * len(script.seen)
    assert [len(request["ops"]) for request in script.seen][:2] == [250, 50]


def test_a_fork_begins_a_new_incarnation(bare_vault: Vault) -> None:
    """Central saw one seq twice: what waits gets new numbers in a new life, with the same op_ids."""
    ids = typed(bare_vault, 2)
    before = bare_vault.incarnation
    told: list[bool] = []

    def forked(request: dict[str, Any]) -> Reply:
        if not told:
            told.append(True)
            return Answer(200, msgspec.json.encode(SyncResponse(fork=True, epoch="e1", server_time=AT)))
        return accepted(request)

    script = Script(forked)
    assert run(bare_vault, script).received == 2
    assert script.seen[0]["incarnation"] == before
    assert script.seen[1]["incarnation"] == bare_vault.incarnation != before
    assert [thaw(frozen).op_id for _, frozen in script.seen[1]["ops"]] == ids
    assert [seq for seq, _ in script.seen[1]["ops"]] == [1, 2]


def test_the_log_goes_up_in_chain_order_once(bare_vault: Vault) -> None:
    """Audit rows go with the exchange, and those that central has do not go again."""
    typed(bare_vault, 3)
    with bare_vault.reading() as connection:
        rows = list(connection.scalars(text("SELECT n FROM audit ORDER BY n")))
    assert len(rows) > 3  # the opening, and three entries
    script = Script(lambda request: accepted(request, audit_through=rows[-1]))
    run(bare_vault, script)
    run(bare_vault, script)
    assert [row["n"] for row in script.seen[0]["audit"]] == rows
    assert script.seen[-1]["audit"] == []


@pytest.mark.parametrize("entries", [249, 250, 251, 600])
def test_the_log_goes_up_in_the_sync_that_wrote_it(bare_vault: Vault, entries: int) -> None:
    """However many ops the first request takes: it leaves the log to the next one only where there is one."""
    typed(bare_vault, entries)
    with bare_vault.reading() as connection:
        rows = list(connection.scalars(text("SELECT n FROM audit ORDER BY n")))
    went: list[int] = []

    def central(request: dict[str, Any]) -> Answer:
        went.extend(row["n"] for row in request["audit"])
        return accepted(request, audit_through=len(went))

    run(bare_vault, Script(central))
    assert went == rows


def test_a_silent_central_ends_the_sync(bare_vault: Vault) -> None:
    """Answers without any verdict do not keep a sync turning for ever; the entries wait."""
    typed(bare_vault, 2)
    answer = Answer(200, msgspec.json.encode(SyncResponse(epoch="e1", server_time=AT, more_verdicts=True)))
    script = Script(lambda _: answer)
    assert run(bare_vault, script).not_sent == 2
    assert len(script.seen) < 10


def test_errors_are_for_people() -> None:
    """What the engine raises says that the work is kept."""
    for error in (Offline, CentralRefused, SignInNeeded):
        assert issubclass(error, FieldpoError)
