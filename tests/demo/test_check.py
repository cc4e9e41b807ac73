"""`fieldpo demo --check`: the main job, and that the check can fail."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from fieldpo.demo.check import NOTHING_LEFT, STEPS, Step, export_lines, run_check
from fieldpo.demo.check_steps.coming_up import strings
from fieldpo.demo.check_steps.trial import Export, Line
from fieldpo.demo.ground import Ground, Wish
from tests.demo.leftovers import assert_nothing_left, demo_env, fieldpo, run_fieldpo

SMALL = ("--clients", "6", "--years", "1")
ONCE = "everything typed is at central once"
PART_OF_A_TEXT = "the bus was late"


def checked(export: Export) -> dict[str, Step]:
    """The check of a small caseload by an export of the test's own."""
    wish = Wish(dt.datetime.now().astimezone(), clients=6, years=1)
    return {step.step: step for step in run_check(wish, lambda _: None, export)}


def typed(lines: Sequence[Line]) -> list[Line]:
    """The lines of the export that have a text which the check typed, those among them that it may lose too: an entry
    whose program was killed before the screen said Saved."""
    return [line for line in lines if any(PART_OF_A_TEXT in text for text in strings(line["body"]))]


def test_the_main_job_is_done_and_told_as_json(tmp_path: Path) -> None:
    """Every step is told with whether it went well and what was seen; all of them do, and nothing is left."""
    scratch = tmp_path / "scratch"
    done = run_fieldpo("demo", "--check", "--json", *SMALL, env=demo_env(scratch))
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout)
    assert [step["step"] for step in told] == [*(name for name, _ in STEPS), NOTHING_LEFT]
    assert all(set(step) == {"step", "ok", "detail"} and step["ok"] is True and step["detail"] for step in told)
    assert_nothing_left(scratch)


def test_a_text_missing_at_central_fails_the_check() -> None:
    """An export without the typed texts fails just the step that compares, and the steps after it."""

    def without_them(ground: Ground) -> list[Line]:
        lines = export_lines(ground)
        missing = typed(lines) if asked else []
        asked.append(True)
        return [line for line in lines if line not in missing]

    asked: list[bool] = []
    steps = checked(without_them)
    assert not steps[ONCE].ok
    assert "0 times" in steps[ONCE].detail
    assert steps["the laptop syncs again"].ok
    assert not steps["all sides are the same"].ok


def test_a_text_twice_at_central_fails_the_check() -> None:
    """An export in which the typed texts stand twice fails the step that compares."""

    def with_them_twice(ground: Ground) -> list[Line]:
        lines = export_lines(ground)
        return [*lines, *({**line, "id": "another"} for line in typed(lines))]

    steps = checked(with_them_twice)
    assert not steps[ONCE].ok
    assert "2 times" in steps[ONCE].detail


def test_a_failed_check_ends_with_1(tmp_path: Path) -> None:
    """A central that cannot be exported fails the check, which tells its line and ends with 1.

    The child's own `export` command is what breaks: its folder of modules is led by one that raises.
    """
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "sitecustomize.py").write_text(
        "import sys\nif 'export' in sys.orig_argv:\n    raise SystemExit('no export today')\n"
    )
    env = {**demo_env(tmp_path / "scratch"), "PYTHONPATH": str(broken)}
    done = run_fieldpo("demo", "--check", *SMALL, env=env)
    assert done.returncode == 1
    failed = [line for line in done.stdout.splitlines() if line.startswith("FAIL")]
    assert "central export ended with 1" in failed[0]
    assert all("not tried" in line for line in failed[1:])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_check_that_is_ended_leaves_nothing(tmp_path: Path, number: signal.Signals) -> None:
    """SIGTERM or Ctrl+C in the middle puts everything away and exits as shells have it."""
    scratch = tmp_path / "scratch"
    with subprocess.Popen(
        fieldpo("demo", "--check", *SMALL), env=demo_env(scratch), stdout=subprocess.PIPE, text=True
    ) as check:
        assert check.stdout is not None
        assert check.stdout.readline().startswith("ok")
        os.kill(check.pid, number)
        check.communicate()
    assert check.returncode == 128 + number
    assert_nothing_left(scratch)
