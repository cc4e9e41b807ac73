"""A partition's hash computed anew from its records, to hold against the one that the vault keeps."""

from __future__ import annotations

from sqlalchemy import Connection, select

from fieldpo.store.database.ledger_tables import AT_CENTRAL, BASE
from fieldpo.store.database.migrations import sql_table
from fieldpo.store.database.record_table import TABLES
from fieldpo.sync.protocol.exchange import hash_text, record_digest


def hash_of_base_copy(connection: Connection, partition_id: str) -> str:
    """The hash of a partition's base copy from every record of it: what `partition.hash` has to be."""
    based = {row.id: row for row in connection.execute(select(BASE))}
    total = 0
    for model in TABLES.values():
        table = sql_table(model)
        standing = select(table.c.id, AT_CENTRAL.c.version).join(AT_CENTRAL, AT_CENTRAL.c.id == table.c.id)
        query = standing.where(table.c.partition == partition_id, AT_CENTRAL.c.version > 0)
        total += sum(record_digest(row.id, row.version) for row in connection.execute(query) if row.id not in based)
    total += sum(
        record_digest(row.id, row.version)
        for row in based.values()
        if row.partition == partition_id and row.body is not None and row.version > 0
    )
    return hash_text(total)
