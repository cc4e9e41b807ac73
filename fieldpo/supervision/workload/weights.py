"""Reading workload weights from TOML: a file, a text that came with a sync, or one that ships with fieldpo."""

from __future__ import annotations

from collections.abc import Iterator

from fieldpo.supervision.toml.reading import Wrong
from fieldpo.supervision.toml.sort_of_rules import SortOfRules
from fieldpo.supervision.written.workload import Weights


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


WEIGHTS = SortOfRules("fieldpo.supervision.workload", "set of workload weights", Weights, problems)
