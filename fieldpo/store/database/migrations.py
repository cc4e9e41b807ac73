"""The vault's migrations: numbered functions, one transaction each, and record tables made to measure.

The books (ops, drafts, log, ...) change by a numbered function, whose SQL is frozen. Record tables hold nothing
that is not in their bodies, so one whose columns changed is made again from them.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from sqlalchemy import Connection, Index, Table, delete, insert, inspect, select, text
from sqlalchemy.schema import CreateIndex, CreateTable

from fieldpo.errors import VaultError
from fieldpo.store.database import (
    tables,  # noqa: F401 - registers the record tables
    tables_court,  # noqa: F401 - as above
    tables_team,  # noqa: F401 - as above
    touched,
)
from fieldpo.store.database.record_table import ENVELOPE, TABLES, RecordTable, projected

Migration = Callable[[Connection], None]

_BOOKS = (
    """CREATE TABLE op (
        position INTEGER PRIMARY KEY AUTOINCREMENT, op_id TEXT NOT NULL UNIQUE, incarnation TEXT NOT NULL,
        seq INTEGER NOT NULL, kind TEXT NOT NULL, record_id TEXT NOT NULL, person_id TEXT,
        partition TEXT NOT NULL, group_id TEXT, act_id TEXT NOT NULL, state TEXT NOT NULL,
        tries INTEGER NOT NULL, problem TEXT NOT NULL, verdict TEXT, inbox INTEGER NOT NULL,
        epoch TEXT NOT NULL, saved_utc REAL NOT NULL, text TEXT NOT NULL)""",
    "CREATE UNIQUE INDEX ix_op_seq ON op (incarnation, seq)",
    "CREATE INDEX ix_op_record ON op (record_id)",
    "CREATE INDEX ix_op_person ON op (person_id)",
    "CREATE INDEX ix_op_act ON op (act_id)",
    "CREATE INDEX ix_op_state ON op (state, position)",
    """CREATE TABLE base (
        id TEXT PRIMARY KEY, kind TEXT NOT NULL, partition TEXT NOT NULL, version INTEGER NOT NULL,
        number INTEGER NOT NULL, body TEXT)""",
    """CREATE TABLE partition (
        id TEXT PRIMARY KEY, cursor TEXT NOT NULL, number INTEGER NOT NULL, generation INTEGER NOT NULL,
        loading BOOLEAN NOT NULL, hash TEXT NOT NULL, revoked BOOLEAN NOT NULL)""",
    """CREATE TABLE act (
        position INTEGER PRIMARY KEY AUTOINCREMENT, act_id TEXT NOT NULL UNIQUE, label TEXT NOT NULL,
        undone BOOLEAN NOT NULL, undoes TEXT, saved_utc REAL NOT NULL)""",
    """CREATE TABLE draft (
        draft_id TEXT PRIMARY KEY, form TEXT NOT NULL, person_id TEXT, state TEXT NOT NULL,
        saved_utc REAL NOT NULL)""",
    "CREATE INDEX ix_draft_person ON draft (person_id)",
    """CREATE TABLE audit (
        n INTEGER PRIMARY KEY, text TEXT NOT NULL, hash TEXT NOT NULL, sent BOOLEAN NOT NULL)""",
    """CREATE TABLE search_row (
        row INTEGER PRIMARY KEY, record_id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, person_id TEXT)""",
    "CREATE INDEX ix_search_row_person ON search_row (person_id)",
    "CREATE TABLE search_due (record_id TEXT PRIMARY KEY, kind TEXT NOT NULL)",
    """CREATE VIRTUAL TABLE search USING fts5(
        text, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 2", prefix='2 3')""",
)


def _books(connection: Connection) -> None:
    for statement in _BOOKS:
        connection.execute(text(statement))


_LEANER = (
    # 8 MB of words are gathered before a part of the index is written, where SQLite would do with 1: fewer to merge.
    "INSERT INTO search (search, rank) VALUES ('hashsize', 8388608)",
    # Each stood beside an index that begins with the person.
    "DROP INDEX IF EXISTS ix_r_appointment_person_id",
    "DROP INDEX IF EXISTS ix_r_contact_person_id",
    "DROP INDEX IF EXISTS ix_r_hearing_person_id",
)


_TEXTS_APART = (
    # A verdict writes the op's row anew; what the officer typed stands apart, is never written again, and only goes.
    "CREATE TABLE op_text (position INTEGER PRIMARY KEY, text TEXT NOT NULL)",
    "INSERT INTO op_text (position, text) SELECT position, text FROM op WHERE text <> ''",
    "ALTER TABLE op DROP COLUMN text",
    "CREATE VIEW frozen_op AS SELECT op.*, op_text.text FROM op JOIN op_text USING (position)",
)


def _leaner(connection: Connection) -> None:
    for statement in (*_LEANER, *_TEXTS_APART):
        connection.execute(text(statement))


_CENTRALS_APART = (
    # What a verdict changes stands apart from the pages of what was typed.
    """CREATE TABLE at_central (
        id TEXT PRIMARY KEY, version INTEGER NOT NULL, number INTEGER NOT NULL, generation INTEGER NOT NULL)
        WITHOUT ROWID""",
    "DROP VIEW frozen_op",
    "ALTER TABLE op DROP COLUMN epoch",
    "CREATE VIEW frozen_op AS SELECT op.*, op_text.text FROM op JOIN op_text USING (position)",
    "UPDATE op SET verdict = NULL WHERE state = 'done'",
    # The log goes up in its order: one number says what central has of it.
    "INSERT INTO meta (key, value) SELECT 'audit_sent', coalesce(max(n), 0) FROM audit WHERE sent = 1",
    "ALTER TABLE audit DROP COLUMN sent",
)


def _centrals_apart(connection: Connection) -> None:
    for statement in _CENTRALS_APART:
        connection.execute(text(statement))
    for name in inspect(connection).get_table_names():
        if name.startswith("r_") and "version" in _columns(connection, name):
            standing = f'SELECT id, version, number, generation FROM "{name}" WHERE version > 0'  # noqa: S608 - ours
            connection.execute(text(f"INSERT OR REPLACE INTO at_central {standing}"))


MIGRATIONS: tuple[Migration, ...] = (_books, _leaner, _centrals_apart)
"""In order; number n is at index n - 1. Add at the end, never change one that was released."""

LATEST = len(MIGRATIONS)

_DERIVED = "derived by "


def migrate(connection: Connection) -> None:
    """Bring the vault to this version's shape within the caller's transaction.

    Raises `VaultError` for a vault that a newer fieldpo has written.
    """
    connection.execute(text("CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)"))
    found = connection.scalar(text("SELECT value FROM meta WHERE key = 'schema'"))
    version = int(found) if found else 0
    if version > LATEST:
        raise VaultError(
            "This vault was written by a newer fieldpo. Nothing was changed and nothing is lost: "
            "install the newer version to open it."
        )
    for number, step in enumerate(MIGRATIONS[version:], start=version + 1):
        step(connection)
        connection.execute(text("INSERT OR REPLACE INTO meta (key, value) VALUES ('schema', :n)"), {"n": str(number)})
    _make_record_tables(connection)
    touched.install(connection)


def _make_record_tables(connection: Connection) -> None:
    shapes = _shapes()
    wanted = msgspec.json.encode(shapes, order="sorted").decode()
    found = connection.scalar(text("SELECT value FROM meta WHERE key = 'record_tables'"))
    if found == wanted:
        return
    before: dict[str, list[str]] = msgspec.json.decode(found) if found else {}
    standing = set(inspect(connection).get_table_names())
    for kind, model in TABLES.items():
        table = sql_table(model)
        if table.name not in standing:
            _create(connection, table)
        elif (
            _columns(connection, table.name) != {column.name for column in table.columns}
            or _derived_by(before.get(kind, [])) != model.derived_by
        ):
            _remake(connection, kind, table)
        _take_known(connection, kind, table)
    connection.execute(text("INSERT OR REPLACE INTO meta (key, value) VALUES ('record_tables', :s)"), {"s": wanted})


def sql_table(model: type[RecordTable]) -> Table:
    """The SQLAlchemy table of a record table."""
    table: Table = model.__table__  # type: ignore[attr-defined]
    return table


def _shapes() -> dict[str, list[str]]:
    return {
        kind: [str(column.name) for column in sql_table(model).columns]
        + ([f"{_DERIVED}{model.derived_by}"] if model.derived_by > 1 else [])
        for kind, model in TABLES.items()
    }


def _derived_by(shape: list[str]) -> int:
    """Which version of `derive` filled a table that stands; none is named for the first."""
    return next((int(name.removeprefix(_DERIVED)) for name in shape if name.startswith(_DERIVED)), 1)


def _columns(connection: Connection, name: str) -> set[str]:
    return {column["name"] for column in inspect(connection).get_columns(name)}


def _create(connection: Connection, table: Table) -> None:
    connection.execute(CreateTable(table))
    for index in table.indexes:
        if not _is_begun_by_another(index, table):
            connection.execute(CreateIndex(index))


def _is_begun_by_another(index: Index, table: Table) -> bool:
    """Whether another index finds the same: it has the same columns in front."""
    columns = list(index.columns)
    longer = [list(one.columns) for one in table.indexes if len(one.columns) > len(columns)]
    return any(one[: len(columns)] == columns for one in longer)


def _remake(connection: Connection, kind: str, table: Table) -> None:
    old = f"{table.name}_old"
    for index in inspect(connection).get_indexes(table.name):
        connection.execute(text(f'DROP INDEX "{index["name"]}"'))
    connection.execute(text(f'ALTER TABLE "{table.name}" RENAME TO "{old}"'))
    _create(connection, table)
    names = sorted(ENVELOPE if kind else ENVELOPE | {"kind"})  # of an unknown kind, which no body names
    columns = ", ".join(f'"{name}"' for name in names)
    rows = connection.execute(text(f'SELECT {columns} FROM "{old}"'))  # noqa: S608 - names of ours
    while page := rows.mappings().fetchmany(500):
        connection.execute(
            insert(table),
            [{**projected(kind, msgspec.json.decode(row["body"])), **row} for row in page],
        )
    connection.execute(text(f'DROP TABLE "{old}"'))


def _take_known(connection: Connection, kind: str, table: Table) -> None:
    """Move what an older version kept raw to the table that this one has for it."""
    unknown = sql_table(TABLES[""])
    if table is unknown:
        return
    names = [column for column in unknown.columns if column.name in ENVELOPE]
    rows = connection.execute(select(*names).where(unknown.c.kind == kind)).mappings().all()
    if rows:
        connection.execute(
            insert(table), [{**row, **projected(kind, msgspec.json.decode(row["body"]))} for row in rows]
        )
        connection.execute(delete(unknown).where(unknown.c.kind == kind))
