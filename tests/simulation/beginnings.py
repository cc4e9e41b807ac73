"""How central and the laptops stand when a run begins: officers, cases and a team; vaults as enrolling leaves them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fieldpo.central.accounts import tokens
from fieldpo.central.books.auth_tables import app_user
from fieldpo.central.books.database import open_database, writing
from fieldpo.central.books.meta import say_training
from fieldpo.central.books.migrations import migrate as migrate_central
from fieldpo.central.books.moments import stamp
from fieldpo.central.books.rows import insert_rows
from fieldpo.central.books.team_tables import team as team_table
from fieldpo.central.deciding import devices
from fieldpo.central.office import officers, records
from fieldpo.central.office.records import NewRecord
from fieldpo.central.teams import team
from fieldpo.store import partitions
from fieldpo.store import tokens as kept_tokens
from fieldpo.store.database.engine import checkpoint, open_engines, transaction
from fieldpo.store.database.meta import put_meta
from fieldpo.store.database.migrations import migrate
from fieldpo.store.files import DATABASE, STATE
from fieldpo.store.opening.state import VaultState, start_counter, write_state
from fieldpo.store.tokens import Tokens
from fieldpo.sync.protocol.body import KINDS, Body, plain_body
from fieldpo.sync.protocol.exchange import AGENCY

from .agency import ACCESS_SECONDS
from .cast import CASES, EVERYBODY, OFFICERS, OKAFOR, REYES, START, TEAM, WHITFIELD, LaptopOf, Officer
from .laptop import KEY, URL
from .witness import watch


def make_central(path: Path) -> dict[str, tuple[str, str]]:
    """A central with the officers, their cases, their team and enrolled devices; gives each device's tokens."""
    engine = open_database(f"sqlite:///{path}")
    try:
        migrate_central(engine)
        given = {}
        with writing(engine) as conn:
            say_training(conn, training=True)
            for officer in OFFICERS:
                _add_officer(conn, officer, "officer")
            _add_officer(conn, WHITFIELD, "supervisor")
            _add_team(conn)
            for partition, rows in CASES.items():
                records.put_records(conn, partition, [_new(*row) for row in rows], now=START)
            for laptop in EVERYBODY:
                devices.add_device(conn, laptop.device_id, laptop.officer.id, laptop.name, START)
                issued = tokens.issue(conn, laptop.device_id, START, ACCESS_SECONDS)
                given[laptop.name] = (issued.access, issued.refresh)
            watch(conn)
        with engine.connect() as conn:
            conn.exec_driver_sql("ROLLBACK")
            conn.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        return given
    finally:
        engine.dispose()


def _add_officer(conn: Any, officer: Officer, role: str) -> None:
    officers.add_officer(conn, officer.id, officer.name, title="", role=role, now=START)
    user = {"user_id": officer.id, "login": officer.login, "password": "-", "created_at": START.isoformat()}
    insert_rows(conn, app_user, [{**user, "disabled_at": None}])


def _add_team(conn: Any) -> None:
    """A team of which the id is the same in every run: `team.add_team` would draw one."""
    insert_rows(conn, team_table, [{"partition_id": TEAM, "name": "North", "made_at": stamp(START)}])
    for officer in (REYES, OKAFOR):
        team.assign(conn, TEAM, officer.id, now=START)
    team.supervise(conn, TEAM, WHITFIELD.id, now=START)


def _new(record_id: str, body: Body) -> NewRecord:
    kind = next(name for name, spec in KINDS.items() if spec.body is type(body))
    whose = record_id if kind == "person" else getattr(body, "person_id", None)
    return NewRecord(record_id, kind, plain_body(body), whose)


def make_vault(folder: Path, enrolled: LaptopOf, pair: tuple[str, str]) -> None:
    """A vault as enrolling leaves it, without the cost of a passphrase."""
    folder.mkdir(parents=True)
    (folder / DATABASE).touch(mode=0o600)
    engines = open_engines(folder / DATABASE, KEY)
    try:
        with transaction(engines.writing) as connection:
            counter = start_counter(connection)
            put_meta(connection, "author_name", enrolled.officer.name)
            migrate(connection)
            kept_tokens.keep_central(connection, URL)
            kept_tokens.keep_tokens(connection, Tokens(*pair))
            for partition_id in (AGENCY, enrolled.officer.partition):
                partitions.grant(connection, partition_id)
        checkpoint(engines)
    finally:
        engines.dispose()
    write_state(folder, VaultState(counter))
    assert (folder / STATE).exists()
