"""The commands as an officer runs them, each a process of its own."""

from __future__ import annotations

import ctypes
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.filled_vault import PASSPHRASE

from .laptops import Laptop


def env(laptop: Laptop, scratch: Path) -> dict[str, str]:
    """The environment in which the commands find this laptop's vault and its passphrase."""
    phrase = scratch / "passphrase"
    phrase.write_text(PASSPHRASE + "\n")
    phrase.chmod(0o644)
    return {**os.environ, "FIELDPO_HOME": str(laptop.folder.parent), "FIELDPO_PASSPHRASE_FILE": str(phrase)}


def begin(
    laptop: Laptop, scratch: Path, *words: str, before: Callable[[], None] | None = None
) -> subprocess.Popen[str]:
    """Start `fieldpo WORDS`; `before` runs in the new process."""
    return subprocess.Popen(
        [sys.executable, "-m", "fieldpo", *words],
        env=env(laptop, scratch),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=before,  # noqa: PLW1509 - this test process has no thread that holds a lock then
    )


def run(
    laptop: Laptop, scratch: Path, *words: str, note: str = "", before: Callable[[], None] | None = None
) -> tuple[int, str, str]:
    """Run `fieldpo WORDS` to its end: exit code, standard output, standard error."""
    with begin(laptop, scratch, *words, before=before) as program:
        out, said = program.communicate(note, timeout=120)
    return program.returncode, out, said


def checkin(laptop: Laptop) -> tuple[str, ...]:
    """The words that log a contact with the laptop's first client."""
    return "checkin", laptop.persons[0], "--kind", "phone"


def one_sentence(said: str) -> bool:
    """Whether standard error holds one line for people, and no traceback."""
    return said.startswith("fieldpo: ") and said.count("\n") == 1 and "Traceback" not in said


def small_files() -> None:
    """A stand-in for a quota: no file of this process grows beyond 4 KB."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (4_096, 4_096))


def no_more_than_its_owner() -> None:
    """Go on as a root that may write only where the permissions let it: without CAP_DAC_OVERRIDE."""
    ctypes.CDLL(None).prctl(24, 1)  # PR_CAPBSET_DROP, see capabilities(7); it takes hold with exec
