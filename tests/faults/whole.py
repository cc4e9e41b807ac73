"""The judgement after healing: every typed text stands at central exactly once, and every copy is whole."""

from __future__ import annotations

from collections import Counter

import msgspec
import sqlalchemy as sa
from sqlalchemy import text

from fieldpo.central.books.database import reading
from fieldpo.central.books.tables import conflict, ledger, partition_counter, quarantine, record, waiting
from fieldpo.store import partitions
from fieldpo.store.acting import outbox
from fieldpo.store.vault import Vault
from tests.base_copy import hash_of_base_copy

from .ground import Ground
from .laptops import Laptop

_FIELDS = {"contact": "note", "addendum": "text", "appointment": "purpose"}


def at_central(ground: Ground) -> Counter[tuple[str, str]]:
    """How often each (kind, typed text) stands in a live record."""
    with reading(ground.central.engine) as conn:
        rows = conn.execute(
            sa.select(record.c.kind, record.c.body).where(record.c.kind.in_(_FIELDS), sa.not_(record.c.deleted))
        ).all()
    return Counter((row.kind, str(msgspec.json.decode(row.body).get(_FIELDS[row.kind]))) for row in rows)


def problems(ground: Ground) -> list[str]:
    """Heal everything, sync every laptop, and tell what is not as it must be. Central runs, nothing else does."""
    found = [f"{one.name}: {why}" for one in ground.laptops for why in one.broke]
    for _ in range(2):  # what one sends the other pulls
        for one in ground.laptops:
            receipt = one.sync()
            if receipt.not_sent or receipt.need_answer or receipt.returned or receipt.drifted:
                found.append(f"{one.name}: {receipt}")
    for one in ground.laptops:
        receipt = one.sync()
        if receipt.received or receipt.pulled:
            found.append(f"{one.name} is not at rest: {receipt}")
        with one.opened() as vault:
            found += _copy(ground, one.name, vault)
    return found + _texts(ground) + _left_over(ground)


def _copy(ground: Ground, name: str, vault: Vault) -> list[str]:
    with reading(ground.central.engine) as conn:
        rows = conn.execute(sa.select(partition_counter.c.id, partition_counter.c.hash))
        at_central = {row.id: row.hash for row in rows}
    with vault.reading() as connection:
        here = partitions.partitions(connection)
        found = [f"{name}: {one.id} is not central's" for one in here if one.hash != at_central.get(one.id, one.hash)]
        found += [f"{name}: {one.id} miscounted" for one in here if one.hash != hash_of_base_copy(connection, one.id)]
        if outbox.counts(connection).not_sent:
            found.append(f"{name}: something waits still")
        if left := connection.scalar(text("SELECT count(*) FROM base")):
            found.append(f"{name}: {left} base copies left")
    return found


def _texts(ground: Ground) -> list[str]:
    stand = at_central(ground)
    found = []
    for one in ground.laptops:
        here = _kinds_here(one)
        for words in one.typed:
            kinds = here.get(words, frozenset())
            if words in one.saved and "contact" not in kinds:
                found.append(f"{words!r} was saved, and its laptop has it no more")
            found += [
                f"{words!r} as {kind} stands {stand[kind, words]} times at central"
                for kind in _FIELDS
                if stand[kind, words] != (kind in kinds)
            ]
        if unknown := here.keys() - set(one.typed):
            found.append(f"nobody typed {sorted(unknown)[:3]} on {one.name}")
    return found


def _kinds_here(laptop: Laptop) -> dict[str, frozenset[str]]:
    """Text → the kinds of the ops that carry it, on the laptop where it was typed. A save is whole or not at all."""
    made: dict[str, set[str]] = {}
    with laptop.opened() as vault, vault.reading() as connection:
        for row in connection.execute(text("SELECT text FROM frozen_op")):
            op = msgspec.json.decode(row.text)
            kind = op["kind"].partition(".")[0]
            if kind in _FIELDS:
                made.setdefault(op["body"][_FIELDS[kind]], set()).add(kind)
    return {words: frozenset(kinds) for words, kinds in made.items()}


def _left_over(ground: Ground) -> list[str]:
    with reading(ground.central.engine) as conn:
        counts = {
            table.name: conn.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for table in (conflict, quarantine, waiting)
        }
        retried = conn.execute(sa.select(sa.func.count()).where(ledger.c.verdict != "accepted")).scalar_one()
    found = [f"{number} rows in {name}" for name, number in counts.items() if number]
    return [*found, *([f"{retried} ops not accepted"] if retried else [])]
