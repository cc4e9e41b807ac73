"""Devices that are enrolled without a code, for tests of something else: rows and a bearer token."""

from __future__ import annotations

import datetime as dt
import gzip
import uuid
from dataclasses import dataclass, field

import httpx
import msgspec
from sqlalchemy.engine import Engine

from fieldpo.central.accounts import tokens, users
from fieldpo.central.accounts.users import User
from fieldpo.central.books.database import writing
from fieldpo.central.deciding.devices import add_device
from fieldpo.sync.protocol.exchange import PROTOCOL, SyncResponse, caseload_partition
from tests.central.laptop import Laptop
from tests.central_records import put_record

PASSWORD = "a long enough password"


def officer(engine: Engine, login: str, person: str) -> User:
    """A user with one person in the caseload."""
    now = dt.datetime.now(dt.UTC)
    with writing(engine) as conn:
        user = users.add_user(conn, login, PASSWORD, name=login.title(), now=now)
        put_record(conn, caseload_partition(user.id), person, "person", {"family_name": "Doe"}, person)
    return user


@dataclass
class Wired:
    """A laptop whose exchanges go over HTTP."""

    url: str
    token: str
    laptop: Laptop
    client: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=60))

    def post(self, body: bytes) -> httpx.Response:
        """One exchange's bytes."""
        return self.client.post(
            self.url + "/v1/sync",
            content=gzip.compress(body),
            headers={
                "Authorization": f"Bearer {self.token}",
                "Fieldpo-Protocol": PROTOCOL,
                "Content-Type": "application/json",
                "Content-Encoding": "gzip",
            },
        )

    def send(self, *ops: tuple[int, str]) -> SyncResponse:
        """One exchange; the same bytes again until central answers."""
        body = msgspec.json.encode(self.laptop.request(*ops))
        for _ in range(200):
            try:
                came = self.post(body)
            except httpx.TransportError:
                continue
            if came.status_code == 200:
                answer = msgspec.json.decode(came.content, type=SyncResponse)
                self.laptop.take(answer)
                return answer
            assert came.status_code == 503, came.text
        raise AssertionError("central never answered")


def wired(engine: Engine, url: str, user: User) -> Wired:
    """A new device of that user, with a token."""
    device = str(uuid.uuid4())
    now = dt.datetime.now(dt.UTC)
    with writing(engine) as conn:
        add_device(conn, device, user.id, "laptop", now)
        issued = tokens.issue(conn, device, now, 3_600)
    return Wired(url, issued.access, Laptop(engine, user=user.id, device=device, now=now))
