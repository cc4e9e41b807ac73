"""A central on loopback with three signed-in devices, for tests that look at it from outside."""

from __future__ import annotations

import datetime as dt
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import sqlalchemy as sa
import uvicorn
from sqlalchemy.engine import Engine
from starlette.types import ASGIApp

from fieldpo.central.accounts import tokens
from fieldpo.central.accounts.users import add_user
from fieldpo.central.books.auth_tables import throttle
from fieldpo.central.books.database import open_database, writing
from fieldpo.central.deciding import devices
from fieldpo.central.serving.app import create_app
from fieldpo.central.settings import Settings
from fieldpo.central.teams import team
from fieldpo.sync.protocol.exchange import caseload_partition
from tests.central_records import put_record

PASSWORD = "a long enough password"
PERSONS = {"mreyes": "doe", "tchen": "roe"}
"""A person in each officer's caseload, by login."""


@dataclass(frozen=True)
class SignedIn:
    """One device with a good token, and whose it is."""

    device: str
    user: str
    token: str

    @property
    def headers(self) -> dict[str, str]:
        """What a request below /v1/ needs beside its body."""
        return {"Authorization": f"Bearer {self.token}"}


@dataclass(frozen=True)
class Served:
    """A central that answers at `url`: two devices of one officer, one of another and one of a supervisor."""

    url: str
    engine: Engine
    first: SignedIn
    second: SignedIn
    other: SignedIn
    supervisor: SignedIn
    """Of the first officer's team."""

    @property
    def devices(self) -> tuple[SignedIn, SignedIn, SignedIn]:
        """The officers' three."""
        return self.first, self.second, self.other

    def let_rest(self) -> None:
        """Forget how often somebody has asked for codes or failed to sign in: no such pause is of interest here."""
        with writing(self.engine) as conn:
            conn.execute(sa.delete(throttle))


@contextmanager
def serving(database_url: str, before: Callable[[ASGIApp], ASGIApp] | None = None) -> Iterator[Served]:
    """Serve an initialised database until the block ends; `before` stands between the wire and central."""
    engine = open_database(database_url)
    reyes, chen = (_officer(engine, login) for login in PERSONS)
    signed = [_sign_in(engine, *each) for each in ((reyes, "one"), (reyes, "two"), (chen, "three"))]
    signed.append(_sign_in(engine, _supervisor(engine, reyes), "four"))
    app: ASGIApp = create_app(Settings(database_url, poll_seconds=0), engine)
    if before is not None:
        app = before(app)
    config = uvicorn.Config(app, log_level="critical", lifespan="off", access_log=False)
    server = uvicorn.Server(config)
    # With the protocol named, asyncio turns Nagle off: without it every answer waits 40 ms for an ACK.
    with socket.socket(proto=socket.IPPROTO_TCP) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(64)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        try:
            yield Served(f"http://127.0.0.1:{listening.getsockname()[1]}", engine, *signed)
        finally:
            server.should_exit = True
            thread.join(20)
            engine.dispose()


def _officer(engine: Engine, login: str) -> str:
    """A new officer with one person; their user id."""
    now = dt.datetime.now(dt.UTC)
    person = PERSONS[login]
    with writing(engine) as conn:
        user = add_user(conn, login, PASSWORD, name=login.title(), now=now)
        put_record(conn, caseload_partition(user.id), person, "person", {"family_name": "Doe"}, person, now=now)
    return user.id


def _supervisor(engine: Engine, officer: str) -> str:
    """A supervisor of the team in which the officer is; their user id."""
    now = dt.datetime.now(dt.UTC)
    with writing(engine) as conn:
        user = add_user(conn, "lsato", PASSWORD, name="Sato", role="supervisor", now=now)
        north = team.add_team(conn, "North", now=now).partition
        team.assign(conn, north, officer, now=now)
        team.supervise(conn, north, user.id, now=now)
    return user.id


def _sign_in(engine: Engine, user_id: str, device: str) -> SignedIn:
    now = dt.datetime.now(dt.UTC)
    with writing(engine) as conn:
        devices.add_device(conn, device, user_id, device, now)
        issued = tokens.issue(conn, device, now, access_seconds=86_400)
    return SignedIn(device, user_id, issued.access)
