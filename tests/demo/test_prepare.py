"""`fieldpo demo --home DIR --prepare`: a training ground for scripts and classes."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import text

from fieldpo.demo.ground import PASSPHRASE, SUPERVISOR, found_ground
from fieldpo.demo.laptop import open_laptop, sync_laptop
from fieldpo.demo.serving import CentralDidNotStart, free_port, serving
from fieldpo.errors import BadInput
from fieldpo.paths import paths
from tests.demo.leftovers import demo_env, folders, processes, run_fieldpo

SMALL = ("--clients", "6", "--years", "1")


def test_a_ground_is_made_and_used_and_opened_again(tmp_path: Path) -> None:
    """The last line names all that scripts need; central serves without any environment, the vault syncs with it."""
    env = demo_env(tmp_path / "scratch")
    home = tmp_path / "class"
    done = run_fieldpo("demo", "--home", str(home), "--prepare", "--json", *SMALL, env=env)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert set(said) == {"url", "serve", "env", "passphrase"}
    assert said["passphrase"] == PASSPHRASE
    assert said["serve"][-5:-3] == ["serve", "--db"]
    assert said["serve"][-2] == "--port"
    assert set(said["env"]) == {"FIELDPO_HOME", "FIELDPO_PASSPHRASE_FILE"}
    assert Path(said["env"]["FIELDPO_PASSPHRASE_FILE"]).read_text("utf-8").strip() == PASSPHRASE
    assert not folders(tmp_path / "scratch")
    assert not processes(tmp_path / "scratch")
    os.environ.update(FIELDPO_HOME=said["env"]["FIELDPO_HOME"])
    with subprocess.Popen(said["serve"], env={}, stdout=subprocess.PIPE, text=True) as central:
        assert central.stdout is not None
        assert said["url"] in central.stdout.readline()
        with open_laptop(paths().data) as vault:
            assert vault.identity.training
            assert sync_laptop(vault, said["url"]).words.startswith("Up to date")
            with vault.reading() as connection:
                assert connection.scalar(text("SELECT count(*) FROM r_person")) == 6
        central.terminate()
    again = run_fieldpo("demo", "--home", str(home), "--prepare", "--json", env=env)
    assert json.loads(again.stdout.splitlines()[-1]) == said


def test_a_ground_of_a_later_fieldpo_is_refused_in_a_sentence(tmp_path: Path) -> None:
    """Its central has a step that this one does not know: nothing is opened and nothing changed."""
    home, env = tmp_path / "class", demo_env(tmp_path / "scratch")
    run_fieldpo("demo", "--home", str(home), "--prepare", *SMALL, env=env)
    with sqlite3.connect(home / "central" / "central.db") as central:
        central.execute("UPDATE schema_migration SET number = number + 100")
    later = run_fieldpo("demo", "--home", str(home), "--prepare", "--json", env=env)
    assert later.returncode == BadInput.exit_code
    assert "newer fieldpo" in later.stderr


def test_a_central_that_ends_at_once_is_told(tmp_path: Path) -> None:
    """What it said stands in the error, and nobody waits for an answer that will not come."""
    database = f"sqlite:///{tmp_path / 'none.db'}"
    with (
        serving(database, free_port(), tmp_path / "log.txt") as central,
        pytest.raises(CentralDidNotStart, match="not ready"),
    ):
        central.wait()


def test_a_supervisor_can_sign_in(tmp_path: Path) -> None:
    """Besides the officer there is a supervisor among central's users."""
    home = tmp_path / "class"
    run_fieldpo("demo", "--home", str(home), "--prepare", *SMALL, env=demo_env(tmp_path / "scratch"))
    ground = found_ground(home)
    assert ground is not None
    listed = run_fieldpo("central", "user", "list", "--json", "--db", ground.database_url, env=dict(os.environ))
    roles = {user["login"]: user["role"] for user in json.loads(listed.stdout)}
    assert roles == {"officer": "officer", SUPERVISOR: "supervisor"}


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    """A folder that is no training ground is refused, and nothing in it is touched."""
    (tmp_path / "notes.txt").write_text("mine")
    done = run_fieldpo("demo", "--home", str(tmp_path), "--prepare", env=dict(os.environ))
    assert done.returncode == 2
    assert "not empty" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_ground_that_was_not_finished_is_made_anew(tmp_path: Path) -> None:
    """Whoever was interrupted while preparing says the same command again."""
    home = tmp_path / "class"
    (home / "central").mkdir(parents=True)
    (home / "ground.json").write_text('{"port": 1, "whole": false}')
    done = run_fieldpo("demo", "--home", str(home), "--prepare", *SMALL, env=demo_env(tmp_path / "scratch"))
    assert done.returncode == 0, done.stderr
    assert found_ground(home) is not None


def test_options_that_contradict_are_refused(tmp_path: Path) -> None:
    """Each contradiction is a sentence and exit code 2; nothing is made."""
    for words in (
        ["--prepare"],
        ["--json"],
        ["--check", "--home", str(tmp_path / "class")],
        ["--home", str(tmp_path / "class")],
    ):
        done = run_fieldpo("demo", *words, env=demo_env(tmp_path / "scratch"))
        assert done.returncode == 2, words
        assert done.stderr.startswith("fieldpo: ")
    assert not (tmp_path / "class").exists()
