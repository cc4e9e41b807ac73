"""A central made by hand for the engine alone: what it is asked, and what it answers."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec
import pytest
from sqlalchemy import text

from fieldpo.store.acting.acts import Act, Create, perform
from fieldpo.store.vault import Vault
from fieldpo.sync.disk import VaultDisk
from fieldpo.sync.effects import Answer, Effect, Post, Refresh, Refreshed, Reply
from fieldpo.sync.engine import World, sync
from fieldpo.sync.protocol.codings import inflated
from fieldpo.sync.protocol.exchange import (
    MAX_INFLATED,
    SyncResponse,
    Verdict,
    VerdictKind,
)
from fieldpo.sync.protocol.kinds import Intake
from fieldpo.sync.protocol.ops import thaw
from fieldpo.sync.receipt import Receipt
from tests.filled_vault import OFFICER

AT = dt.datetime(2026, 11, 22, 17, 4, tzinfo=dt.timezone(dt.timedelta(hours=-6)))


@dataclass
class Script:
    """A central made by hand: `decide` answers a request, given its parsed body; accepts everything by default."""

    decide: Callable[[dict[str, Any]], Reply] | None = None
    seen: list[dict[str, Any]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    refreshed: Reply = Refreshed.FRESH

    def reply(self, effect: Effect) -> Reply:
        """What the world says to an effect."""
        self.effects.append(effect)
        match effect:
            case Post():
                if effect.meanwhile:
                    effect.meanwhile()
                self.bodies.append(effect.body)
                request = msgspec.json.decode(inflated(effect.body, effect.coding, MAX_INFLATED))
                self.seen.append(request)
                return self.decide(request) if self.decide else accepted(request)
            case Refresh():
                return self.refreshed
            case _:
                return None


def accepted(request: dict[str, Any], **fields: Any) -> Answer:
    """Everything is taken."""
    verdicts = [
        Verdict(op_id=thaw(frozen).op_id, verdict=VerdictKind.ACCEPTED, rev=seq, inbox=seq, version=1)
        for seq, frozen in request["ops"]
    ]
    given = {
        "verdicts": verdicts,
        "verdict_rev": max((one.rev for one in verdicts), default=request.get("verdicts_after", 0)),
        "epoch": "e1",
        **fields,
    }
    return Answer(200, msgspec.json.encode(SyncResponse(server_time=AT, **given)))


def run(vault: Vault, script: Script, attempts: int = 3) -> Receipt:
    """Run one sync against the script."""
    world = World(VaultDisk(vault), lambda: AT, random.Random(7), lambda _: None, attempts)
    engine = sync(world)
    reply: Reply = None
    for _ in range(500):
        try:
            effect = engine.send(reply)
        except StopIteration as ended:
            receipt: Receipt = ended.value
            return receipt
        reply = script.reply(effect)
    pytest.fail("the engine turns in circles")


def typed(vault: Vault, count: int, note: str = "note", *, together: bool = False) -> list[str]:
    """Entries to send; returns their op_ids."""
    steps = tuple(Create(Intake(family_name=f"Entry {n}", officer_id=OFFICER, note=note)) for n in range(count))
    if together:
        return list(perform(vault, Act("Group", steps, AT, together=True), AT).op_ids)
    return [perform(vault, Act("Entry", (step,), AT), AT).op_ids[0] for step in steps]


def states(vault: Vault) -> list[str]:
    """The states of every op, in the order of saving."""
    with vault.reading() as connection:
        return [str(state) for state in connection.scalars(text("SELECT state FROM op ORDER BY position"))]
