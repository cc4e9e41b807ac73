"""`fieldpo central conformance`: central holds every clause, and a server that is wrong in one way fails the right one.

`python -m tests.contract.conforming` runs every clause everywhere; here PostgreSQL and the wrong servers get fewer.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from starlette.types import ASGIApp

from fieldpo.central.accounts import device_flow
from fieldpo.central.accounts.users import user_of
from fieldpo.central.books.database import writing
from fieldpo.cli import main
from fieldpo.cli.conformance.signing_in import by_code
from fieldpo.cli.conformance.wire import Server
from tests.contract.conforming import tried, wrongly
from tests.contract.fault import Fault
from tests.contract.fuzz import database
from tests.contract.served import Served, serving
from tests.contract.wrong import FAULTS
from tests.contract.wrong_server import Wrong

STORED = ("accepted", "idempotent.changed-bytes", "merge.sets", "feed.pages", "feed.reload", "hash", "missing")


def test_central_holds_every_clause(served: Served) -> None:
    """On SQLite all, on PostgreSQL those that look at what was stored; only a 503 is not provoked."""
    results = tried(served, () if served.engine.dialect.name == "sqlite" else STORED)
    left = {each.id: f"{each.outcome}: {each.what} {each.got}" for each in results if each.outcome != "passed"}
    assert left.keys() <= {"retry.after"}, left


@pytest.fixture(scope="module")
def wrong() -> Iterator[tuple[Served, Wrong]]:
    """One served central behind the proxy, for all faults."""
    made: list[Wrong] = []

    def between(app: ASGIApp) -> Wrong:
        made.append(Wrong(app))
        return made[0]

    with database("sqlite") as url, serving(url, between) as served:
        yield served, made[0]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_wrong_server_fails_the_right_clause(wrong: tuple[Served, Wrong], fault: type[Fault]) -> None:
    """Each fault is found by the clause that it breaks, and by no other of its family."""
    assert wrongly(*wrong, fault, fault.only) == fault.breaks


def test_the_command_tells_what_failed(
    wrong: tuple[Served, Wrong], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 1 with the clause, its chapter, what went and what came; 0 where all hold; 2 to 4 where none ran."""
    served, proxy = wrong
    files = [tmp_path / name for name in ("one", "two", "three", "four")]
    for file, device in zip(files, (*served.devices, served.supervisor), strict=True):
        file.write_text(json.dumps({"access_token": device.token}), "utf-8")
    one, two, three, four = (str(each) for each in files)
    signed = ["--token-file", one, "--second-token-file", two, "--other-token-file", three]
    command = ["central", "conformance", served.url, *signed]

    assert main([*command, "--only", "hash"]) == 0
    told = capsys.readouterr()
    assert "persons named Conformance" in told.err
    assert "ok   hash.sum" in told.out

    proxy.fault = next(each for each in FAULTS if "hash.sum" in each.breaks)()
    try:
        assert main([*command, "--only", "hash"]) == 1
        told = capsys.readouterr()
        assert "FAIL hash.sum" in told.out
        assert "docs/sync-contract.md, The hash" in told.out
        assert "sent POST /v1/sync" in told.out
        assert served.first.token not in told.out
        assert main([*command, "--only", "hash", "--json"]) == 1
        found = json.loads(capsys.readouterr().out)
        (failed,) = [each for each in found["clauses"] if each["outcome"] == "failed"]
        assert (found["passed"], failed["id"], bool(failed["exchanges"])) == (False, "hash.sum", True)
    finally:
        proxy.fault = None

    assert main(["central", "conformance", served.url, "--token-file", one, "--only", "feed.order"]) == 0
    assert "needs a second device of the same officer" in capsys.readouterr().out
    assert main([*command, "--only", "no.such"]) == 2
    assert main(["central", "conformance", served.url, *signed[2:]]) == 2
    assert main(["central", "conformance", served.url, "--token-file", one, "--second-token-file", three]) == 2
    assert main([*command, "--supervisor-token-file", three]) == 2
    assert main([*command, "--only", "held.own"]) == 0
    assert "needs a device of the officer's supervisor" in capsys.readouterr().out
    assert main([*command, "--supervisor-token-file", four, "--only", "held.own"]) == 0
    assert "ok   held.own" in capsys.readouterr().out
    assert main(["central", "conformance", "http://127.0.0.1:9", "--token-file", one]) == 3
    files[0].write_text("not-a-token", "utf-8")
    assert main(command) == 4
    assert main(["central", "conformance", "--list", "--only", "hash.sum"]) == 0
    assert "hash.sum: " in capsys.readouterr().out


def test_a_run_without_tokens_signs_in_by_code(wrong: tuple[Served, Wrong]) -> None:
    """It names the address and the code, waits, and is then a device of whoever approved."""
    served, _ = wrong

    def approve(words: str) -> None:
        assert f"{served.url}/device" in words
        now = dt.datetime.now(dt.UTC)
        with writing(served.engine) as conn:
            found = device_flow.find(conn, words.rpartition(" ")[2], now)
            user = user_of(conn, served.first.user)
            assert found is not None
            assert user is not None
            assert device_flow.answer(conn, found.sha, user, approve=True, now=now)

    with closing(Server(served.url)) as server:
        device = by_code(server, "the test officer", approve)
    assert device.user == served.first.user
    assert device.id not in {each.device for each in served.devices}
