"""A central on loopback that answers as it likes, and what one sync with it leaves in a vault."""

from __future__ import annotations

import datetime as dt
import gzip
import http.server
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
from sqlalchemy import text

from fieldpo.errors import FieldpoError
from fieldpo.store import tokens
from fieldpo.store.acting.acts import Act, Create, perform
from fieldpo.store.tokens import Tokens
from fieldpo.store.vault import Vault
from fieldpo.sync.client import open_client
from fieldpo.sync.protocol.exchange import (
    Change,
    PartitionPage,
    SyncResponse,
    caseload_partition,
)
from fieldpo.sync.protocol.kinds import Person
from fieldpo.sync.receipt import Receipt
from fieldpo.sync.runner import sync_once
from tests.filled_vault import OFFICER

AT = dt.datetime(2026, 11, 22, 15, 0, tzinfo=dt.UTC)
OWN = caseload_partition(OFFICER)
MOST_CALLS = 40

Answering = Callable[[dict[str, Any]], bytes]


class Central:
    """What was asked of the hostile central, and how often."""

    def __init__(self, answer: Answering) -> None:
        self.answer = answer
        self.calls: list[str] = []


@contextmanager
def hostile(answer: Answering, status: int = 200) -> Iterator[tuple[str, Central]]:
    """A real HTTP server on loopback that answers as it likes."""
    central = Central(answer)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            central.calls.append(self.path)
            if len(central.calls) > MOST_CALLS:
                raise ConnectionAbortedError
            gzipped = self.headers.get("Content-Encoding") == "gzip"
            asked = msgspec.json.decode(gzip.decompress(raw)) if gzipped else {}
            body = central.answer(asked)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

        def handle_error(self, *_: object) -> None:
            pass

    class Server(http.server.ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            pass

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", central
        server.shutdown()
        thread.join()


def synced(vault: Vault, url: str) -> Receipt | FieldpoError:
    """One sync with what stands at that address: its receipt, or the sentence that ended it."""
    with vault.writing() as connection:
        tokens.keep_central(connection, url)
        tokens.keep_tokens(connection, Tokens("a", "r"))
    client = open_client(vault)
    try:
        return sync_once(vault, client, attempts=1)
    except FieldpoError as error:
        return error
    finally:
        client.close()


def typed(vault: Vault, name: str = "Typed by the officer") -> str:
    """One person that the officer has saved and central has not answered for."""
    return perform(vault, Act("Person", (Create(Person(family_name=name)),), AT)).op_ids[0]


def waiting(vault: Vault) -> int:
    """Ops that wait for central's answer."""
    with vault.reading() as connection:
        return int(
            connection.scalar(text("SELECT count(*) FROM op WHERE state IN ('waiting','blocked','parked')")) or 0
        )


def kept(vault: Vault) -> int:
    """Ops whose bytes are still there, whatever their state."""
    with vault.reading() as connection:
        return int(connection.scalar(text("SELECT count(*) FROM op_text")) or 0)


def answer(**fields: Any) -> bytes:
    """A response with these fields."""
    return msgspec.json.encode(SyncResponse(**{"epoch": "e1", "server_time": AT, **fields}))


def page(*changes: Change, number: int = 1, **more: Any) -> PartitionPage:
    """A page of the officer's caseload."""
    given: dict[str, Any] = {"id": OWN, "cursor": "c", "number": number, "hash": "", **more}
    return PartitionPage(changes=list(changes), **given)


def person(record_id: str, version: int = 1, number: int = 1, **body: Any) -> Change:
    """A person as central sends one."""
    body = {"family_name": "Doe", **body}
    return Change(id=record_id, kind="person", version=version, number=number, person_id=record_id, body=body)
