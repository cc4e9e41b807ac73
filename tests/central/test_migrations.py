"""Central's database from nothing, up to date, and never half-way."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from fieldpo.central.books import migrations
from fieldpo.central.books.database import open_database, reading, writing
from fieldpo.central.books.migrations import is_current, migrate
from fieldpo.central.books.tables import metadata
from fieldpo.errors import BadInput


def test_migrating_again_does_nothing(database: Engine) -> None:
    """An initialised database has every step already."""
    assert is_current(database)
    assert migrate(database) == 0


def test_the_tables_that_code_knows_are_the_tables_that_stand(database: Engine) -> None:
    """Columns and primary keys, in their order."""
    inspector = sa.inspect(database)
    for table in metadata.tables.values():
        assert [each["name"] for each in inspector.get_columns(table.name)] == [each.name for each in table.columns]
        keys = inspector.get_pk_constraint(table.name)["constrained_columns"]
        assert keys == [each.name for each in table.primary_key.columns]


def test_tables_of_a_partition_have_it_first_in_their_key() -> None:
    """So that a database can be spread by partition without a change of code."""
    lookups = {"ledger", "person_place"}  # by op and by person: they tell where a partition's rows are
    for table in metadata.tables.values():
        if "partition_id" in table.columns and table.name not in lookups:
            assert next(iter(table.primary_key.columns)).name == "partition_id"


def test_a_step_that_fails_leaves_nothing_of_itself(database: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its transaction is taken back, tables too, and the next run does it whole."""

    def good(conn: Connection) -> None:
        conn.exec_driver_sql("CREATE TABLE later (id TEXT PRIMARY KEY)")

    def broken(conn: Connection) -> None:
        good(conn)
        raise RuntimeError

    core, *others = migrations.MIGRATIONS
    monkeypatch.setattr(migrations, "MIGRATIONS", (core, *others, ("later", (broken,))))
    with pytest.raises(RuntimeError):
        migrate(database)
    assert not sa.inspect(database).has_table("later")
    monkeypatch.setattr(migrations, "MIGRATIONS", (core, *others, ("later", (good,))))
    assert not is_current(database)
    assert migrate(database) == 1
    assert sa.inspect(database).has_table("later")


def test_a_newer_database_is_refused_and_left_alone(database: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """An old fieldpo says so in a sentence."""
    (name, steps), *others = migrations.MIGRATIONS
    monkeypatch.setattr(migrations, "MIGRATIONS", ((name, steps[:-1]), *others))
    with pytest.raises(BadInput, match="newer fieldpo"):
        migrate(database)


@pytest.mark.parametrize("url", ["nonsense", "mysql://host/name", "sqlite:////no/such/folder/central.db"])
def test_a_url_that_cannot_hold_central_is_refused(url: str) -> None:
    """A sentence, not a traceback."""
    with pytest.raises(BadInput):
        open_database(url)


def test_a_snapshot_holds_for_a_whole_reading(database: Engine) -> None:
    """What is committed meanwhile is not seen by a reading that has begun."""
    with reading(database) as conn:
        before = conn.execute(sa.text("SELECT count(*) FROM meta")).scalar_one()
        with writing(database) as other:
            other.execute(sa.text("INSERT INTO meta (key, value) VALUES ('new', '1')"))
        assert conn.execute(sa.text("SELECT count(*) FROM meta")).scalar_one() == before


def test_numbers_before_a_gap_go_when_a_database_of_before_is_brought_up_to_date(database: Engine) -> None:
    """What stood one by one up to the highest contiguous number is left out; what lies beyond a gap stays."""
    with writing(database) as conn:
        conn.exec_driver_sql("INSERT INTO device_incarnation VALUES ('laptop', 'first', 2, false)")
        conn.exec_driver_sql(
            "INSERT INTO received_seq (device_id, incarnation, seq, op_id) VALUES "
            "('laptop', 'first', 1, 'a'), ('laptop', 'first', 2, 'b'), ('laptop', 'first', 4, 'd')"
        )
        conn.exec_driver_sql("DELETE FROM schema_migration WHERE part = 'core' AND name = 'beyond_gaps'")
    assert migrate(database) == 1
    with reading(database) as conn:
        assert conn.exec_driver_sql("SELECT seq FROM received_seq").scalars().all() == [4]
