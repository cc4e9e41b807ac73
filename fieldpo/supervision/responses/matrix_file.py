"""Reading a response matrix from TOML: a file, a text that came with a sync, or one that ships with fieldpo."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path

from fieldpo.errors import NotFound
from fieldpo.plain import clean
from fieldpo.supervision.responses.checks import problems
from fieldpo.supervision.responses.model import Matrix
from fieldpo.supervision.toml_file import parse_toml
from fieldpo.supervision.toml_text import read_text


def load(path: Path) -> Matrix:
    """Read an agency's matrix. Raises PolicyError, naming file, line and key, where it is not sound."""
    return parse_matrix(read_text(path, "response matrix"), str(path))


def parse_matrix(text: str, source: str) -> Matrix:
    """Read a matrix's TOML; ``source`` is what errors name. Raises PolicyError, naming source, line and key."""
    return parse_toml(text, source, Matrix, problems)


def shipped_names() -> tuple[str, ...]:
    """Name the matrices that come with fieldpo, in alphabetical order."""
    return tuple(sorted(f.name.removesuffix(".toml") for f in _folder().iterdir() if f.name.endswith(".toml")))


@cache
def shipped(name: str) -> Matrix:
    """Return a matrix that comes with fieldpo, read once a process. Raises NotFound for another name."""
    if name not in shipped_names():
        known = ", ".join(shipped_names())
        raise NotFound(f"No response matrix “{clean(name)}” comes with fieldpo. There are: {known}; or a TOML file.")
    return parse_matrix((_folder() / f"{name}.toml").read_text(encoding="utf-8"), f"{name}.toml")


def _folder() -> resources.abc.Traversable:
    return resources.files("fieldpo.supervision.responses") / "shipped"
