"""How a run ends: at rest, told without ids or times, or with an invariant violated."""

from __future__ import annotations

from collections.abc import Callable

from .evidence import Seen


class Violated(Exception):
    """An invariant does not hold."""

    def __init__(self, found: list[str]) -> None:
        super().__init__("; ".join(found[:5]))
        self.found = found


def standing(seen: Seen, order: Callable[[str], int]) -> str:
    """What everybody ended with, by names instead of ids and without times."""
    lines = []
    for op_id in sorted(seen.central.ledger, key=order):
        row = seen.central.ledger[op_id]
        lines.append(f"{order(op_id)} {row['kind']} {row['verdict']} {row['version']} {row['problem']}")
    for record_id in sorted(seen.central.records, key=order):
        row = seen.central.records[record_id]
        lines.append(f"{order(record_id)} {row['partition_id']} {row['version']} {row['number']}")
    for each in seen.laptops:
        lines.extend(f"{each.name} {order(op_id)} {row['state']}" for op_id, row in each.ops.items())
    return "\n".join(lines)
