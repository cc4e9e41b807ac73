"""JSON values, as text, that are not what anybody expects; small and named, so that a failing one reads well."""

from __future__ import annotations

import hashlib

from hypothesis import strategies as st

Raw = dict[str, str]
"""A JSON object, each value as text: so that a value may be no JSON at all."""

NESTED = (10, 63, 64, 65, 200, 800, 900, 930, 950, 960, 970, 980, 990, 1_100, 20_000)
"""How deep: around what an op may be, around what a JSON reader in Python takes, and far beyond."""

LONG = hashlib.shake_256(b"long").hexdigest(6_000)
"""Text that cannot be pressed together: PostgreSQL's indexes hold nothing like it."""

ODD_TEXT: tuple[str, ...] = (
    '""',
    '" "',
    '"\\u0000"',
    '"a\\u0000b"',
    '"\\ud800"',
    '"\\udc00x"',
    '"\\u202e"',
    '"\\u0007"',
    '"' + "x" * 65 + '"',
    '"' + "x" * 401 + '"',
    '"' + "é" * 9_000 + '"',
    '"' + "x" * 70_000 + '"',
    '"' + LONG + '"',
    '"agency"',
    '"record:doe"',
    '"group:g"',
    '"doe"',
    '"2026-11-22"',
    '"2026-11-22T09:00:00"',
    '"2026-11-22T09:00:00-06:00"',
    '"0001-01-01T00:00:00+14:00"',
    '"9999-12-31T23:59:59-14:00"',
    '"\U0001f600"',
)
ODD_NUMBER: tuple[str, ...] = (
    "0",
    "-1",
    "1.5",
    "1e3",
    "-0.0",
    "1e308",
    "1e999",
    "NaN",
    "Infinity",
    str(2**31),
    str(2**53),
    str(2**63 - 1),
    str(2**63),
    str(-(2**63) - 1),
    str(2**64),
    "9" * 400,
)
ODD_OTHER: tuple[str, ...] = ("null", "true", "[]", "{}", "[[]]", '[""]', '{"":1}', '{"a":1,"a":2}', "[1,]", "")


def nested(depth: int) -> str:
    """A list in a list in a list."""
    return "[" * depth + "]" * depth


def odd() -> st.SearchStrategy[str]:
    """A JSON value, as text, that is not what was expected; not always JSON."""
    return st.one_of(
        st.sampled_from(ODD_TEXT),
        st.sampled_from(ODD_NUMBER),
        st.sampled_from(ODD_OTHER),
        st.sampled_from(NESTED).map(nested),
    )


def object_of(raw: Raw) -> str:
    """The object's text."""
    return "{" + ",".join(f'"{name}":{value}' for name, value in raw.items()) + "}"


def short(text: str) -> str:
    """As it is told of in a failure."""
    return text if len(text) < 40 else f"{text[:20]}… ({len(text)})"
