"""Killed in mid-migration: between any two statements a vault or a central is as before, and the next start goes on."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa
from sqlalchemy import text

from fieldpo.central.books.core_schema import STEPS
from fieldpo.central.books.database import open_database, writing
from fieldpo.store.acting.acts import Act, Create, perform
from fieldpo.store.opening.keys import unlock
from fieldpo.sync.protocol.ids import new_id
from fieldpo.sync.protocol.kinds import Contact, Person
from tests.base_copy import hash_of_base_copy
from tests.filled_vault import OFFICER, PASSPHRASE, Pulled, empty_vault, fill

from .laptops import ROOT
from .postgres import Postgres
from .typist import AT

STEP = int(os.environ.get("FAULTS_STEP", "31"))
"""Every thirty-first boundary in the suite; FAULTS_STEP=1 tries all."""


def killed(what: str, where: str) -> int:
    """How many boundaries were tried; fails where one did not go on."""
    program = subprocess.run(
        [sys.executable, "-m", "tests.faults.dying", what, where, str(STEP)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    assert program.returncode == 0, program.stderr
    return int(program.stdout)


def test_a_vault_of_an_older_shape(tmp_path: Path) -> None:
    """Its record tables are made again from their bodies; no op changes by a byte, and it stays in the same life."""
    folder = tmp_path / "old"
    vault = empty_vault(folder)
    person = new_id()
    fill(vault, [Pulled("person", person, person, Person(family_name="Doe"))])
    for number in range(3):
        body = Contact(
            person_id=person, occurred_at=AT, contact="home", outcome="reported", officer_id=OFFICER, note=f"{number}"
        )
        perform(vault, Act("Contact", (Create(body),), AT), AT)
    with vault.writing() as connection:
        for one in connection.execute(text("SELECT id FROM partition")).all():
            whole = {"id": one.id, "hash": hash_of_base_copy(connection, one.id)}
            connection.execute(text("UPDATE partition SET hash = :hash WHERE id = :id"), whole)
        ops = "\n".join(connection.scalars(text("SELECT text FROM frozen_op ORDER BY position")))
        shapes = msgspec.json.decode(
            str(connection.scalar(text("SELECT value FROM meta WHERE key = 'record_tables'"))),
            type=dict[str, list[str]],
        )
        for index in connection.scalars(
            text("SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'r_contact' AND sql IS NOT NULL")
        ).all():
            connection.execute(text(f'DROP INDEX "{index}"'))
        connection.execute(text("ALTER TABLE r_contact DROP COLUMN occurred_utc"))
        shapes["contact"].remove("occurred_utc")
        connection.execute(text("DROP TABLE r_hazard"))
        del shapes["hazard"]
        told = msgspec.json.encode(shapes, order="sorted").decode()
        connection.execute(text("UPDATE meta SET value = :told WHERE key = 'record_tables'"), {"told": told})
    vault.close()
    (folder / "ops").write_text(ops)
    (folder / "unlocked").write_bytes(pickle.dumps(unlock(folder, PASSPHRASE)))
    assert killed("vault", str(folder)) > 1


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_a_central_of_the_first_step(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Each step is one transaction, tables too, on both databases: what was there stays, the rest comes."""
    if database == "postgresql":
        server: Postgres = request.getfixturevalue("server")
        url = server.database()
    else:
        url = f"sqlite:///{tmp_path / 'central.db'}"
    engine = open_database(url)
    with writing(engine) as conn:
        conn.exec_driver_sql(
            "CREATE TABLE schema_migration (part TEXT NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL, "
            "applied_at TEXT NOT NULL, PRIMARY KEY (part, number))"
        )
        STEPS[0](conn)
        conn.exec_driver_sql("INSERT INTO schema_migration VALUES ('core', 1, 'first', '2026-01-01T00:00:00+00:00')")
        conn.execute(
            sa.text(
                "INSERT INTO record (partition_id, id, kind, person_id, version, number, writer, writer_since, "
                "deleted, body) VALUES ('caseload:x', 'doe', 'person', 'doe', 1, 1, '', 0, false, :body)"
            ),
            {"body": '{"family_name": "Doe"}'},
        )
    engine.dispose()
    assert killed("central", url) > 1
