"""The whole main job with no terminal, a step at a time, against a central of its own; nothing is mocked."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from fieldpo.demo.check_steps import coming_down, coming_up, killing, two_laptops
from fieldpo.demo.check_steps.trial import Export, Failed, Line, Trial, closing
from fieldpo.demo.ground import Ground, Wish, new_ground
from fieldpo.demo.serving import Central, scratch_folder
from fieldpo.errors import FieldpoError

STEPS: tuple[tuple[str, Callable[[Trial], str]], ...] = (
    ("central starts", coming_down.start_central),
    ("a laptop enrols", coming_down.enrol),
    ("the caseload comes down", coming_down.pull),
    ("the network goes", coming_down.go_offline),
    ("entries are saved, the program is killed", killing.write_and_kill),
    ("what was saved is there", killing.reopen),
    ("an acknowledgement is lost", coming_up.lose_an_acknowledgement),
    ("the laptop syncs again", coming_up.sync_again),
    ("everything typed is at central once", coming_up.everything_once),
    ("a second laptop has it too", two_laptops.second_laptop),
    ("two laptops change one thing", two_laptops.conflict),
    ("all sides are the same", two_laptops.at_rest),
)
NOTHING_LEFT = "nothing is left"


@dataclass(frozen=True)
class Step:
    """How a step went."""

    step: str
    ok: bool
    detail: str

    def as_json(self) -> dict[str, str | bool]:
        """As `--json` prints it."""
        return {"step": self.step, "ok": self.ok, "detail": self.detail}


def export_lines(ground: Ground) -> list[Line]:
    """What `fieldpo central export --json` prints. Raises `Failed` with its complaint."""
    command = [sys.executable, "-m", "fieldpo", "central", "export", "--json", "--db", ground.database_url]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode:
        raise Failed(f"central export ended with {done.returncode}: {done.stderr.decode(errors='replace').strip()}")
    return [msgspec.json.decode(line) for line in done.stdout.splitlines()]


def run_check(wish: Wish, tell: Callable[[Step], None], export: Export = export_lines) -> list[Step]:
    """Do the main job; each step is told when it is done. After a failure the steps that build on it are not tried.

    `export` reads what stands at central; tests hand in one that lies, to see the check fail.
    """
    done: list[Step] = []

    def note(step: Step) -> None:
        done.append(step)
        tell(step)

    with scratch_folder() as folder:
        ground = new_ground(folder)
        with closing(Trial(ground, wish, export, Central(ground.database_url, ground.port, ground.log))) as trial:
            for name, run in STEPS:
                if all(step.ok for step in done):
                    note(_run(name, run, trial))
                else:
                    note(Step(name, ok=False, detail="not tried, because a step before it failed"))
    note(_nothing_left(ground, folder))
    return done


def _run(name: str, run: Callable[[Trial], str], trial: Trial) -> Step:
    try:
        return Step(name, ok=True, detail=run(trial))
    except (Failed, FieldpoError) as error:
        return Step(name, ok=False, detail=str(error))
    except Exception as error:  # noqa: BLE001 - a defect is a failed step, told like any other
        return Step(name, ok=False, detail=f"{type(error).__name__}: {error}")


def _nothing_left(ground: Ground, folder: Path) -> Step:
    left: Sequence[str] = [
        what
        for what, there in (
            (f"the folder {folder}", folder.exists()),
            (f"a server on {ground.url}", _answers(ground.port)),
            ("a process", _has_children()),
        )
        if there
    ]
    if left:
        return Step(NOTHING_LEFT, ok=False, detail=f"still there: {', '.join(left)}")
    return Step(NOTHING_LEFT, ok=True, detail="no process, no open port, no folder")


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _has_children() -> bool:
    """Whether this process still has a child, without taking notice of its end from whoever waits for it."""
    if not hasattr(os, "waitid"):
        return False
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True
