"""The peers' programs beside their packages: installed once into the cache folder, never into the repository."""

from __future__ import annotations

import json
import shutil
import subprocess
from functools import cache
from pathlib import Path

from benchmarks.kept import kept_folder
from benchmarks.timing import Json, Skipped

HERE = Path(__file__).parent
_MOST_SECONDS = 900


@cache
def peers_folder() -> Path:
    """The folder with the packages and the programs. Raises `Skipped` where npm is missing or cannot install."""
    if not (shutil.which("npm") and shutil.which("node")):
        raise Skipped("npm and node are not on this machine")
    folder = kept_folder() / "peers"
    folder.mkdir(exist_ok=True)
    wanted = (HERE / "package.json").read_text("utf-8")
    done = folder / "installed.json"
    if not done.exists() or done.read_text("utf-8") != wanted:
        (folder / "package.json").write_text(wanted, "utf-8")
        # Without a lock file: it would name the registry. better-sqlite3 is compiled where it finds no binary.
        ran = subprocess.run(
            ["npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--foreground-scripts"],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=_MOST_SECONDS,
            check=False,
        )
        if ran.returncode:
            raise Skipped(f"npm could not install the peers: {ran.stderr.strip().splitlines()[-1:]}")
        done.write_text(wanted, "utf-8")
    for program in HERE.glob("*.js"):
        shutil.copy(program, folder)
    return folder


def versions() -> Json:
    """What ran, by package."""
    wanted: dict[str, str] = json.loads((HERE / "package.json").read_text("utf-8"))["dependencies"]
    node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    return {"node": node, **wanted}
