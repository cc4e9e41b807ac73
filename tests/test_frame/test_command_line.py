"""The command line's frame: exit codes, and no traceback for a person's mistake."""

from __future__ import annotations

import subprocess
import sys

import pytest
import typer

import fieldpo
from fieldpo import errors
from fieldpo.cli import commands, main


def _subclasses(base: type[errors.FieldpoError]) -> set[type[errors.FieldpoError]]:
    return {base}.union(*(_subclasses(one) for one in base.__subclasses__()))


def test_the_tree_shows_every_error_with_its_code() -> None:
    """The docstring of fieldpo.errors draws each class beside the exit code it has."""
    drawn = errors.__doc__ or ""
    for one in _subclasses(errors.FieldpoError):
        if one.__module__ == errors.__name__:
            lines = [line for line in drawn.splitlines() if one.__name__ in line.split()]
            assert lines, one.__name__
            assert str(one.exit_code) in lines[0].split()


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    """--version prints the program and its version."""
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"fieldpo {fieldpo.__version__}\n"


def test_help_documents_the_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    """--help says what each exit code means."""
    assert main(["--help"]) == 0
    assert "3 offline, work kept" in " ".join(capsys.readouterr().out.split())


def test_an_unknown_command_is_said_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """A command that does not exist ends with 2 and one line on standard error."""
    assert main(["no-such-command"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize(
    ("raised", "code", "said"),
    [
        (errors.Offline("Central did not answer; 3 entries are kept here."), 3, "fieldpo: Central did not answer"),
        (errors.NoVault("This computer is not enrolled; run fieldpo enroll."), 6, "fieldpo: This computer"),
        (KeyboardInterrupt(), 130, ""),
        (typer.Abort(), 130, ""),
        (typer.Exit(4), 4, ""),
        (typer.BadParameter("Not a date."), 2, "Not a date."),
    ],
)
def test_how_a_command_ends(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    raised: BaseException,
    code: int,
    said: str,
) -> None:
    """What a command raises becomes its exit code and a sentence, never a traceback."""

    def build() -> typer.Typer:
        app = typer.Typer(add_completion=False)

        @app.callback()
        def program() -> None:
            """A program with one command."""

        @app.command()
        def go() -> None:
            raise raised

        return app

    monkeypatch.setattr(commands, "build", build)
    assert main(["go"]) == code
    error = capsys.readouterr().err
    assert said in error
    assert "Traceback" not in error


def test_the_module_runs_as_the_command_does() -> None:
    """Python -m fieldpo is the same program."""
    done = subprocess.run([sys.executable, "-m", "fieldpo", "-V"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, f"fieldpo {fieldpo.__version__}\n")


@pytest.mark.skipif(sys.platform == "win32", reason="pipes close differently there")
def test_a_reader_that_goes_away_is_no_failure() -> None:
    """Output into a closed pipe ends quietly."""
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {sys.executable} -m fieldpo -h | true"], capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
