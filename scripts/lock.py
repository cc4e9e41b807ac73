"""Write requirements/*.txt, the hashed lock that pip and uv both read, from pyproject.toml.

Further arguments go to uv: `--upgrade` moves every pin, `--upgrade-package NAME` one.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = {
    "app": ["pyproject.toml"],
    "central": ["pyproject.toml", "--extra", "central"],
    "dev": ["pyproject.toml", "--extra", "dev"],
    "build": ["--group", "build"],
}
FLAGS = [
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-header",
    "--no-annotate",
    "--quiet",
]


def main(extra: list[str]) -> int:
    """Write every lock; return the first exit code of uv that is not 0."""
    for name, sources in LOCKS.items():
        command = ["-m", "uv", "pip", "compile", *sources, *FLAGS, *extra, "-o", f"requirements/{name}.txt"]
        done = subprocess.run([sys.executable, *command], cwd=ROOT, stdout=subprocess.DEVNULL, check=False)
        if done.returncode:
            return done.returncode
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
