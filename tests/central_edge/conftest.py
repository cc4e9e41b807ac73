"""Central's edge under test: a real server on loopback, on a database of the test's own, with a clock to turn."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
import uvicorn
from sqlalchemy.engine import Engine

from fieldpo.central.accounts.users import User, add_user
from fieldpo.central.books.database import open_database, writing
from fieldpo.central.books.meta import say_training
from fieldpo.central.serving.app import create_app
from fieldpo.central.serving.serve import _listen
from fieldpo.central.settings import Settings
from tests.central.conftest import (  # noqa: F401 - the same databases as central's core tests
    database,
    database_url,
    postgres_server,
    postgres_template,
)

PASSWORD = "correct horse battery staple"
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
START = dt.datetime(2026, 11, 22, 15, 0, tzinfo=dt.UTC)
CASELOADS = Path(__file__).parents[1] / "data" / "caseloads"


@dataclass
class Clock:
    """Central's clock, turned by hand."""

    now: dt.datetime = field(default=START)

    def __call__(self) -> dt.datetime:
        """The time that it shows."""
        return self.now

    def pass_(self, **span: float) -> None:
        """Let time pass: `pass_(minutes=5)`."""
        self.now += dt.timedelta(**span)


@dataclass
class Served:
    """A central that answers on loopback."""

    url: str
    engine: Engine
    clock: Clock
    user: User

    def post(self, path: str, **words: str) -> httpx.Response:
        """Post a form as a device does."""
        return httpx.post(self.url + path, data=words)

    def ask(self, label: str = "Field laptop 7", posture: str = "keyring") -> dict[str, str]:
        """A device's first request: the codes."""
        answer = self.post("/oauth/device_authorization", client_id="fieldpo", label=label, posture=posture)
        assert answer.status_code == 200, answer.text
        found: dict[str, str] = answer.json()
        return found

    def poll(self, device_code: str) -> httpx.Response:
        """A device's question whether its code has been approved."""
        return self.post("/oauth/token", grant_type=DEVICE_GRANT, client_id="fieldpo", device_code=device_code)

    def refresh(self, token: str) -> httpx.Response:
        """A device's exchange of its refresh token."""
        return self.post("/oauth/token", grant_type="refresh_token", client_id="fieldpo", refresh_token=token)

    def me(self, token: str) -> httpx.Response:
        """Who am I, by bearer token."""
        return httpx.get(self.url + "/v1/me", headers={"Authorization": f"Bearer {token}"})


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The URL of a database that does not exist yet."""
    return f"sqlite:///{tmp_path / 'edge.db'}"


@pytest.fixture
def served(database_url: str) -> Iterator[Served]:  # noqa: F811 - the fixture imported above
    """A training central with one officer, served by uvicorn in a thread."""
    engine = open_database(database_url)
    clock = Clock()
    with writing(engine) as conn:
        say_training(conn, training=True)
        user = add_user(conn, "mreyes", PASSWORD, name="Maria Reyes", title="Probation Officer", now=clock())
    app = create_app(Settings(database_url, poll_seconds=5), engine, clock)
    listening = _listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    # The socket is bound, but only listens once the server has started; a refused connection is tried again.
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    with httpx.Client(transport=httpx.HTTPTransport(retries=10)) as client:
        assert client.get(url + "/health").text == "ok\n"
    yield Served(url, engine, clock, user)
    server.should_exit = True
    thread.join(20)
    listening.close()
    engine.dispose()
