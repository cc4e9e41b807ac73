"""A vault that an earlier fieldpo wrote, brought to today's shape."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text

from fieldpo.store.database import migrations
from fieldpo.store.database.engine import open_engines, transaction

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
