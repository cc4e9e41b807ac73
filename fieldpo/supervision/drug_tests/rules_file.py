"""Reading a laboratory's rules from TOML: a file, or those that ship with fieldpo."""

from __future__ import annotations

from collections.abc import Iterator

from fieldpo.supervision.toml.reading import Wrong
from fieldpo.supervision.toml.sort_of_rules import SortOfRules
from fieldpo.supervision.written.drug_tests import COLLECTED, TestRules, Word

_LISTS = ("reasons", "specimens", "outcomes", "validities", "substances", "panels")


def problems(rules: TestRules) -> Iterator[Wrong]:
    """List what is wrong between the parts of the rules; nothing means that they are sound."""
    for name in _LISTS:
        yield from _coded(name, getattr(rules, name))
    if COLLECTED not in {one.code for one in rules.outcomes}:
        yield Wrong(("outcomes",), f"expected the outcome “{COLLECTED}”, which every laboratory has")
    for at, one in enumerate(rules.substances):
        if (one.initial is not None and one.initial <= 0) or (one.confirm is not None and one.confirm <= 0):
            yield Wrong(("substances", at), "expected cut-offs above 0")
    known = {one.code for one in rules.substances}
    for at, panel in enumerate(rules.panels):
        for code in panel.substances:
            if code not in known:
                yield Wrong(("panels", at, "substances"), f"expected a code of substances, got “{code}”")
        if not panel.substances:
            yield Wrong(("panels", at, "substances"), "expected at least one substance, got an empty list")
    if len(rules.temperature) not in (0, 2) or list(rules.temperature) != sorted(rules.temperature):
        yield Wrong(("temperature",), "expected the lowest and the highest °F, or nothing")


def _coded(name: str, entries: tuple[Word, ...]) -> Iterator[Wrong]:
    if not entries:
        yield Wrong((name,), "expected at least one entry, got an empty list")
    for at, one in enumerate(entries):
        if one.code in {other.code for other in entries[:at]}:
            yield Wrong((name, at, "code"), f"expected a code used once, but “{one.code}” stands above already")
        if len(one.key) != 1 or not one.key.isalnum() or not one.key.isascii():
            yield Wrong((name, at, "key"), f"expected one letter or digit, got “{one.key}”")
        elif one.key in {other.key for other in entries[:at]}:
            yield Wrong((name, at, "key"), f"expected a key used once, but “{one.key}” stands above already")


LABORATORIES = SortOfRules("fieldpo.supervision.drug_tests", "set of laboratory rules", TestRules, problems)
