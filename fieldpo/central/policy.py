"""Policy packs at central: checked, then published to every device through the agency's partition."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldpo.central.load import standing
from fieldpo.central.records import NewRecord, put_records
from fieldpo.central.tables import record
from fieldpo.central.world import Standing
from fieldpo.errors import BadInput
from fieldpo.supervision.pack_file import parse_pack
from fieldpo.sync.protocol.body import plain_body
from fieldpo.sync.protocol.exchange import AGENCY
from fieldpo.sync.protocol.kinds import PolicyPack

_NAMESPACE = uuid.UUID("5f0c1b0e-3c39-5a0e-9b5f-2f6f7a1f6d10")


@dataclass(frozen=True)
class Published:
    """A version of a pack that devices have."""

    id: str
    pack: str
    version: str
    effective_from: dt.date
    main: bool


def publish(conn: Connection, text: str, source: str, *, main: bool, now: dt.datetime) -> Published:
    """Check a pack and give it to every device.

    Raises `PolicyError`, naming file, line and key, for an unsound pack, and `BadInput` when the version was published
    before with another text: what was due under a version never changes.
    """
    pack = parse_pack(text, source)
    record_id = str(uuid.uuid5(_NAMESPACE, f"{pack.id}@{pack.version}"))
    body = PolicyPack(pack=pack.id, version=pack.version, effective_from=pack.effective_from, text=text, main=main)
    before = texts(conn).get(record_id)
    if before is not None and before != text:
        raise BadInput(
            f"{pack.id} {pack.version} is published already with another text. Nothing was changed: give the new text "
            "a version and an effective date of its own."
        )
    rows = [NewRecord(record_id, "policy_pack", plain_body(body))]
    if main:
        rows += [_without_main(conn, one) for one in published(conn) if one.main and one.pack != pack.id]
    put_records(conn, AGENCY, rows, now=now)
    return Published(record_id, pack.id, pack.version, pack.effective_from, main)


def _without_main(conn: Connection, one: Published) -> NewRecord:
    body = PolicyPack(pack=one.pack, version=one.version, effective_from=one.effective_from, text=texts(conn)[one.id])
    return NewRecord(one.id, "policy_pack", plain_body(body))


def texts(conn: Connection) -> dict[str, str]:
    """The text of each published version, by its record's id."""
    return {one.id: str(one.body["text"]) for one in _records(conn)}


def published(conn: Connection) -> list[Published]:
    """Every version that devices have, oldest first."""
    found = [
        Published(
            one.id,
            str(one.body["pack"]),
            str(one.body["version"]),
            dt.date.fromisoformat(str(one.body["effective_from"])),
            bool(one.body.get("main", False)),
        )
        for one in _records(conn)
    ]
    return sorted(found, key=lambda one: (one.effective_from, one.pack, one.version))


def _records(conn: Connection) -> list[Standing]:
    query = sa.select(record).where(record.c.partition_id == AGENCY, record.c.kind == "policy_pack")
    return [standing(row) for row in conn.execute(query.where(record.c.deleted.is_(False)))]
