"""The shell commands for teams and for someone not listed, as an administrator types them."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from fieldpo.central.books.database import open_database
from fieldpo.cli import main
from tests.central.laptop import Laptop, put_person


def test_teams_and_intakes_from_the_shell(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Teams made, listed, assigned, supervised, ended; intakes listed, matched, refused, created; and mistakes said."""
    url = f"sqlite:///{tmp_path / 'central.db'}"

    def run(*words: str, typed: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        code = main(["central", *words, "--db", url])
        told = capsys.readouterr()
        assert "Traceback" not in told.err
        return code, told.out, told.err

    assert run("init", "--training")[0] == 0
    for login in ("rivera", "whitfield"):
        assert run("user", "add", login, typed="a long enough password\n")[0] == 0
    assert run("team", "add", "North")[0] == 0
    assert run("team", "add", "North")[0] != 0
    assert run("team", "assign", "North", "rivera")[0] == 0
    assert run("team", "supervise", "North", "whitfield")[0] == 0
    (north,) = json.loads(run("team", "list", "--json")[1])
    assert list(north["officers"].values()) == ["rivera"]
    assert list(north["supervisors"].values()) == ["whitfield"]
    assert "whitfield" in run("team", "list")[1]
    for words in (("assign", "South", "rivera"), ("assign", "North", "nobody"), ("remove", "whitfield")):
        code, _, err = run("team", *words)
        assert code != 0
        assert "Nothing was changed." in err
    assert run("team", "remove", "rivera")[0] == 0
    assert run("team", "supervise", "North", "whitfield", "--end")[0] == 0

    engine = open_database(url)
    officer = next(iter(north["officers"]))
    put_person(engine, officer, "p1", agency_ids={"doc": "26755"})
    laptop = Laptop(engine, user=officer)
    ops = [
        laptop.op("intake.create", body={"family_name": name, "officer_id": officer, "agency_id": typed})
        for name, typed in (("Doe", ""), ("Roe", ""), ("Poe", "31415"))
    ]
    laptop.send(*ops)
    assert {one["family_name"] for one in json.loads(run("intake", "list", "--json")[1])} == {"Doe", "Roe", "Poe"}
    assert run("intake", "match", ops[0].record_id, "26755")[0] == 0
    assert run("intake", "match", ops[0].record_id, "26755")[0] != 0
    assert run("intake", "refuse", ops[1].record_id, "--reason", "Another county's")[0] == 0
    code, made, _ = run("intake", "create", ops[2].record_id, "--to", "whitfield")
    assert (code, "If it is right: intake confirm 31415 " in made) == (0, True)
    assert run("intake", "list")[1] == "Nobody waits.\n"
    laptop.send()
    told = [each.body or {} for each in laptop.copy[laptop.caseload].values() if each.kind == "intake_outcome"]
    assert sorted(one["became"] for one in told) == ["created", "matched", "refused"]
    engine.dispose()
