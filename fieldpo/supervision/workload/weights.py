"""Reading workload weights from TOML: a file, a text that came with a sync, or one that ships with fieldpo."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import resources
from pathlib import Path

from fieldpo.errors import NotFound
from fieldpo.plain import clean
from fieldpo.supervision.toml_file import Wrong, parse_toml
from fieldpo.supervision.toml_text import read_text
from fieldpo.supervision.workload.model import Weights


def load(path: Path) -> Weights:
    """Read an agency's weights. Raises PolicyError, naming file, line and key, where they are not sound."""
    return parse_weights(read_text(path, "workload weights"), str(path))


def parse_weights(text: str, source: str) -> Weights:
    """Read weights from TOML; ``source`` is what errors name. Raises PolicyError, naming source, line and key."""
    return parse_toml(text, source, Weights, problems)


def shipped_names() -> tuple[str, ...]:
    """Name the weights that come with fieldpo, in alphabetical order."""
    return tuple(sorted(f.name.removesuffix(".toml") for f in _folder().iterdir() if f.name.endswith(".toml")))


@cache
def shipped(name: str) -> Weights:
    """Return weights that come with fieldpo, read once a process. Raises NotFound for another name."""
    if name not in shipped_names():
        known = ", ".join(shipped_names())
        raise NotFound(f"No workload weights “{clean(name)}” come with fieldpo. There are: {known}; or a TOML file.")
    return parse_weights((_folder() / f"{name}.toml").read_text(encoding="utf-8"), f"{name}.toml")


def problems(weights: Weights) -> Iterator[Wrong]:
    """List what is wrong between the parts of weights; nothing means that they are sound."""
    if weights.unit == "hours" and weights.capacity <= 0:
        yield Wrong(("capacity",), f"expected hours a month above 0, got {weights.capacity:g}")
    if not weights.classes:
        yield Wrong(("classes",), "expected at least one class of case, got an empty list")
    codes = [one.code for one in weights.classes]
    for at, one in enumerate(weights.classes):
        if one.code in codes[:at]:
            yield Wrong(("classes", at, "code"), f"expected a code used once, but “{one.code}” stands above already")
        key = "hours" if weights.unit == "hours" else "most"
        figure = one.hours if weights.unit == "hours" else one.most
        if figure is None or figure <= 0:
            yield Wrong(("classes", at, key), f"expected {key} above 0, as unit “{weights.unit}” asks")


def _folder() -> resources.abc.Traversable:
    return resources.files("fieldpo.supervision.workload") / "shipped"
