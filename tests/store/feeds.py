"""Central's answers made by hand, for tests of what the device does with them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from sqlalchemy import text

from fieldpo.store.vault import Vault
from fieldpo.sync.protocol.body import Body, plain_body
from fieldpo.sync.protocol.exchange import (
    HASH_MODULUS,
    Change,
    FieldConflict,
    PartitionPage,
    Problem,
    SyncResponse,
    Verdict,
    VerdictKind,
    caseload_partition,
    hash_text,
    record_digest,
)
from tests.filled_vault import OFFICER

OWN = caseload_partition(OFFICER)
AT = dt.datetime(2026, 11, 22, 17, 4, tzinfo=dt.timezone(dt.timedelta(hours=-6)))


def change(
    kind: str, record_id: str, body: Body | None, version: int = 1, number: int = 1, person_id: str | None = None
) -> Change:
    """One record of a feed; without a body the device's own change."""
    made = None if body is None else plain_body(body)
    whose = record_id if kind == "person" else person_id or getattr(body, "person_id", None)
    return Change(id=record_id, kind=kind, version=version, number=number, person_id=whose, body=made)


def gone(kind: str, record_id: str, version: int, number: int) -> Change:
    """A record deleted at central."""
    return Change(id=record_id, kind=kind, version=version, number=number, deleted=True)


def left(person_id: str, number: int) -> Change:
    """A case that left."""
    return Change(id=person_id, kind="case_leave", version=0, number=number, person_id=person_id)


def page(
    changes: Sequence[Change], number: int, *, more: bool = False, reload: bool = False, sum_of: Iterable[str] = ()
) -> PartitionPage:
    """A page of the own caseload; `sum_of` names "id/version" of everything that central counts."""
    total = 0
    for one in sum_of:
        record_id, _, version = one.partition("/")
        total += record_digest(record_id, int(version))
    return PartitionPage(
        id=OWN,
        changes=list(changes),
        cursor=f"c{number}",
        number=number,
        more=more,
        reload=reload,
        hash=hash_text(total % HASH_MODULUS) if sum_of else "",
    )


def answer(
    *pages: PartitionPage,
    verdicts: Sequence[Verdict] = (),
    epoch: str = "e1",
    revoked: Sequence[str] = (),
    durable: int = 0,
) -> SyncResponse:
    """One answer of central."""
    return SyncResponse(
        verdicts=list(verdicts),
        verdict_rev=max((one.rev for one in verdicts), default=0),
        epoch=epoch,
        partitions=list(pages),
        revoked=list(revoked),
        durable_through=durable,
        server_time=dt.datetime(2026, 11, 22, 23, 4, tzinfo=dt.UTC),
    )


def verdict(
    op_id: str,
    kind: str = "accepted",
    *,
    rev: int = 1,
    version: int = 0,
    problem: str = "",
    lost: Sequence[FieldConflict] = (),
    partition: str = OWN,
) -> Verdict:
    """Central's answer to one op."""
    return Verdict(
        op_id=op_id,
        verdict=VerdictKind(kind),
        rev=rev,
        inbox=rev,
        version=version,
        number=version,
        partition=partition if kind in ("accepted", "merged", "conflict") else "",
        problem=Problem(type=problem, title=problem) if problem else None,
        conflicts=list(lost),
    )


def states(vault: Vault) -> list[str]:
    """The states of every op, in the order of saving."""
    with vault.reading() as connection:
        return [str(state) for state in connection.scalars(text("SELECT state FROM op ORDER BY position"))]
