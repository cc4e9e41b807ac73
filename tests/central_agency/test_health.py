from __future__ import annotations

import asyncio
import sqlite3
import uuid
from contextlib import closing
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from starlette.applications import Starlette

from fieldpo.central.books.database import open_database, writing
from fieldpo.central.serving import health
from fieldpo.central.serving.app import create_app
from fieldpo.central.settings import Settings
from tests.central.laptop import NOW


def app_of(database: Engine) -> Starlette:
    """Central over that database."""
    return create_app(Settings(str(database.url)), database, lambda: NOW)


async def asked(app: Starlette, path: str, **form: str) -> httpx.Response:
    """An answer of the app's own, from nobody who has signed in."""
    transport = httpx.ASGITransport(app, client=("192.0.2.7", 4000))
    async with httpx.AsyncClient(transport=transport, base_url="http://central") as client:
        return await (client.post(path, data=form) if form else client.get(path))


async def test_a_central_in_order_is_alive_and_ready(database: Engine) -> None:
    """One word each, to anybody; the old address still answers."""
    app = app_of(database)
    for path, word in (("/health", "ok"), ("/health/live", "ok"), ("/health/ready", "ready")):
        answer = await asked(app, path)
        assert (answer.status_code, answer.text) == (200, word + "\n")
        assert answer.headers["cache-control"] == "no-store"


async def test_whoever_asks_often_costs_the_database_little(database: Engine) -> None:
    """Fifty at once share a look, of two transactions, as long as it is fresh."""
    app = app_of(database)
    looks: list[object] = []
    sa.event.listen(database, "checkout", lambda *_: looks.append(1))
    answers = await asyncio.gather(*(asked(app, "/health/ready") for _ in range(50)))
    assert {answer.status_code for answer in answers} == {200}
    assert 2 <= len(looks) < 50


async def test_a_database_that_is_behind_the_program_is_not_ready(database: Engine) -> None:
    """A restore of an old copy under a running central, say: alive, and without a word more for whoever asks."""
    app = app_of(database)
    with writing(database) as conn:
        conn.exec_driver_sql("DELETE FROM schema_migration WHERE part = 'audit'")
    answer = await asked(app, "/health/ready")
    assert (answer.status_code, answer.text) == (503, "not ready\n")
    assert (await asked(app, "/health/live")).status_code == 200


@pytest.mark.postgres
async def test_a_database_that_is_gone_is_not_ready(postgres_server: Any, postgres_template: str) -> None:
    """503, and /metrics says that the database is down instead of failing."""
    name = f"gone_{uuid.uuid4().hex}"
    administrator = open_database(postgres_server.get_uri("postgres"))
    with administrator.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {postgres_template}")
        database = open_database(postgres_server.get_uri(name))
        app = app_of(database)
        conn.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    assert (await asked(app, "/health/ready")).status_code == 503
    transport = httpx.ASGITransport(app.state.beside)
    async with httpx.AsyncClient(transport=transport, base_url="http://central") as client:
        assert "fieldpo_database_up 0.0" in (await client.get("/metrics")).text
    database.dispose()
    administrator.dispose()


async def test_a_disk_that_is_nearly_full_is_not_ready(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where central can know it: the disk of a SQLite database."""
    database = _on_disk(tmp_path)
    monkeypatch.setattr(health, "LEAST_FREE", 2**62)
    assert (await asked(app_of(database), "/health/ready")).status_code == 503
    database.dispose()


FORMS: dict[str, dict[str, str]] = {
    "/oauth/device_authorization": {"label": "Laptop", "posture": "keyring"},
    "/oauth/token": {"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": "x"},
}


async def test_with_the_disk_full_signing_in_waits(tmp_path: Any) -> None:
    """A code cannot be stored: 503 with when to come again, nothing of it kept; with room again it goes on."""
    database = _on_disk(tmp_path)
    app = app_of(database)
    with database.connect() as conn:
        pages = conn.exec_driver_sql("PRAGMA page_count").scalar_one()
    database.dispose()

    def full(connection: Any, _: Any) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages}")

    sa.event.listen(database, "connect", full)
    path = "/oauth/device_authorization"
    statuses = []
    for _ in range(500):  # what room the last page has is used up first
        answer = await asked(app, path, **FORMS[path])
        statuses.append(answer.status_code)
        if answer.status_code != 200:
            break
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"] == "30"
    assert answer.json()["type"] == "unavailable"
    assert "full" not in answer.text
    with closing(sqlite3.connect(tmp_path / "central.db")) as raw:
        stored = raw.execute("SELECT count(*) FROM device_code").fetchone()[0]
    assert stored == statuses.count(200)
    sa.event.remove(database, "connect", full)
    database.dispose()
    assert (await asked(app, path, **FORMS[path])).status_code == 200
    database.dispose()


async def test_with_every_connection_in_use_a_request_is_told_to_come_again(tmp_path: Any) -> None:
    """503, not a failure; the same request later goes on."""
    _on_disk(tmp_path).dispose()
    database = open_database(f"sqlite:///{tmp_path / 'central.db'}", connections=1)
    database.pool._timeout = 0.01  # type: ignore[attr-defined]
    app = app_of(database)
    path = "/oauth/token"
    with database.connect():
        answer = await asked(app, path, **FORMS[path])
    assert (answer.status_code, answer.json()["type"]) == (503, "unavailable")
    assert (await asked(app, path, **FORMS[path])).json()["error"] == "invalid_grant"
    database.dispose()


def _on_disk(folder: Any) -> Engine:
    from fieldpo.central.books.migrations import migrate

    made = open_database(f"sqlite:///{folder / 'central.db'}")
    migrate(made)
    return made
