"""What the engine writes requests in: zstd once central has said that it reads it, gzip wherever that fails."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from fieldpo.errors import FieldpoError, Offline
from fieldpo.store.vault import Vault
from fieldpo.sync.effects import Answer, Fault, Post, Reply
from fieldpo.sync.protocol.codings import inflated
from fieldpo.sync.protocol.exchange import MAX_INFLATED
from tests.sync.scripted import Script, run, states, typed

UNREAD = Answer(415, b'{"type": "content-encoding", "title": "Central reads identity and gzip."}')


class Reading(Script):
    """A central that takes everything and says which coding it reads; `refuses` answers requests in zstd."""

    def __init__(self, reads: str = "zstd", refuses: Callable[[], Reply] | None = None) -> None:
        super().__init__()
        self.reads, self.refuses = reads, refuses

    def reply(self, effect: Any) -> Reply:
        """As the script, with what this central says of codings."""
        came = super().reply(effect)
        if isinstance(effect, Post) and effect.coding == "zstd" and self.refuses is not None:
            return self.refuses()
        return replace(came, reads=self.reads) if isinstance(came, Answer) and came.status == 200 else came

    @property
    def codings(self) -> list[str]:
        """What each request was written in."""
        return [effect.coding for effect in self.effects if isinstance(effect, Post)]


@pytest.fixture
def knowing(bare_vault: Vault) -> Vault:
    """A vault whose central once said that it reads zstd."""
    run(bare_vault, Reading())
    return bare_vault


def test_what_central_reads_is_learned_in_passing_and_kept(bare_vault: Vault) -> None:
    """The first exchange goes in gzip; from then on all in zstd, the next sync's first too, without a question."""
    typed(bare_vault, 2)
    first, second = Reading(), Reading()
    run(bare_vault, first)
    typed(bare_vault, 80, "word " * 11_000)
    assert run(bare_vault, second).received == 80
    assert (first.codings, second.codings) == (["gzip"], ["zstd", "zstd"])


def test_a_central_that_says_nothing_is_written_to_in_gzip(knowing: Vault) -> None:
    """An older one, or headers lost on the way: whoever says nothing reads gzip."""
    typed(knowing, 1)
    script = Reading("gzip")
    run(knowing, script)
    typed(knowing, 1)
    run(knowing, script)
    assert script.codings == ["zstd", "gzip"]


@pytest.mark.parametrize("status", [400, 415])
def test_an_older_central_put_back_gets_the_same_body_in_gzip(knowing: Vault, status: int) -> None:
    """At once, in the same sync, at the cost of no try and of no entry's good name."""
    typed(knowing, 3)
    script = Reading("gzip", lambda: replace(UNREAD, status=status))
    assert run(knowing, script, attempts=1).received == 3
    assert script.codings == ["zstd", "gzip"]
    bodies = [inflated(body, coding, MAX_INFLATED) for body, coding in zip(script.bodies, script.codings, strict=True)]
    assert bodies[0] == bodies[1]
    typed(knowing, 1)
    run(knowing, script)
    assert script.codings[2:] == ["gzip"]


def test_a_batch_made_ahead_follows(knowing: Vault) -> None:
    """What was compressed while the refused request was under way goes in gzip as well, unasked."""
    typed(knowing, 80, "word " * 11_000)
    script = Reading("zstd", lambda: UNREAD)
    assert run(knowing, script).received == 80
    assert script.codings == ["zstd", "gzip", "gzip"]


@pytest.mark.parametrize("trouble", [Fault("broke", reached=True), Answer(403, b""), Answer(502, b"")])
def test_a_way_that_carries_no_zstd_delays_and_blames_no_entry(knowing: Vault, trouble: Reply) -> None:
    """The same bytes as often as any; then gzip until the sync ends, whatever central says, and nothing is parked."""
    for turn in range(4):
        typed(knowing, 2)
        script = Reading("zstd", lambda: trouble)
        assert run(knowing, script).not_sent == 0
        in_zstd = [body for body, coding in zip(script.bodies, script.codings, strict=True) if coding == "zstd"]
        assert len(set(in_zstd)) <= 1
        assert script.codings == sorted(script.codings, reverse=True), f"turn {turn}"
    assert set(states(knowing)) == {"done"}


@pytest.mark.parametrize("reply", [Answer(413, b""), Answer(429, b"", 1.0), Answer(503, b"", 1.0), Fault("no route")])
def test_what_another_coding_would_not_mend_changes_nothing(knowing: Vault, reply: Reply) -> None:
    """Too large, too busy, no network: zstd stays."""
    typed(knowing, 1)
    script = Reading("zstd", lambda: reply)
    with pytest.raises(FieldpoError):
        run(knowing, script)
    after = Reading()
    assert run(knowing, after).received == 1
    assert set(script.codings + after.codings) == {"zstd"}


def test_nothing_is_given_up_where_not_even_gzip_is_carried(knowing: Vault) -> None:
    """A central that reads neither is offline for all that the device can tell; everything waits."""
    typed(knowing, 2)

    class Deaf(Reading):
        def reply(self, effect: Any) -> Reply:
            super().reply(effect)
            return Fault("broke", reached=True) if isinstance(effect, Post) else None

    with pytest.raises(Offline):
        run(knowing, Deaf())
    assert states(knowing) == ["waiting", "waiting"]
