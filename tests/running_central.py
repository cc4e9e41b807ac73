"""A real central on a loopback port for one test: its own database, users, and uvicorn in a thread."""

from __future__ import annotations

import datetime as dt
import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from sqlalchemy.engine import Engine

from fieldpo.central.accounts import device_flow, users
from fieldpo.central.accounts.users import User
from fieldpo.central.books.database import open_database, writing
from fieldpo.central.books.meta import say_training
from fieldpo.central.books.migrations import migrate
from fieldpo.central.deciding.world import Standing
from fieldpo.central.office import records
from fieldpo.central.serving.app import create_app
from fieldpo.central.settings import Settings
from fieldpo.sync.protocol.body import Body, plain_body
from fieldpo.sync.protocol.exchange import caseload_partition
from fieldpo.sync.protocol.kinds import Person
from tests.central_records import edit_record

PASSWORD = "a long enough password"


class Central:
    """The running central and its database."""

    def __init__(self, engine: Engine, url: str) -> None:
        self.engine = engine
        self.url = url

    def user(self, login: str) -> User:
        """A new officer with an empty caseload."""
        with writing(self.engine) as conn:
            return users.add_user(conn, login, PASSWORD, name=login.title(), now=_now())

    def approve(self, code: str, user: User) -> None:
        """What the officer does on the page."""
        with writing(self.engine) as conn:
            found = device_flow.find(conn, code, _now())
            assert found is not None
            assert device_flow.answer(conn, found.sha, user, approve=True, now=_now())

    def put(self, officer: str, rows: Iterable[tuple[str, Body]], person_id: str | None = None) -> None:
        """Records in an officer's caseload; a person's own record names itself."""
        new = [
            records.NewRecord(
                record_id,
                _kind(body),
                plain_body(body),
                record_id if isinstance(body, Person) else getattr(body, "person_id", person_id),
            )
            for record_id, body in rows
        ]
        with writing(self.engine) as conn:
            records.put_records(conn, caseload_partition(officer), new)

    def edit(self, record_id: str, **fields: object) -> None:
        """What somebody else changes at central."""
        with writing(self.engine) as conn:
            edit_record(conn, record_id, fields)

    def record(self, record_id: str) -> Standing:
        """One record as it stands at central."""
        with writing(self.engine) as conn:
            return records.read_record(conn, record_id)


def _kind(body: Body) -> str:
    from fieldpo.sync.protocol.body import KINDS

    return next(name for name, spec in KINDS.items() if spec.body is type(body))


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@contextmanager
def running(folder: Path, *, access_seconds: int = 3_600) -> Iterator[Central]:
    """Serve a fresh training central until the block ends."""
    url = f"sqlite:///{folder / 'central.db'}"
    engine = open_database(url)
    migrate(engine)
    with writing(engine) as conn:
        say_training(conn, training=True)
    settings = Settings(url, poll_seconds=0, access_seconds=access_seconds)
    app = create_app(settings, engine)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="critical", lifespan="off"))
    thread = threading.Thread(target=server.run)
    with server.config.bind_socket() as listening:
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # else each answer waits 40 ms for an ACK
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        try:
            host, port = listening.getsockname()[:2]
            yield Central(engine, f"http://{host}:{port}")
        finally:
            server.should_exit = True
            thread.join()
            engine.dispose()
