"""The engine where entries, or what goes with them, are refused: nothing else waits for them."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from sqlalchemy import text

from fieldpo.errors import CentralRefused
from fieldpo.store import audit
from fieldpo.store.vault import Vault
from fieldpo.sync.effects import Answer, Reply
from fieldpo.sync.protocol.exchange import (
    SyncResponse,
    Verdict,
    VerdictKind,
)
from fieldpo.sync.protocol.ops import thaw
from tests.filled_vault import OFFICER
from tests.sync.scripted import AT, Script, accepted, run, states, typed


@pytest.mark.parametrize("place", [0, 6, 12])
def test_one_poison_entry_delays_no_other(bare_vault: Vault, place: int) -> None:
    """A proxy refuses whatever holds one entry: all others arrive, and after three syncs that one is parked."""
    ids = typed(bare_vault, 13)
    poison = ids[place]

    def proxy(request: dict[str, Any]) -> Reply:
        if any(thaw(frozen).op_id == poison for _, frozen in request["ops"]):
            return Answer(413, b"")
        return accepted(request)

    for turn in range(1, 4):
        receipt = run(bare_vault, Script(proxy))
        assert receipt.received == (12 if turn == 1 else 0)
        assert states(bare_vault).count("done") == 12
    assert states(bare_vault)[place] == "parked"
    assert receipt.not_sent == 1
    assert len(run(bare_vault, script := Script(proxy)).words) > 0
    assert script.seen[0]["ops"] == []


@pytest.mark.parametrize("entries", [3, 0])
def test_a_log_that_is_too_large_for_a_proxy_stops_nothing(bare_vault: Vault, entries: int) -> None:
    """Fewer of the log's rows go with each request, and the entries arrive."""
    typed(bare_vault, entries)
    with bare_vault.writing() as connection:
        seen = [audit.Event("read", "person", f"p{at}") for at in range(300)]
        audit.append(connection, OFFICER, "d1", AT, seen)

    def proxy(request: dict[str, Any]) -> Reply:
        return Answer(413, b"") if len(request["audit"]) > 40 else accepted(request)

    script = Script(proxy)
    assert run(bare_vault, script).received == entries
    assert 0 < len(script.seen[-1]["audit"]) <= 40
    assert states(bare_vault) == ["done"] * entries


def test_a_group_is_never_parted(bare_vault: Vault) -> None:
    """Bisecting stops at a group's borders."""
    typed(bare_vault, 2)
    group = set(typed(bare_vault, 4, "group", together=True))
    typed(bare_vault, 2)
    sizes = []

    def proxy(request: dict[str, Any]) -> Reply:
        ids = {thaw(frozen).op_id for _, frozen in request["ops"]}
        assert not ids & group or group <= ids
        sizes.append(len(ids))
        return Answer(413, b"") if len(ids) > 4 else accepted(request)

    assert run(bare_vault, Script(proxy)).received == 8
    assert max(sizes) == 8


def test_a_central_that_refuses_everything_blames_no_entry(bare_vault: Vault) -> None:
    """Where an exchange without entries is refused too, nothing is counted against them."""
    typed(bare_vault, 3)
    with pytest.raises(CentralRefused):
        run(bare_vault, Script(lambda _: Answer(403, b'{"type": "x", "title": "No"}')))
    with bare_vault.reading() as connection:
        assert connection.scalar(text("SELECT sum(tries) FROM op")) == 0


def test_retry_is_tried_again_and_then_left(bare_vault: Vault) -> None:
    """Entries answered `retry` go again a few times, then wait for the next sync."""
    typed(bare_vault, 2)

    def trouble(request: dict[str, Any]) -> Reply:
        verdicts = [Verdict(op_id=thaw(frozen).op_id, verdict=VerdictKind.RETRY, rev=0) for _, frozen in request["ops"]]
        return Answer(200, msgspec.json.encode(SyncResponse(verdicts=verdicts, epoch="e1", server_time=AT)))

    script = Script(trouble)
    receipt = run(bare_vault, script)
    assert (receipt.received, receipt.not_sent) == (0, 2)
    assert len(script.seen) == 3
    assert states(bare_vault) == ["waiting", "waiting"]
