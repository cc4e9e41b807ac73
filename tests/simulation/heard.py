"""What central says, read from its answers on their way: a promise that it breaks is noted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fieldpo.sync.protocol.exchange import OLDEST_PROTOCOL, SyncResponse


@dataclass
class Heard:
    """What central has said in its present epoch."""

    verdicts: dict[str, str] = field(default_factory=dict)
    known_through: dict[tuple[str, str], int] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    released: set[str] = field(default_factory=set)
    """Ops that somebody at the agency let out of quarantine: their verdict may change once more."""

    def take(self, request: Mapping[str, Any], protocol: str, answer: SyncResponse) -> None:
        """Compare one answer with those before it."""
        for one in answer.verdicts:
            if one.verdict == "retry":
                continue
            first = self.verdicts.get(one.op_id)
            if first is not None and first not in ("blocked", str(one.verdict)) and one.op_id not in self.released:
                self.broken.append(f"5: {one.op_id} was {first}, then {one.verdict}")
            self.verdicts[one.op_id] = str(one.verdict)
        life = (request["device"], request["incarnation"])
        if answer.known_through < self.known_through.get(life, 0):
            self.broken.append(f"6: known_through of {life[0]} fell to {answer.known_through}")
        self.known_through[life] = max(answer.known_through, self.known_through.get(life, 0))
        too_old = int(protocol) < OLDEST_PROTOCOL
        if answer.upgrade != too_old or (too_old and (answer.partitions or answer.granted)):
            self.broken.append(f"5: a program of protocol {protocol} was answered upgrade: {answer.upgrade}")

    def take_log(self, request: Mapping[str, Any], answer: SyncResponse, forked: set[int]) -> None:
        """Whether the answer tells of a place in the log that holds two rows, by the `forked` places at central."""
        told = any(one.type == "audit-forked" for one in answer.problems)
        if not told and forked & {row["n"] for row in request["audit"]}:
            self.broken.append(f"21: {request['device']} was not told that another row has a place of its log")
        if told and not forked:
            self.broken.append(f"21: {request['device']} was told of a fork, and its log at central has none")
