"""Policy packs at central: checked, then published to every device through the agency's partition."""

from __future__ import annotations

import datetime as dt
import uuid

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldpo.central.books.tables import record
from fieldpo.central.office.records import NewRecord, put_records
from fieldpo.errors import BadInput
from fieldpo.supervision.packs.reading import parse_pack
from fieldpo.sync.protocol.body import plain_body
from fieldpo.sync.protocol.exchange import AGENCY
from fieldpo.sync.protocol.kinds import PolicyPack

_NAMESPACE = uuid.UUID("5f0c1b0e-3c39-5a0e-9b5f-2f6f7a1f6d10")


def publish(conn: Connection, text: str, source: str, *, main: bool, now: dt.datetime) -> PolicyPack:
    """Check a pack and give it to every device. The main pack is one pack's: another's versions are so no more.

    Raises `PolicyError`, naming file, line and key, for an unsound pack, and `BadInput` when the version was published
    before with another text: what was due under a version never changes.
    """
    pack = parse_pack(text, source)
    made = PolicyPack(pack=pack.id, version=pack.version, effective_from=pack.effective_from, text=text, main=main)
    standing = published(conn)
    if any(id_of(one) == id_of(made) and one.text != text for one in standing):
        raise BadInput(
            f"{pack.id} {pack.version} is published already with another text. Nothing was changed: give the new text "
            "a version and an effective date of its own."
        )
    others = [one for one in standing if main and one.main and one.pack != pack.id]
    changed = [made, *(msgspec.structs.replace(one, main=False) for one in others)]
    put_records(conn, AGENCY, [NewRecord(id_of(one), "policy_pack", plain_body(one)) for one in changed], now=now)
    return made


def published(conn: Connection) -> list[PolicyPack]:
    """Every version that devices have, oldest first."""
    query = sa.select(record.c.body).where(
        record.c.partition_id == AGENCY, record.c.kind == "policy_pack", record.c.deleted.is_(False)
    )
    found = [msgspec.json.decode(body, type=PolicyPack) for body in conn.execute(query).scalars()]
    return sorted(found, key=lambda one: (one.effective_from, one.pack, one.version))


def id_of(one: PolicyPack) -> str:
    """The record's id follows from the pack and its version."""
    return str(uuid.uuid5(_NAMESPACE, f"{one.pack}@{one.version}"))
