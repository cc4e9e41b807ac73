"""Laptops' logs at central. Invariant 21. The chain is reckoned here anew, without a line of the program's."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable

from fieldpo.central.books.database import reading

from .evidence import OnLaptop, Seen
from .log_rows import LogRow
from .verdict_words import Found


def central_has_each_log(seen: Seen) -> Found:
    """21. Every row that stood there when the laptop last synced, none that no laptop wrote; and forks are told.

    A vault put back, or a twin, goes on from an older place: its rows stand beside those that stood there before.
    """
    yield from (each for each in seen.agency.heard.broken if each.startswith("21:"))
    there = _at_central(seen)
    written: dict[str, set[LogRow]] = defaultdict(set)
    for each in seen.laptops:
        log = each.laptop.log()
        yield from (f"{each.name}'s log {what}" for what in _broken(log, each.laptop.id))
        written[each.laptop.id] |= {*log, *each.laptop.lost_log}
        lacking = [row.n for row in log if row.n <= each.laptop.log_owed and row not in there[each.laptop.id]]
        if _may_be_taken(seen, each):
            lacking = [n for n in lacking if n not in {row.n for row in there[each.laptop.id]}]
        if lacking and not each.laptop.cut_off:
            yield f"central lacks {len(lacking)} rows of {each.name}'s log, from {lacking[0]} to {lacking[-1]}"
    for device, wrote in written.items():
        for row in sorted(there[device] - wrote):
            yield f"central has a row {row.n} of {device}'s log that it never wrote: {row.text}"


def _may_be_taken(seen: Seen, each: OnLaptop) -> bool:
    """Whether central, put back, may have a twin's rows in the places of rows that it lost, and nobody can tell.

    Who was told of the fork sends all again; the twin whose rows came first never was.
    """
    twins = [one for one in seen.laptops if one.laptop.id == each.laptop.id]
    return len(twins) > 1 and seen.agency.epochs > 1


def _at_central(seen: Seen) -> dict[str, set[LogRow]]:
    there: dict[str, set[LogRow]] = defaultdict(set)
    with reading(seen.agency.engine) as conn:
        for device, *row in conn.exec_driver_sql("SELECT device_id, n, text, hash FROM device_audit"):
            there[device].add(LogRow(*row))
    return there


def _broken(log: Iterable[LogRow], device: str) -> Found:
    """What is wrong with a chain: each row's place, whose it is, and its hash with that of the row before."""
    before = "0" * 64
    for place, row in enumerate(log, 1):
        says = json.loads(row.text)
        if (row.n, says["n"], says["where"]) != (place, place, device):
            yield f"has row {row.n} in place {place}, which says {says['n']} of {says['where']}"
        if hashlib.sha256(f"{before}\n{row.text}".encode()).hexdigest() != row.hash:
            yield f"does not follow at {row.n}"
        before = row.hash
