"""A vault that an earlier fieldpo wrote, brought to today's shape."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text

from fieldpo.store.applying.batches import audit_rows
from fieldpo.store.database import migrations
from fieldpo.store.database.engine import open_engines, transaction
from fieldpo.store.records import read_record

TEXTS = {"op-1": '{"op_id":"op-1","note":"é\\n"}', "op-2": "", "op-3": '{"op_id":"op-3"}'}
_OP = text(
    "INSERT INTO op (op_id, incarnation, seq, kind, record_id, person_id, partition, act_id, state, tries, problem, "
    "inbox, epoch, saved_utc, text) VALUES (:id, 'life', :seq, 'contact.create', 'r', 'p', 'caseload:o', 'a', "
    "'waiting', 0, '', 0, '', 0, :text)"
)


def test_texts_move_apart_byte_for_byte(tmp_path: Path) -> None:
    """Every op keeps its place, and its text as it was; one whose text was taken away has none."""
    path = tmp_path / "old.db"
    path.touch()
    engines = open_engines(path, bytes(32))
    try:
        with transaction(engines.writing) as connection:
            connection.execute(text("CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)"))
            migrations.MIGRATIONS[0](connection)
            connection.execute(text("INSERT INTO meta VALUES ('schema', '1')"))
            connection.execute(
                _OP, [{"id": one, "seq": at, "text": said} for at, (one, said) in enumerate(TEXTS.items())]
            )
        with transaction(engines.writing) as connection:
            migrations.migrate(connection)
        with transaction(engines.reading) as connection:
            standing = connection.execute(text("SELECT op_id, text FROM frozen_op ORDER BY position")).all()
            assert [tuple(row) for row in standing] == [("op-1", TEXTS["op-1"]), ("op-3", TEXTS["op-3"])]
            assert connection.scalars(text("SELECT op_id FROM op ORDER BY position")).all() == list(TEXTS)
            indexes = set(connection.scalars(text("SELECT name FROM sqlite_schema WHERE tbl_name = 'r_contact'")))
        assert "ix_r_contact_person_id" not in indexes
        assert "ix_r_contact_partition" in indexes
    finally:
        engines.dispose()


def test_what_central_has_moves_apart(tmp_path: Path) -> None:
    """A record keeps its words, its version and its place in the feed; one that central never had has neither."""
    path = tmp_path / "old.db"
    path.touch()
    engines = open_engines(path, bytes(32))
    try:
        with transaction(engines.writing) as connection:
            connection.execute(text("CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)"))
            for step in migrations.MIGRATIONS[:2]:
                step(connection)
            connection.execute(text("INSERT INTO meta VALUES ('schema', '2')"))
            connection.execute(text(_PHONES_OF_BEFORE))
            connection.execute(
                text("INSERT INTO r_phone VALUES (:id, 'caseload:o', 'p', :version, :number, 4, 0, 0, :body, NULL)"),
                [
                    {"id": "there", "version": 2, "number": 7, "body": '{"person_id":"p","number":"1","use":"cell"}'},
                    {"id": "new", "version": 0, "number": 0, "body": '{"person_id":"p","number":"2","use":"cell"}'},
                ],
            )
            connection.execute(text(_UNKNOWN_OF_BEFORE))
            connection.execute(
                text("INSERT INTO r_unknown VALUES (:id, 'caseload:o', 'p', 1, 8, 4, 0, 0, :body, :kind)"),
                [
                    {"id": "unread", "kind": "unreadable.hazard", "body": '{"person_id":"p","kind":"weapons"}'},
                    {"id": "newer", "kind": "of a newer fieldpo", "body": "{}"},
                ],
            )
            connection.execute(text("INSERT INTO audit VALUES (1, 'a', 'h1', 1), (2, 'b', 'h2', 1), (3, 'c', 'h3', 0)"))
        with transaction(engines.writing) as connection:
            migrations.migrate(connection)
        with transaction(engines.reading) as connection:
            there, new = (read_record(connection, "phone", one) for one in ("there", "new"))
            assert there is not None
            assert new is not None
            assert (there.body["number"], there.version, there.number, there.generation) == ("1", 2, 7, 4)
            assert (new.body["number"], new.version, new.number) == ("2", 0, 0)
            assert [row.n for row in audit_rows(connection, 0, 10)] == [3]
            unknown = connection.execute(text("SELECT id, kind FROM r_unknown ORDER BY id")).all()
            assert [tuple(row) for row in unknown] == [("newer", "of a newer fieldpo"), ("unread", "unreadable.hazard")]
    finally:
        engines.dispose()


_PHONES_OF_BEFORE = """CREATE TABLE r_phone (
    id VARCHAR NOT NULL PRIMARY KEY, partition VARCHAR NOT NULL, person_id VARCHAR, version INTEGER NOT NULL,
    number INTEGER NOT NULL, generation INTEGER NOT NULL, waiting INTEGER NOT NULL, hidden BOOLEAN NOT NULL,
    body VARCHAR NOT NULL, until DATE)"""
_UNKNOWN_OF_BEFORE = """CREATE TABLE r_unknown (
    id VARCHAR NOT NULL PRIMARY KEY, partition VARCHAR NOT NULL, person_id VARCHAR, version INTEGER NOT NULL,
    number INTEGER NOT NULL, generation INTEGER NOT NULL, waiting INTEGER NOT NULL, hidden BOOLEAN NOT NULL,
    body VARCHAR NOT NULL, kind VARCHAR NOT NULL)"""
