"""How a run ends: at rest, told without ids or times, or with an invariant violated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from .evidence import Seen


class Violated(Exception):
    """An invariant does not hold."""

    def __init__(self, found: list[str]) -> None:
        super().__init__("; ".join(found[:5]))
        self.found = found


def standing(seen: Seen, names: Mapping[str, int]) -> str:
    """What everybody ended with, by names instead of ids and without times."""

    def named(ids: Iterable[str]) -> list[str]:
        return sorted((one for one in ids if one in names), key=names.__getitem__)

    lines = []
    for op_id in named(seen.central.ledger):
        row = seen.central.ledger[op_id]
        lines.append(f"{names[op_id]} {row['kind']} {row['verdict']} {row['version']} {row['problem']}")
    for record_id in named(seen.central.records):
        row = seen.central.records[record_id]
        lines.append(f"{names[record_id]} {row['partition_id']} {row['version']} {row['number']}")
    # What central makes of others' ids has a device's clock in its own.
    derived = Counter(
        f"{row['kind']} {row['partition_id']} {row['deleted']}"
        for record_id, row in seen.central.records.items()
        if record_id not in names
    )
    lines.extend(f"{count} {what}" for what, count in sorted(derived.items()))
    for each in seen.laptops:
        lines.extend(f"{each.name} {names[op_id]} {row['state']}" for op_id, row in each.ops.items())
    return "\n".join(lines)
