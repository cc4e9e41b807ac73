"""A training vault with records in it as if central had sent them: for screens, queries and commands under test."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import text

from fieldpo.demo.caseload import make_caseload
from fieldpo.store.database.migrations import migrate
from fieldpo.store.opening.keys import Unlocked, unlock
from fieldpo.store.records import Record, write_records
from fieldpo.store.search import searchable
from fieldpo.store.vault import Vault, _open, create_vault
from fieldpo.supervision.packs.reading import shipped
from fieldpo.sync.protocol.body import Body, Json, plain_body
from fieldpo.sync.protocol.exchange import AGENCY, caseload_partition
from fieldpo.sync.protocol.kinds import Caseload, Officer

PASSPHRASE = "training ground passphrase"
"""Opens every vault made here."""

OFFICER = "0192aaaa-0000-7000-8000-000000000001"
"""Whose vault it is, where no caseload says otherwise."""

NOW = dt.datetime(2026, 11, 23, 14, 2, tzinfo=dt.timezone(dt.timedelta(hours=-6)))
"""The moment that the filled vaults are about: a Monday afternoon in the demo office's zone."""

CASELOAD = "0192aaaa-0000-7000-8000-00000000c001"
DEVICE = "0192aaaa-0000-7000-8000-00000000d001"
_AGENCY_KINDS = frozenset({"officer", "caseload"})


class Pulled(NamedTuple):
    """One record as central sends it; a person's own record names itself in `person_id`."""

    kind: str
    id: str
    person_id: str | None
    body: Body | Mapping[str, Json]


@dataclass(frozen=True)
class Template:
    """A closed vault to copy from, with its key already derived."""

    folder: Path
    unlocked: Unlocked = field(repr=False)


def empty_vault(folder: Path, user_id: str = OFFICER, name: str = "Reyes, Ana", title: str = "Officer") -> Vault:
    """A new training vault without records."""
    return create_vault(
        folder,
        PASSPHRASE,
        user_id=user_id,
        device_id=DEVICE,
        training=True,
        migrate=migrate,
        author_name=name,
        author_title=title,
    )


def fill(vault: Vault, pulled: Iterable[Pulled]) -> None:
    """Write records as a first load leaves them: version 1, numbers ascending in each partition, all searchable."""
    own = caseload_partition(vault.identity.user_id)
    by_kind: dict[str, list[Record]] = {}
    numbers = {own: 0, AGENCY: 0}
    with vault.writing() as connection:
        for row in connection.execute(text("SELECT id, number FROM partition")):
            numbers[row.id] = row.number
        for one in pulled:
            partition = AGENCY if one.kind in _AGENCY_KINDS else own
            numbers[partition] += 1
            by_kind.setdefault(one.kind, []).append(
                Record(one.kind, one.id, partition, one.person_id, _json(one.body), 1, numbers[partition])
            )
        words: list[dict[str, object]] = []
        row_number = int(connection.scalar(text("SELECT coalesce(max(row), 0) FROM search_row")) or 0)
        for kind, records in by_kind.items():
            write_records(connection, kind, records)
            for record in records:
                if found := searchable(kind, record.body):
                    row_number += 1
                    words.append(
                        {"row": row_number, "id": record.id, "kind": kind, "person": record.person_id, "words": found}
                    )
        if words:
            connection.execute(
                text("INSERT INTO search_row (row, record_id, kind, person_id) VALUES (:row, :id, :kind, :person)"),
                words,
            )
            connection.execute(text("INSERT INTO search (rowid, text) VALUES (:row, :words)"), words)
        connection.execute(
            text(
                "INSERT OR REPLACE INTO partition (id, cursor, number, generation, loading, hash, revoked) "
                "VALUES (:id, :cursor, :number, 0, 0, :hash, 0)"
            ),
            [
                {"id": name, "cursor": f"test:{number}", "number": number, "hash": "0" * 64}
                for name, number in numbers.items()
            ],
        )


def filled_vault(
    folder: Path,
    clients: int = 60,
    entries: int | None = None,
    years: int = 2,
    *,
    seed: int = 7,
    now: dt.datetime = NOW,
) -> Vault:
    """A new training vault with the demo's caseload in it, whose appointments lie around `now`."""
    vault = empty_vault(folder)
    fill(vault, demo_records(clients, entries, years, seed=seed, now=now))
    return vault


def demo_records(
    clients: int = 60, entries: int | None = None, years: int = 2, *, seed: int = 7, now: dt.datetime = NOW
) -> Iterator[Pulled]:
    """The demo's caseload of `OFFICER`, with the officer and the caseload themselves."""
    yield Pulled("officer", OFFICER, None, Officer(name="Reyes, Ana", title="Officer", team="North"))
    yield Pulled("caseload", CASELOAD, None, Caseload(name="Reyes", officer_id=OFFICER, team="North"))
    made = make_caseload(seed, clients, years, today=now, officer_id=OFFICER, pack=shipped("demo"), entries=entries)
    for one in made:
        person_id = one.id if one.kind == "person" else one.body.get("person_id")
        yield Pulled(one.kind, one.id, person_id, one.body)


def _json(body: Body | Mapping[str, Json]) -> Mapping[str, Json]:
    return plain_body(body) if isinstance(body, Body) else body


def as_template(vault: Vault) -> Template:
    """Close a vault for good and keep it to be copied."""
    vault.close()
    return Template(vault.folder, unlock(vault.folder, PASSPHRASE))


def open_copy(template: Template, folder: Path) -> Vault:
    """Copy a template's files into `folder` and open that without deriving the key again (0.2 s saved)."""
    shutil.copytree(template.folder, folder, dirs_exist_ok=True)
    return _open(folder, template.unlocked, migrate, None)
