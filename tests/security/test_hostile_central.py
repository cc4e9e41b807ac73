"""A hostile or broken central: whatever it answers, nothing typed is lost, nothing hangs, no traceback comes out."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import msgspec
import pytest
from sqlalchemy import text

from fieldpo.errors import CentralRefused, FieldpoError, Offline
from fieldpo.plain import has_controls
from fieldpo.store.vault import Vault
from fieldpo.sync import enrol
from fieldpo.sync.protocol.exchange import (
    Change,
    FieldConflict,
    Problem,
    Verdict,
    VerdictKind,
)
from fieldpo.sync.receipt import Receipt
from fieldpo.sync.transport import Transport
from tests.hostile import STRINGS
from tests.security.hostile_central import (
    MOST_CALLS,
    OWN,
    answer,
    hostile,
    kept,
    page,
    person,
    synced,
    typed,
    waiting,
)

BYTES = {
    "HTML under the type of JSON": b"<html>sign in here</html>",
    "half of an answer": answer()[:-7],
    "nothing": b"",
    "null": b"null",
    "a list": b"[]",
    "deep": b"[" * 100_000,
    "deep within": b'{"epoch":"e","server_time":"2026-11-22T15:00:00Z","partitions":[{"id":"x","cursor":"","number":1,'
    b'"changes":[{"id":"a","kind":"person","version":1,"number":1,"body":{"a":'
    + b"[" * 90_000
    + b"]" * 90_000
    + b"}}]}]}",
    "not UTF-8": b'{"epoch":"\xff\xfe"}',
    "a lone surrogate": b'{"epoch":"\\ud800","server_time":"2026-11-22T15:00:00Z"}',
    "NaN": b'{"epoch":"e","server_time":"2026-11-22T15:00:00Z","verdict_rev":NaN}',
}


@pytest.mark.parametrize("raw", BYTES.values(), ids=BYTES)
def test_bytes_that_are_no_answer_lose_nothing(bare_vault: Vault, raw: bytes) -> None:
    """It ends in a sentence, and the entry waits."""
    typed(bare_vault)
    with hostile(lambda _: raw) as (url, central):
        assert isinstance(synced(bare_vault, url), Offline | CentralRefused)
    assert waiting(bare_vault) == 1
    assert len(central.calls) < MOST_CALLS


HUGE = 2**62
OVER = 2**64 - 1
NUMBERS = {
    "verdict_rev": {"verdict_rev": OVER},
    "known_through": {"known_through": OVER},
    "known_through below zero": {"known_through": -5},
    "audit_through": {"audit_through": OVER},
    "durable_through": {"durable_through": OVER},
    "a page's number": {"partitions": [page(number=OVER)]},
    "a change's version": {"partitions": [page(person("p1", version=OVER))]},
    "a change's number": {"partitions": [page(person("p1", number=OVER))]},
    "a negative version": {"partitions": [page(person("p1", version=-7))]},
    "a body's integer": {"partitions": [page(person("p1", unknown=10**300))]},
    "a verdict's rev": {"verdicts": [Verdict(op_id="x", verdict=VerdictKind.ACCEPTED, rev=OVER)]},
    "a year of 9999": {"server_time": dt.datetime(9999, 12, 31, 23, 59, tzinfo=dt.timezone(dt.timedelta(hours=-12)))},
}


@pytest.mark.parametrize("fields", NUMBERS.values(), ids=NUMBERS)
def test_numbers_that_no_database_holds_lose_nothing(bare_vault: Vault, fields: dict[str, Any]) -> None:
    """A receipt or a sentence, never a defect; the entry waits, and the next honest exchange goes through."""
    typed(bare_vault)
    with hostile(lambda _: answer(**fields)) as (url, central):
        assert isinstance(synced(bare_vault, url), Receipt | FieldpoError)
    assert len(central.calls) < MOST_CALLS
    assert waiting(bare_vault) == 1


def test_a_place_beyond_reason_is_not_kept(bare_vault: Vault) -> None:
    """One hostile verdict_rev does not make every later exchange one that an honest central refuses."""
    asked: list[dict[str, Any]] = []

    def hear(request: dict[str, Any]) -> bytes:
        asked.append(request)
        return answer(verdict_rev=OVER)

    typed(bare_vault)
    with hostile(hear) as (url, _):
        synced(bare_vault, url)
        synced(bare_vault, url)
    assert all(request.get("verdicts_after", 0) < 2**53 for request in asked)


def test_a_hash_that_is_never_right_does_not_turn_for_ever(bare_vault: Vault) -> None:
    """The base copy is loaded anew once, then the sync ends and names the partition."""
    typed(bare_vault)
    with hostile(lambda _: answer(partitions=[page(person("p1"), hash="f" * 64)], granted=[OWN])) as (url, central):
        found = synced(bare_vault, url)
    assert isinstance(found, Receipt | FieldpoError)
    assert len(central.calls) < MOST_CALLS
    assert waiting(bare_vault) == 1


def test_more_without_end_ends(bare_vault: Vault) -> None:
    """`more` for ever, with nothing new in it, is given up after a few rounds."""
    typed(bare_vault)
    with hostile(lambda _: answer(partitions=[page(more=True)], more_verdicts=True, granted=[OWN])) as (url, central):
        assert isinstance(synced(bare_vault, url), Receipt | FieldpoError)
    assert len(central.calls) < MOST_CALLS
    assert waiting(bare_vault) == 1


def test_an_epoch_that_changes_with_each_answer_ends(bare_vault: Vault) -> None:
    """A central that goes back in time at each exchange is given up; the entry waits."""
    typed(bare_vault)
    with hostile(lambda _: answer(epoch=f"e{random.random()}", partitions=[page(person("p1"))])) as (url, central):
        assert isinstance(synced(bare_vault, url), Receipt | FieldpoError)
    assert len(central.calls) < MOST_CALLS
    assert waiting(bare_vault) == 1


def test_a_fork_at_each_answer_ends(bare_vault: Vault) -> None:
    """So is one that reports a fork for ever."""
    typed(bare_vault)
    with hostile(lambda _: answer(fork=True)) as (url, central):
        assert isinstance(synced(bare_vault, url), Receipt | FieldpoError)
    assert len(central.calls) < MOST_CALLS
    assert waiting(bare_vault) == 1


def test_verdicts_for_ops_that_are_not_ours_change_nothing(bare_vault: Vault) -> None:
    """Ten thousand of them, of every kind: the officer's own entry waits as it did."""
    typed(bare_vault)
    kinds = list(VerdictKind)
    foreign = [Verdict(op_id=f"foreign-{n}", verdict=kinds[n % len(kinds)], rev=n + 1) for n in range(10_000)]
    with hostile(lambda _: answer(verdicts=foreign)) as (url, _):
        synced(bare_vault, url)
    assert waiting(bare_vault) == 1


def test_text_of_central_is_clean_before_anything_shows_it(bare_vault: Vault) -> None:
    """Names, ids, kinds and problems with controls in them come out of the vault without."""
    names = [person(f"p{n}", number=n + 1, family_name=name) for n, name in enumerate(STRINGS)]
    with hostile(lambda _: answer(partitions=[page(*names, number=len(names))], granted=[OWN])) as (url, _):
        synced(bare_vault, url)
    with bare_vault.reading() as connection:
        bodies = list(connection.scalars(text("SELECT body FROM r_person")))
    assert len(bodies) == len(STRINGS)
    assert not any(has_controls(msgspec.json.decode(body)["family_name"]) for body in bodies)


def test_a_line_end_that_would_write_over_the_line_is_a_newline(bare_vault: Vault) -> None:
    """A name that begins its line again would show another one in a shell."""
    names = ["Doe\rRoe", "Doe\vRoe", "Doe\fRoe", "Doe\x85Roe", "Doe\u2028Roe", "Doe\u2029Roe"]
    came = [person(f"p{n}", number=n + 1, family_name=name) for n, name in enumerate(names)]
    with hostile(lambda _: answer(partitions=[page(*came, number=len(came))], granted=[OWN])) as (url, _):
        synced(bare_vault, url)
    with bare_vault.reading() as connection:
        bodies = list(connection.scalars(text("SELECT body FROM r_person")))
    assert [msgspec.json.decode(body)["family_name"] for body in bodies] == ["Doe\nRoe"] * len(names)


def test_what_a_verdict_asks_is_clean_before_anything_shows_it(bare_vault: Vault) -> None:
    """The values of a conflict, and why something was refused: a shell prints them without a filter."""
    op_id = typed(bare_vault)
    asked = [FieldConflict(f"c{n}", "name", {"a": [each]}, each) for n, each in enumerate(STRINGS)]
    why = Problem("invalid-body", STRINGS[0], "\x1b[31m red")
    verdict = Verdict(op_id=op_id, verdict=VerdictKind.CONFLICT, rev=1, version=1, problem=why, conflicts=asked)
    with hostile(lambda _: answer(verdicts=[verdict], verdict_rev=1)) as (url, _):
        synced(bare_vault, url)
    with bare_vault.reading() as connection:
        [said] = connection.scalars(text("SELECT verdict FROM op WHERE state = 'conflict'"))
    stood = msgspec.json.decode(said, type=Verdict)
    assert [one.conflict_id for one in stood.conflicts] == [one.conflict_id for one in asked]
    words = [each for one in stood.conflicts for each in (one.yours["a"][0], one.current)]
    assert stood.problem is not None
    assert not any(map(has_controls, (*words, stood.problem.title, stood.problem.detail)))


def test_grants_by_the_ten_thousand_are_survived(bare_vault: Vault) -> None:
    """Partitions that nobody has heard of, and one of them twice."""
    typed(bare_vault)
    many = [f"caseload:{n}" for n in range(10_000)]
    with hostile(lambda _: answer(granted=[*many, many[0]])) as (url, central):
        assert isinstance(synced(bare_vault, url), Receipt | FieldpoError)
    assert len(central.calls) < MOST_CALLS
    assert waiting(bare_vault) == 1


def test_a_revocation_of_everything_keeps_what_was_typed(bare_vault: Vault) -> None:
    """Revoking the officer's own caseload hides it, and the unsent entry's bytes are still there."""
    typed(bare_vault)
    with hostile(lambda _: answer(revoked=[OWN, "agency"])) as (url, _):
        assert isinstance(synced(bare_vault, url), Receipt | FieldpoError)
    assert kept(bare_vault) == 1
    assert waiting(bare_vault) == 1


def test_deleting_the_record_under_an_unsent_entry_keeps_the_entry(bare_vault: Vault) -> None:
    """Central deletes everything it knows of: what was typed still waits."""
    op_id = typed(bare_vault)
    gone = [Change(id=op_id, kind="person", version=9, number=2, person_id=op_id, deleted=True)]
    leave = [Change(id=op_id, kind="case_leave", version=0, number=3, person_id=op_id)]
    with hostile(lambda _: answer(partitions=[page(*gone, *leave, number=3)], granted=[OWN])) as (url, _):
        assert isinstance(synced(bare_vault, url), Receipt | FieldpoError)
    assert kept(bare_vault) == 1
    assert waiting(bare_vault) == 1


CODES = {
    "a pause below zero": {"interval": -1},
    "a pause of years": {"interval": 1e12},
    "a wait of years": {"expires_in": 1e300},
    "text that fights back": {"user_code": "\x1b]52;c;aGk=\x07AB", "verification_uri": "\x1b[2Jhttp://x"},
    "a code of a megabyte": {"user_code": "A" * 1_000_000},
}


@pytest.mark.parametrize("fields", CODES.values(), ids=CODES)
def test_a_hostile_code_is_refused_or_harmless(fields: dict[str, Any]) -> None:
    """Pauses are within reason, and what the officer is shown is one clean short line."""
    whole = {
        "device_code": "d",
        "user_code": "ABCD",
        "verification_uri": "http://127.0.0.1",
        "expires_in": 60,
        "interval": 1,
    }
    with hostile(lambda _: msgspec.json.encode({**whole, **fields})) as (url, _), Transport(url) as transport:
        try:
            code = enrol.ask(transport, with_keyring=False)
        except CentralRefused:
            return
    assert 0 <= code.interval <= 60
    assert 0 < code.expires_in <= 3_600
    assert not has_controls(code.user_code + code.verification_uri)
    assert len(code.user_code) <= 40
