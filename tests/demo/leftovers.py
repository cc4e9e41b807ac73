"""What a demo may have left: its folder, and processes that name it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

PATIENCE = 30.0


def demo_env(scratch: Path) -> dict[str, str]:
    """An environment in which a demo makes its scratch folder below `scratch`."""
    scratch.mkdir(parents=True, exist_ok=True)
    return {**os.environ, "TMPDIR": str(scratch), "TEMP": str(scratch)}


def folders(scratch: Path) -> list[Path]:
    """Demo folders that are there."""
    return sorted(scratch.glob("fieldpo-demo-*"))


def processes(scratch: Path) -> list[str]:
    """Running processes whose command line or environment names the folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words, environ = ((process / name).read_bytes() for name in ("cmdline", "environ"))
        except OSError:
            continue  # it has just ended
        if words and str(scratch).encode() in words + environ:
            found.append(words.replace(b"\0", b" ").decode(errors="replace"))
    return found


def assert_nothing_left(scratch: Path) -> None:
    """Wait a while for processes that are ending; then neither folder nor process may be there."""
    ends = time.monotonic() + PATIENCE
    while (folders(scratch) or processes(scratch)) and time.monotonic() < ends:
        time.sleep(0.05)
    assert not folders(scratch)
    assert not processes(scratch)


def fieldpo(*words: str) -> list[str]:
    """The command line of fieldpo with these words."""
    return [sys.executable, "-m", "fieldpo", *words]


def run_fieldpo(*words: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run fieldpo to its end."""
    return subprocess.run(fieldpo(*words), env=env, capture_output=True, text=True, check=False, timeout=300)
