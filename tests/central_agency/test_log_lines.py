from __future__ import annotations

import itertools
import json
import logging
import re
import socket
from collections.abc import Iterator
from dataclasses import replace

import httpx
import msgspec
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from starlette.routing import Route

from fieldpo.central.books.database import writing
from fieldpo.central.log_lines import JsonLines
from fieldpo.central.serving.app import create_app
from fieldpo.central.settings import Settings
from fieldpo.sync.protocol.exchange import PROTOCOL
from fieldpo.sync.protocol.ops import freeze
from tests.central_agency.devices import PASSWORD, Wired, officer, wired
from tests.central_agency.serving import Serving, serving

MARK = "zqx"
"""Begins every hostile word; no word of central's own has it."""
_words = itertools.count()

ALLOWED = {
    "time", "level", "event", "request", "method", "route", "status", "ms", "device", "ops", "undone", "error", "at",
    "because", "sqlstate", "what", "why", "port", "metrics_port", "signal", "logger", "line", "said",
}  # fmt: skip
"""Every field that a line may have."""


def mark() -> str:
    """A hostile word that was never used."""
    return f"{MARK}{next(_words):04d}"


@pytest.fixture
def central(database: Engine) -> Iterator[Serving]:
    """A real process on this test's database, SQLite and PostgreSQL."""
    url = database.url.set(drivername=database.url.get_backend_name()).render_as_string(hide_password=False)
    with serving(url, "--log-level", "debug") as process:
        yield process


@pytest.fixture
def laptop(database: Engine, central: Serving) -> Iterator[Wired]:
    """Rivera's laptop, signed in."""
    one = wired(database, central.url, officer(database, "rivera", "doe"))
    yield one
    one.client.close()


PATHS = (
    "/device", "/device/answer", "/device/code", "/device/sign-in", "/device/sign-out", "/device/style.css", "/health",
    "/health/live", "/health/ready", "/metrics", "/oauth/device_authorization", "/oauth/token", "/openapi.json",
    "/v1/me", "/v1/ops/missing", "/v1/sync",
)  # fmt: skip


def test_the_marks_go_to_every_route(database: Engine) -> None:
    """A route that is added to central has to be added here."""
    app = create_app(Settings(str(database.url)), database)
    assert {route.path for route in app.routes if isinstance(route, Route)} == set(PATHS)


def test_no_word_that_anybody_sent_stands_in_log_or_metrics(central: Serving, laptop: Wired, database: Engine) -> None:
    """Marks in paths, queries, headers, cookies, forms, bodies and ops, on every route and through every failure."""
    client = laptop.client
    everywhere = [*PATHS, f"/{mark()}", f"/v1/{mark()}"]
    for path in everywhere:
        for method in ("GET", "POST", "DELETE"):
            hostile = {
                "Authorization": f"Bearer {mark()}",
                "User-Agent": mark(),
                "Referer": f"http://{mark()}/",
                "X-Request-Id": mark(),
                "X-Forwarded-For": mark(),
                "Origin": f"http://{mark()}",
                "Cookie": f"fieldpo_session={mark()}; fieldpo_form={mark()}",
                mark(): mark(),
            }
            client.request(method, f"{central.url}{path}?user_code={mark()}", headers=hostile, content=mark())
    _forms(central, client)
    _bodies(central, laptop)
    _garbage(central)
    failed = _broken(central, laptop, database)
    counts = central.counts()
    central.signal()
    assert central.end() == 0
    said = "".join(central.text)
    assert MARK not in said.lower()
    assert MARK not in counts.lower()
    for named in (laptop.laptop.device, laptop.laptop.user, "rivera", "doe"):
        assert named not in counts
    assert PASSWORD not in said
    assert laptop.token not in said
    for line in central.lines:
        assert set(line) <= ALLOWED, line
    broken = [line for line in central.lines if line.get("request") == failed]
    assert {line["event"] for line in broken} == {"request", "library"}
    assert {line.get("status") for line in broken} == {500, None}
    where = next(line for line in broken if line["event"] == "library")
    assert where["error"] == "KeyError"
    assert where["at"][-1].startswith("fieldpo/central/accounts/pages.py:")
    assert 'fieldpo_requests_total{method="POST",route="/device/code",status="500"} 1.0' in counts
    assert {line["route"] for line in central.lines if line["event"] == "request"} <= {*PATHS, "other"}
    mine = [line for line in central.lines if line.get("ops")]
    assert {line["device"] for line in mine} == {laptop.laptop.device}


def _forms(central: Serving, client: httpx.Client) -> None:
    names = ("login", "password", "user_code", "csrf", "answer", "label", "device_label", "posture", "device_id")
    for path in ("/device/sign-in", "/device/code", "/device/answer", "/device/sign-out"):
        client.post(central.url + path, data={name: mark() for name in names})
    for posture in ("keyring", mark()):
        words = {"label": mark(), "posture": posture}
        client.post(central.url + "/oauth/device_authorization", data=words)
        client.post(central.url + "/oauth/device_authorization", data={**words, "device_id": mark()})
    for grant in ("refresh_token", "urn:ietf:params:oauth:grant-type:device_code", mark()):
        words = {"grant_type": grant, "refresh_token": mark(), "device_code": mark()}
        client.post(central.url + "/oauth/token", data=words)
    for kind in ("multipart/form-data; boundary=" + mark(), "application/x-www-form-urlencoded"):
        for path in ("/device/sign-in", "/oauth/token"):
            body = f"--{mark()}\r\n%zz{mark()}&&=;"
            client.post(central.url + path, content=body, headers={"Content-Type": kind})


def _bodies(central: Serving, laptop: Wired) -> None:
    good = {"Authorization": f"Bearer {laptop.token}", "Content-Type": "application/json"}
    for protocol in (PROTOCOL, mark()):
        for body in (f'{{"device": "{mark()}"}}', mark(), f'{{"op_ids": ["{mark()}"], "device": "{mark()}"}}'):
            for path in ("/v1/sync", "/v1/ops/missing"):
                for coding in ("identity", "gzip", mark()):
                    headers = {**good, "Fieldpo-Protocol": protocol, "Content-Encoding": coding}
                    laptop.client.post(central.url + path, content=body, headers=headers)
    made = laptop.laptop
    bad = made.contact("doe", mark())
    ops = [
        made.numbered(made.contact("doe", mark())),
        made.numbered(made.contact(mark(), mark())),
        made.numbered(made.edit("person", "doe", 1, fields={"family_name": (mark(), mark())})),
        made.numbered(made.op(f"{mark()}.create", mark(), {mark(): mark()})),
        made.numbered(made.op("contact.create", mark(), {"person_id": "doe", "note": mark()})),
        (made.seq + 1, freeze(bad)[:-5]),
        (made.seq + 2, mark()),
    ]
    assert laptop.send(*ops).known_through >= len(ops)


def _garbage(central: Serving) -> None:
    host, port = central.url.removeprefix("http://").split(":")
    for line in (f"{mark()} /{mark()} HTTP/1.1\r\n\r\n", f"GET / HTTP/9.9 {mark()}\r\n{mark()}\r\n\r\n", mark()):
        with socket.create_connection((host, int(port)), timeout=10) as wire:
            wire.sendall(line.encode())
            wire.shutdown(socket.SHUT_WR)
            while wire.recv(4096):
                pass


def _broken(central: Serving, laptop: Wired, database: Engine) -> str:
    """Failures for real, each with a mark in what the database or Python says of it; gives the id of the 500."""
    with writing(database) as conn:
        if database.dialect.name == "postgresql":
            conn.exec_driver_sql("ALTER TABLE record ADD CONSTRAINT poison CHECK (body NOT LIKE '%%POISON%%')")
        else:
            conn.exec_driver_sql(
                "CREATE TRIGGER poison BEFORE INSERT ON record WHEN NEW.body LIKE '%POISON%'"
                f" BEGIN SELECT RAISE(ABORT, '{mark()}'); END"
            )
    made = laptop.laptop
    laptop.send(made.numbered(made.contact("doe", f"POISON {mark()}")))
    hashed = sa.text("UPDATE partition_counter SET hash = :hash WHERE id = :id")
    with writing(database) as conn:
        conn.execute(hashed, {"hash": mark(), "id": made.caseload})
    laptop.send(made.numbered(made.contact("doe", mark())))
    with writing(database) as conn:
        conn.execute(hashed, {"hash": "0", "id": made.caseload})
    return _a_500(central, database)


def _a_500(central: Serving, database: Engine) -> str:
    """A code whose row in the database is not as central writes it: the page fails over a word it does not know."""
    with httpx.Client(base_url=central.url) as browser:
        asked = browser.post("/oauth/device_authorization", data={"label": "Laptop", "posture": "keyring"}).json()
        with writing(database) as conn:
            conn.execute(sa.text("UPDATE device_code SET posture = :word"), {"word": mark()})
        csrf = re.findall(r'name="csrf" value="([^"]+)"', browser.get("/device").text)[0]
        browser.post("/device/sign-in", data={"login": "rivera", "password": PASSWORD, "csrf": csrf})
        csrf = re.findall(r'name="csrf" value="([^"]+)"', browser.get("/device").text)[0]
        came = browser.post("/device/code", data={"user_code": asked["user_code"], "csrf": csrf})
    assert came.status_code == 500
    assert msgspec.json.decode(came.content)["type"] == "internal"
    assert MARK not in came.text
    return came.headers["x-request-id"]


def test_a_line_of_a_library_or_a_warning_keeps_its_words_to_itself() -> None:
    """Only who said it and where stands in the line; of an exception its class and places, never its message."""
    word = mark()
    try:
        try:
            raise ValueError(word)
        except ValueError as first:
            raise RuntimeError(word) from first
    except RuntimeError as failed:
        told = (RuntimeError, failed, failed.__traceback__)
    record = logging.LogRecord("another.package", logging.ERROR, f"{word}-lib.py", 7, f"{word} %s", (word,), told)
    record.module = "lib"
    line = json.loads(JsonLines().format(record))
    assert word not in json.dumps(line)
    assert (line["error"], line["because"]) == ("RuntimeError", ["ValueError"])


async def test_the_main_port_tells_its_counts_to_this_computer_only(database: Engine) -> None:
    """Not to another computer, nor to anybody who comes through a proxy, also one that says nothing of itself."""

    async def asked(settings: Settings, client: str, headers: dict[str, str] | None = None) -> int:
        transport = httpx.ASGITransport(create_app(settings, database), client=(client, 4000))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8700") as here:
            return (await here.get("/metrics", headers=headers)).status_code

    plain = Settings(str(database.url))
    assert await asked(plain, "127.0.0.1") == 200
    assert await asked(plain, "::1") == 200
    assert await asked(plain, "192.0.2.7") == 404
    assert await asked(plain, "127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}) == 404
    assert await asked(plain, "127.0.0.1", {"X-Forwarded-Proto": "https"}) == 404
    assert await asked(plain, "127.0.0.1", {"Host": "central.example"}) == 404
    assert await asked(plain, "127.0.0.1", {"Host": "localhost:8700"}) == 200
    assert await asked(replace(plain, public_url="https://central.example"), "127.0.0.1") == 404
    assert await asked(replace(plain, metrics_port=9_100), "127.0.0.1") == 404
