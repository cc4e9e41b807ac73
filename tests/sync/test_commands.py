"""`fieldpo enroll`, `sync` and `outbox` as a user runs them, against a central that runs."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from fieldpo.central.accounts.enrolled import all_devices, revoke
from fieldpo.central.accounts.tokens import end_device_tokens
from fieldpo.central.accounts.users import user_named
from fieldpo.central.books.database import writing
from fieldpo.central.office.records import NewRecord, put_records
from fieldpo.cli import main
from fieldpo.paths import paths
from fieldpo.store import tokens
from fieldpo.store.acting.acts import Act, Change, Create, perform
from fieldpo.store.database.migrations import migrate
from fieldpo.store.vault import open_vault
from fieldpo.sync.protocol.exchange import caseload_partition
from fieldpo.sync.protocol.ids import new_id
from fieldpo.sync.protocol.kinds import Contact, Person, Phone
from tests.filled_vault import PASSPHRASE
from tests.pty.terminal import Terminal
from tests.running_central import Central

AT = dt.datetime(2026, 11, 22, 17, 4, tzinfo=dt.timezone(dt.timedelta(hours=-6)))


@pytest.fixture
def passphrase_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the training passphrase stands."""
    for name in [name for name in os.environ if name.startswith("TEXTUAL")]:
        monkeypatch.setenv(name, os.environ[name])  # hardening takes them out: they come back after the test
    file = tmp_path / "passphrase"
    file.write_text(PASSPHRASE + "\n")
    monkeypatch.setenv("FIELDPO_PASSPHRASE_FILE", str(file))
    return file


def enrolled(central: Central, login: str = "reyes") -> tuple[str, str, str]:
    """Enrol by the command, as a program of its own. Returns the officer's, a person's and a phone's id."""
    officer = central.user(login)
    person, phone = new_id(), new_id()
    central.put(
        officer.id,
        [(person, Person(family_name="Fahey")), (phone, Phone(person_id=person, number="515 555 0101"))],
    )
    command = [sys.executable, "-m", "fieldpo", "enroll", central.url, "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ) as program:
        assert program.stdout is not None
        first = json.loads(program.stdout.readline())
        assert set(first) == {"user_code", "verification_uri"}
        assert first["verification_uri"] == f"{central.url}/device"
        central.approve(first["user_code"], officer)
        rest = program.stdout.read()
    assert program.returncode == 0
    assert json.loads(rest)["records"] >= 2
    return officer.id, person, phone


def test_enrol_work_and_sync_by_the_shell(
    central: Central, passphrase_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A computer is enrolled with a code; what is saved goes up with `sync`, which then has nothing left to say."""
    officer, person, _ = enrolled(central)
    contact = Create(
        Contact(person_id=person, occurred_at=AT, contact="office", outcome="reported", officer_id=officer)
    )
    with open_vault(paths().data, PASSPHRASE, migrate=migrate) as vault:
        perform(vault, Act("Contact with Fahey", (contact,), AT))
    assert main(["outbox", "--json"]) == 0
    [waiting] = json.loads(capsys.readouterr().out)
    assert (waiting["state"], waiting["label"], waiting["person"]) == ("not sent", "Contact with Fahey", "Fahey")
    assert main(["sync", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["ok"]
    assert told["receipt"].startswith("1 of 1 received ")
    assert told["receipt"].endswith(", 0 held, 0 returned")
    assert central.record(contact.record_id).kind == "contact"
    assert main(["outbox"]) == 0
    assert capsys.readouterr().out == "Every entry is at central.\n"


def test_a_conflict_ends_with_4_and_says_what_to_do(
    central: Central, passphrase_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Somebody else's number came first: sync exits with 4, and the outbox shows both numbers."""
    _, _, phone = enrolled(central)
    with open_vault(paths().data, PASSPHRASE, migrate=migrate) as vault:
        perform(vault, Act("Number", (Change("phone", phone, {"number": "515 555 0199"}),), AT))
    central.edit(phone, number="515 555 0142")
    assert main(["sync"]) == 4
    assert "1 entry needs your answer" in capsys.readouterr().out
    assert main(["outbox", "--json"]) == 4
    [asked] = json.loads(capsys.readouterr().out)
    assert asked["state"] == "needs your answer"
    [question] = asked["questions"]
    assert (question["field"], question["yours"], question["theirs"]) == ("number", "515 555 0199", "515 555 0142")


def test_offline_ends_with_3_and_keeps_the_work(
    central: Central, passphrase_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a central, sync exits with 3 and the entry still waits."""
    officer, person, _ = enrolled(central)
    contact = Create(
        Contact(person_id=person, occurred_at=AT, contact="office", outcome="reported", officer_id=officer)
    )
    with open_vault(paths().data, PASSPHRASE, migrate=migrate) as vault:
        perform(vault, Act("Contact", (contact,), AT))
        with vault.writing() as connection:
            tokens.keep_central(connection, "http://127.0.0.1:9")
    assert main(["sync"]) == 3
    assert "kept" in capsys.readouterr().err
    main(["outbox", "--json"])
    assert len(json.loads(capsys.readouterr().out)) == 1


def test_enrolling_with_another_central_leaves_the_vault_alone(
    central: Central, passphrase_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An enrolled computer refuses another central's address; its last sign-in is shown to none but its own."""
    enrolled(central)
    before = (paths().data / "vault.keys").read_bytes()
    assert main(["enroll", "http://127.0.0.1:9"]) == 5
    assert "not touched" in capsys.readouterr().err
    assert (paths().data / "vault.keys").read_bytes() == before


def test_a_sign_in_that_ended_is_made_again_and_what_waited_is_sent(
    central: Central, passphrase_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Sync says to enrol; `fieldpo enroll` signs the same device in, and its entry stands at central once."""
    officer, person, _ = enrolled(central)
    with writing(central.engine) as conn:
        [device] = [str(row["device_id"]) for row in all_devices(conn)]
        end_device_tokens(conn, device)
    contact = Create(
        Contact(person_id=person, occurred_at=AT, contact="office", outcome="reported", officer_id=officer)
    )
    with open_vault(paths().data, PASSPHRASE, migrate=migrate) as vault:
        perform(vault, Act("Contact", (contact,), AT))
    assert main(["sync"]) == 4
    assert "sign in again with fieldpo enroll" in capsys.readouterr().err
    command = [sys.executable, "-m", "fieldpo", "enroll", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ) as program:
        assert program.stdout is not None
        first = json.loads(program.stdout.readline())
        with writing(central.engine) as conn:
            found = user_named(conn, "reyes")
        central.approve(first["user_code"], found)
        told = json.loads(program.stdout.read())
    assert program.returncode == 0
    assert told["signed_in"]
    assert central.record(contact.record_id).kind == "contact"
    with writing(central.engine) as conn:
        assert [str(row["device_id"]) for row in all_devices(conn)] == [device]
    assert main(["sync"]) == 0


def test_a_revoked_computer_is_told_so_in_one_sentence(
    central: Central, passphrase_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Revoked: enrolling again is refused with exit 4, and the work is kept."""
    enrolled(central)
    with writing(central.engine) as conn:
        [device] = [str(row["device_id"]) for row in all_devices(conn)]
        revoke(conn, device, dt.datetime.now(dt.UTC))
    assert main(["enroll"]) == 4
    assert "revoked this computer" in capsys.readouterr().err


def test_plain_http_is_refused_off_this_computer(passphrase_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An address that is not loopback must be https."""
    assert main(["enroll", "http://central.example"]) == 2
    assert "https" in capsys.readouterr().err


def test_what_cannot_be_read_is_said_by_every_command(
    central: Central, passphrase_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Sync, outbox and doctor tell of a record that does not fit its kind, whose it is and what to do; once central has
    put it right nothing is left to tell."""
    officer, person, _ = enrolled(central)
    assert main(["sync"]) == 0
    capsys.readouterr()
    wrong = new_id()
    with writing(central.engine) as conn:
        new = NewRecord(wrong, "drug_test", {"person_id": person, "at": "yesterday"}, person)
        put_records(conn, caseload_partition(officer), [new])
    assert main(["sync"]) == 4
    assert "1 record cannot be read" in capsys.readouterr().out
    assert main(["outbox", "--json"]) == 4
    [told] = json.loads(capsys.readouterr().out)
    assert (told["state"], told["kind"], told["record_id"], told["person"]) == (
        "cannot be read",
        "drug_test",
        wrong,
        "Fahey",
    )
    assert "administrator" in told["to_do"]
    assert main(["outbox"]) == 4
    assert "cannot be read: drug test of Fahey" in capsys.readouterr().out
    assert main(["doctor", "--json"]) == 4
    [said] = [one for one in json.loads(capsys.readouterr().out)["controls"] if one["control"] == "records"]
    assert said["state"] == "attention"
    assert main(["sync", "--json"]) == 4
    assert json.loads(capsys.readouterr().out)["unreadable"] == 1
    central.edit(wrong, officer_id=officer, at=AT.isoformat(), reason="random", outcome="negative")
    assert main(["sync"]) == 0
    assert "cannot be read" not in capsys.readouterr().out


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pty")
def test_a_sync_ends_where_it_may_by_any_signal(
    central: Central, passphrase_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ctrl+C, SIGTERM and a closed terminal end a sync that waits for an answer; it says so, and the entry is kept."""
    officer, person, _ = enrolled(central)
    contact = Create(
        Contact(person_id=person, occurred_at=AT, contact="office", outcome="reported", officer_id=officer)
    )
    with socket.create_server(("127.0.0.1", 0)) as silent:
        with open_vault(paths().data, PASSPHRASE, migrate=migrate) as vault:
            perform(vault, Act("Contact", (contact,), AT))
            with vault.writing() as connection:
                tokens.keep_central(connection, f"http://127.0.0.1:{silent.getsockname()[1]}")
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            terminal = Terminal([sys.executable, "-m", "fieldpo", "sync"], os.environ, (80, 24))
            terminal.until("Syncing…")
            with silent.accept()[0]:
                if number is signal.SIGHUP:
                    terminal.program.ptyproc.fileobj.close()  # as when the window is closed
                    terminal.program.closed = terminal.program.ptyproc.closed = True
                    _, status = os.waitpid(terminal.program.pid, 0)
                    assert os.waitstatus_to_exitcode(status) == 128 + number
                else:
                    terminal.program.kill(number)
                    assert terminal.end() == 128 + number
                    assert "0 of 1 received" in terminal.shown
    assert main(["outbox", "--json"]) == 0
    [waiting] = json.loads(capsys.readouterr().out)
    assert waiting["state"] == "not sent"
