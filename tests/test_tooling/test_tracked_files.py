"""What the repository's files must not name."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Put together here so that this file does not name them itself.
REGISTRY = re.compile(
    "|".join(("pypi" + r"\.org", "python" + "hosted", "index" + "-url=", "find" + "-links")), re.IGNORECASE
)
OUTSIDE = re.compile("|".join(("(?<![\\w/.])/wo" + "rk/", "\\.\\./sha" + "red", "/ro" + "ot/")))


def _tracked() -> list[Path]:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git clone: nothing says which files belong")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    return [ROOT / name for name in listed.decode().split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("forbidden", [REGISTRY, OUTSIDE], ids=["package registry", "path outside"])
def test_no_tracked_file_names(forbidden: re.Pattern[str]) -> None:
    """No file names a package registry's host or a folder outside the repository."""
    naming = {
        str(path.relative_to(ROOT))
        for path in _tracked()
        if forbidden.search(path.read_bytes().decode("utf-8", errors="replace"))
    }
    assert not naming


def test_the_lock_is_hashed_and_names_no_place() -> None:
    """Every pin in requirements/ has a hash, and no line is a URL, a path or an option that names one."""
    for lock in sorted((ROOT / "requirements").glob("*.txt")):
        text = lock.read_text(encoding="utf-8").replace("\\\n", " ")
        pins = [line for line in text.splitlines() if line.strip()]
        assert pins, lock
        for line in pins:
            assert re.match(r"[a-z0-9-]+(\[[a-z,]+\])?==\S+ .*--hash=sha256:[0-9a-f]{64}", line), (
                f"{lock.name}: {line[:80]}"
            )
        assert "://" not in text


def test_the_lock_meets_the_project_file() -> None:
    """Every dependency of pyproject.toml is pinned in the lock of its extra."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = {"app": project["dependencies"], "central": extras["central"], "dev": extras["dev"]}
    for name, requirements in wanted.items():
        pinned = set(re.findall(r"^([a-z0-9-]+)==", (ROOT / f"requirements/{name}.txt").read_text(), re.MULTILINE))
        named = {re.split(r"[\[<>=;]", one)[0] for one in requirements} - {"fieldpo"}
        assert named <= pinned
