from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from fieldpo.central.accounts import device_flow
from fieldpo.central.accounts.tokens import Issued
from fieldpo.central.books.database import open_database, writing
from fieldpo.central.settings import Settings
from fieldpo.cli import main
from tests.central_edge.conftest import CASELOADS, PASSWORD

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(sqlite_url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `fieldpo central …` on this test's database: exit code, output, errors."""

    def run(*words: str, typed: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        code = main(["central", *words, "--db", sqlite_url])
        told = capsys.readouterr()
        assert "Traceback" not in told.err
        return code, told.out, told.err

    assert run("init", "--training")[0] == 0
    return run


def _add(run: Run, login: str, *words: str) -> dict[str, str]:
    code, out, err = run("user", "add", login, "--json", *words, typed=PASSWORD + "\n")
    assert code == 0, err
    added: dict[str, str] = json.loads(out)
    return added


def _enrol(run: Run, url: str, login: str) -> Issued:
    engine = open_database(url)

    now = dt.datetime.now(dt.UTC)
    settings = Settings(url)
    with writing(engine) as conn:
        asked = device_flow.ask(conn, "Laptop", "keyring", settings, now, source="")
    assert isinstance(asked, device_flow.Asked)
    code, out, err = run("approve", asked.user_code, "--user", login)
    assert (code, err) == (0, "")
    assert "Laptop is connected" in out
    with writing(engine) as conn:
        issued = device_flow.poll(conn, asked.device_code, settings, now)
    engine.dispose()
    assert isinstance(issued, Issued)
    return issued


def test_init_twice_changes_nothing(run: Run) -> None:
    """Init says what there is; a training central stays one."""
    assert run("init") == (0, "The database for training was ready already.\n", "")


def test_a_central_in_use_does_not_become_one_for_training(sqlite_url: str) -> None:
    """The mark that allows passphrase files is set when the database is made, or never."""
    assert main(["central", "init", "--db", sqlite_url]) == 0
    assert main(["central", "init", "--training", "--db", sqlite_url]) == 2


def test_users_are_added_listed_disabled_and_enabled(run: Run) -> None:
    """An officer's whole life as a user, from the shell."""
    added = _add(run, "mreyes", "--name", "Maria Reyes", "--title", "Probation Officer")
    (user,) = json.loads(run("user", "list", "--json")[1])
    assert user == {
        "user_id": added["user_id"],
        "login": "mreyes",
        "name": "Maria Reyes",
        "title": "Probation Officer",
        "role": "officer",
        "disabled": False,
    }
    assert run("user", "disable", "mreyes")[0] == 0
    assert json.loads(run("user", "list", "--json")[1])[0]["disabled"] is True
    assert run("user", "enable", "MReyes")[0] == 0
    assert json.loads(run("user", "list", "--json")[1])[0]["disabled"] is False


@pytest.mark.parametrize(
    ("login", "password", "said"),
    [
        ("mreyes", "short", "too short"),
        ("mreyes", "passwordpassword", "easy to guess"),
        ("mreyes", "aaaaaaaaaaaaaaaaaaaa", "easy to guess"),
        ("maria-reyes-of-iowa", "maria-reyes-of-iowa", "easy to guess"),
        ("mreyes", "x y" * 200, "too long"),
        ("two words", PASSWORD, "one word"),
    ],
)
def test_a_poor_user_is_refused(run: Run, login: str, password: str, said: str) -> None:
    """A password that is short, long or guessable, and a name that is none, are told and add nobody."""
    code, _, err = run("user", "add", login, typed=password + "\n")
    assert (code, said in err) == (2, True)
    assert json.loads(run("user", "list", "--json")[1]) == []


def test_a_name_is_taken_once(run: Run) -> None:
    """The same login twice is refused."""
    _add(run, "mreyes")
    assert run("user", "add", "MREYES", typed=PASSWORD + "\n")[0] == 2


def test_a_password_comes_from_a_file_too(run: Run, tmp_path: Path) -> None:
    """--password-file takes the first line."""
    path = tmp_path / "password"
    path.write_text(PASSWORD + "\nsecond line\n")
    assert run("user", "add", "mreyes", "--password-file", str(path))[0] == 0
    assert run("user", "password", "mreyes", "--password-file", str(tmp_path / "none"))[0] == 2
    assert run("user", "password", "mreyes", "--password-file", str(path))[0] == 0
    assert run("user", "password", "nobody", "--password-file", str(path))[0] == 2


def test_an_imported_officer_becomes_a_user_with_their_caseload(run: Run, sqlite_url: str) -> None:
    """`user add --officer` gives an imported caseload its person at the keyboard."""
    assert run("import", "nij", str(CASELOADS / "nij_200.csv"))[0] == 0
    officers = json.loads(run("user", "list", "--officers", "--json")[1])
    assert len(officers) == 4
    added = _add(run, "jchen", "--officer", officers[0]["officer_id"])
    assert (added["user_id"], added["name"]) == (officers[0]["officer_id"], officers[0]["name"])
    assert run("user", "add", "again", "--officer", officers[0]["officer_id"], typed=PASSWORD + "\n")[0] == 2
    assert run("user", "add", "none", "--officer", "nobody", typed=PASSWORD + "\n")[0] == 2


def test_a_device_is_approved_listed_and_revoked(run: Run, sqlite_url: str) -> None:
    """`approve` connects a computer, `device list` shows it, `device revoke` ends it."""
    _add(run, "mreyes")
    issued = _enrol(run, sqlite_url, "mreyes")
    (device,) = json.loads(run("device", "list", "--json")[1])
    assert (device["device_id"], device["login"], device["posture"]) == (issued.device_id, "mreyes", "keyring")
    assert device["revoked_at"] is None
    assert run("device", "revoke", issued.device_id)[0] == 0
    assert json.loads(run("device", "list", "--json")[1])[0]["revoked_at"] is not None
    assert run("device", "revoke", "nothing")[0] == 2


def test_a_wrong_code_and_a_wrong_user_are_told(run: Run) -> None:
    """`approve` names what it did not find."""
    _add(run, "mreyes")
    code, _, err = run("approve", "BBBB-BBBB", "--user", "mreyes")
    assert (code, "No computer waits" in err) == (2, True)
    code, _, err = run("approve", "BBBB-BBBB", "--user", "nobody")
    assert (code, "no user nobody" in err) == (2, True)


def test_persons_and_caseloads_are_handed_over(run: Run) -> None:
    """A person goes to a user by the agency's identifier; a colleague's caseload is covered until a day."""
    _add(run, "mreyes")
    assert run("import", "nij", str(CASELOADS / "nij_200.csv"))[0] == 0
    code, out, err = run("transfer", "6", "--to", "mreyes")
    assert (code, err, "records moved to mreyes" in out) == (0, "", True)
    assert run("assign", "mreyes", "--person", "8", "--person", "15")[0] == 0
    mine = f"caseload:{json.loads(run('user', 'list', '--json')[1])[0]['user_id']}"
    lines = [json.loads(line) for line in run("export", "--json")[1].splitlines()]
    moved = {
        line["body"]["agency_ids"]["nij-challenge"]
        for line in lines
        if line["partition"] == mine and (line["kind"] == "person")
    }
    assert moved == {"6", "8", "15"}
    officer = json.loads(run("user", "list", "--officers", "--json")[1])[0]["officer_id"]
    assert run("assign", "mreyes", "--officer", officer, "--until", "2099-12-31")[0] == 0
    assert run("assign", "mreyes", "--officer", officer, "--end")[0] == 0


@pytest.mark.parametrize(
    "words",
    [
        ("transfer", "no-such-person", "--to", "mreyes"),
        ("transfer", "6", "--to", "nobody"),
        ("assign", "mreyes"),
        ("assign", "mreyes", "--person", "6", "--officer", "x"),
        ("assign", "mreyes", "--officer", "nobody"),
        ("assign", "mreyes", "--person", "no-such-person"),
        ("import", "nij", "no/such/file.csv"),
        ("import", "no-such-mapping", "x.csv"),
        ("export",),
        ("user", "add", "x", "--role", "king"),
    ],
)
def test_a_mistake_is_one_sentence_and_exit_code_2(run: Run, words: tuple[str, ...]) -> None:
    """Whatever an administrator mistypes is told in a line and changes nothing."""
    _add(run, "mreyes")
    code, out, err = run(*words, typed=PASSWORD + "\n")
    assert (code, out, err.count("\n")) == (2, "", 1)


def test_import_reports_as_text_and_as_json(run: Run, tmp_path: Path) -> None:
    """Bad rows make exit code 1 and stand in the report; a dry run writes nothing."""
    path = tmp_path / "nij.csv"
    text = (CASELOADS / "nij_200.csv").read_text("utf-8")
    path.write_text(text.replace("\n6,M,", "\n6,Q,"), "utf-8")
    code, out, _ = run("import", "nij", str(path), "--dry-run")
    assert code == 1
    assert 'line 2, column "Gender": "Q" is not one of the values in the mapping' in out
    assert "199 loaded, 1 bad" in out
    assert run("export", "--json")[1] == ""
    code, out, _ = run("import", "nij", str(path), "--json", "--caseload-size", "100")
    report = json.loads(out)
    assert (code, report["loaded"], report["bad"], report["kinds"]["officer"]["added"]) == (1, 199, 1, 2)
    assert report["complaints"] == [
        {"line": 2, "column": "Gender", "reason": '"Q" is not one of the values in the mapping'}
    ]


def test_export_writes_a_private_file(run: Run, tmp_path: Path) -> None:
    """-o writes the same lines into a file that only its owner reads."""
    assert run("import", "nij", str(CASELOADS / "nij_200.csv"))[0] == 0
    path = tmp_path / "all.jsonl"
    assert run("export", "--json", "-o", str(path))[0] == 0
    assert path.read_text("utf-8") == run("export", "--json")[1]
    assert path.stat().st_mode & 0o077 == 0
    assert run("export", "--json", "-o", str(tmp_path / "no" / "folder"))[0] == 2


@pytest.mark.parametrize(
    "command",
    [
        *("init", "serve", "import", "export", "openapi", "approve", "assign", "transfer", "user", "device"),
        *("user add", "user list", "user password", "user title", "user disable", "user enable"),
        *("device list", "device revoke"),
    ],
)
def test_every_command_has_help_with_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """--help of each command shows how it is called."""
    assert main(["central", *command.split(), "--help"]) == 0
    told = capsys.readouterr().out
    assert "Example: fieldpo central" in told or command in ("user", "device")
    assert "--db" in told or command in ("user", "device")
