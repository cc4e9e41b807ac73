"""Requests that are almost an exchange: real ops and real envelopes in which one thing, or a few, are wrong.

Each is bytes with headers, as it goes on the wire. What is drawn is small and named, so that a failing one reads well.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from tests.coded import zstd
from tests.contract.served import Served

Json = Any
Raw = dict[str, str]

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

FIELDS = ("device", "incarnation", "ops", "audit", "cursors", "verdicts_after", "limit", "more")
KINDS_MADE = ("contact", "phone", "case", "stay", "intake", "withdrawal", "person", "appointment", "unheard_of")


@dataclass(frozen=True)
class Wire:
    """One request as bytes; `why` says what was made wrong."""

    body: bytes
    headers: tuple[tuple[str, str], ...]
    why: str


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


def _body(kind: str, served: Served) -> dict[str, Json]:
    moment = "2026-11-22T09:00:00-06:00"
    person = {"person_id": "doe"}
    bodies: dict[str, dict[str, Json]] = {
        "contact": {
            **person,
            "occurred_at": moment,
            "contact": "home",
            "outcome": "reported",
            "officer_id": served.first.user,
            "note": "Talked about work.",
            "minutes": 10,
            "told": {"phone": "changed"},
        },
        "phone": {**person, "number": "515-555-0100"},
        "case": {**person, "case_number": "FECR-1", "facts": {"a": 1}},
        "stay": {**person, "case_id": "case-1", "stay": "absconding", "start": "2026-11-01"},
        "intake": {"family_name": "Roe", "officer_id": served.first.user, "agency_id": "A-1"},
        "withdrawal": {"entry_id": "entry-1", "reason": "by mistake", "officer_id": served.first.user},
        "person": {"family_name": "Poe", "aliases": ["P."], "agency_ids": {"state": "A-1"}},
        "appointment": {**person, "starts_at": moment, "minutes": 15},
        "unheard_of": {**person, "anything": {"at": "all"}},
    }
    if kind == "withdrawal":
        bodies[kind]["written_at"] = moment
    return bodies[kind]


def right_op(served: Served, kind: str, verb: str, number: int) -> tuple[Raw, Raw]:
    """An op's fields and those of its body as JSON texts, nothing wrong in them yet."""
    body = _body(kind, served) if verb == "create" else {}
    if verb == "edit":
        body = {"fields": {next(iter(_body(kind, served))): {"old": None, "new": "x"}}, "add": {"aliases": ["Q."]}}
    fields: dict[str, Json] = {
        "op_id": f"op-{kind}-{verb}-{number}",
        "device_id": served.first.device,
        "author_id": served.first.user,
        "kind": f"{kind}.{verb}",
        "schema_version": 1,
        "record_id": f"{kind}-{number}",
        "base_version": 1,
        "seen": 3,
        "occurred_at": "2026-11-22T09:00:00-06:00",
        "recorded_at": "2026-11-22T09:03:00-06:00",
    }
    return {name: json.dumps(value) for name, value in fields.items()}, {
        name: json.dumps(value) for name, value in body.items()
    }


def whole(raw: Raw, parts: Raw) -> str:
    """The op's text."""
    return _object({"body": _object(parts)} | raw)


@st.composite
def op_text(draw: st.DrawFn, served: Served) -> tuple[str, str]:
    """An op's text with up to two things wrong, and what they are."""
    kind = draw(st.sampled_from(KINDS_MADE))
    verb = draw(st.sampled_from(("create", "create", "edit", "delete")))
    number = draw(st.integers(0, 40))
    raw, parts = right_op(served, kind, verb, number)
    raw["op_id"] = json.dumps(draw(st.sampled_from((f"op-{number}", f"op-{kind}-{number}"))))
    raw["record_id"] = json.dumps(draw(st.sampled_from((f"{kind}-{number % 7}", "doe", "roe", "case-1", "entry-1"))))
    if draw(st.booleans()):
        raw |= {name: json.dumps(value) for name, value in draw(_links(number)).items()}
    said = [draw(_spoil(raw, parts, served)) for _ in range(draw(st.integers(0, 2)))]
    text = whole(raw, parts)
    if draw(st.integers(0, 9)) == 0:
        text, what = draw(_twisted(text))
        said.append(what)
    return text, f"{kind}.{verb}: {'; '.join(said) or 'right'}"


def _links(number: int) -> st.SearchStrategy[dict[str, Json]]:
    other = st.integers(0, 40).map(lambda each: f"op-{each}")
    return st.fixed_dictionaries(
        {},
        optional={
            "deps": st.lists(other, max_size=2),
            "group_id": st.sampled_from(("g-1", "g-2")),
            "group_size": st.sampled_from((0, 1, 2, 3, 257)),
            "supersedes": other,
            "undoes": other,
            "resolves": st.just(f"conflict-{number}"),
        },
    )


@st.composite
def _spoil(draw: st.DrawFn, raw: Raw, parts: Raw, served: Served) -> str:
    """Make one field of the op, or of its body, wrong."""
    where, target = draw(st.sampled_from((("op", raw), ("body", parts))))
    way = draw(st.sampled_from(("odd", "odd", "odd", "gone", "more", "theirs", "whole")))
    if way == "theirs":
        name, value = draw(
            st.sampled_from(
                (
                    ("device_id", served.second.device),
                    ("author_id", served.other.user),
                    ("record_id", "roe"),
                    ("op_id", "theirs-1"),
                )
            )
        )
        raw[name] = json.dumps(value)
        return f"{name} is another's"
    if way == "whole":
        value = draw(odd())
        raw["body"] = value
        return f"body = {_short(value)}"
    name = draw(st.sampled_from(sorted(target) or ["more"]))
    if way == "gone":
        target.pop(name, None)
        return f"{where} without {name}"
    if way == "more":
        name = draw(st.sampled_from(("more", "", "\\u0000", "x" * 70)))
    value = draw(odd())
    target[name] = value
    return f"{where}.{_short(name)} = {_short(value)}"


@st.composite
def _twisted(draw: st.DrawFn, text: str) -> tuple[str, str]:
    """The op's text itself made wrong."""
    return draw(
        st.sampled_from(
            (
                (text + "}", "one brace too many"),
                (text[:-1], "cut short"),
                ("[" + text + "]", "in a list"),
                (text.replace("{", '{"op_id":"first",', 1), "two op_ids"),
                ("\ufeff" + text, "a byte order mark"),
                (text + "\x00", "a NUL behind"),
                (text.replace("body", "b\\u006fdy"), "an escaped key"),
                ("", "empty"),
                ("null", "null"),
                (json.dumps(text), "quoted once more"),
                (nested(100_000), "a hundred thousand brackets"),
                (text.replace(":", ": " + " " * 300_000, 1), "too large"),
            )
        )
    )


@st.composite
def requests(draw: st.DrawFn, served: Served) -> Wire:
    """A whole request of the first device."""
    made = [draw(op_text(served)) for _ in range(draw(st.integers(0, 5)))]
    start = draw(st.sampled_from((1, 1, 5, 100, 2**53 - 10)))
    seqs: list[str] = [str(start + place) for place in range(len(made))]
    said = [what for _, what in made]
    if seqs and draw(st.integers(0, 4)) == 0:
        at = draw(st.integers(0, len(seqs) - 1))
        seqs[at] = draw(st.one_of(st.sampled_from(ODD_NUMBER), st.sampled_from(('"1"', "null", "1"))))
        said.append(f"seq {seqs[at][:30]}")
    ops = [f"[{seq},{json.dumps(text)}]" for seq, (text, _) in zip(seqs, made, strict=True)]
    raw: Raw = {
        "device": json.dumps(served.first.device),
        "incarnation": json.dumps(f"life-{draw(st.integers(0, 3))}"),
        "ops": "[" + ",".join(ops) + "]",
    }
    if draw(st.booleans()):
        said.append(draw(_envelope(raw)))
    return draw(_packed(_object(raw).encode("utf-8", "surrogatepass"), tuple(said)))


@st.composite
def _envelope(draw: st.DrawFn, raw: Raw) -> str:
    """Something beside the ops, wrong or strange."""
    way = draw(st.sampled_from(("field", "cursors", "audit", "audit", "twice", "more")))
    if way == "cursors":
        deep = base64.urlsafe_b64encode(b'["e","agency",1,"t",' + nested(draw(st.sampled_from(NESTED))).encode() + b"]")
        cursor = st.sampled_from(('""', '"!"', '"\\u0000"', '"W10"', '"é"', json.dumps(deep.decode()), "1"))
        names = st.sampled_from(("agency", "caseload:x", "", "\\u0000", "\\ud800"))
        raw["cursors"] = "{" + ",".join(f'"{draw(names)}":{draw(cursor)}' for _ in range(2)) + "}"
        return f"cursors {_short(raw['cursors'])}"
    if way == "audit":
        row = {"n": "1", "text": '"row 1"', "hash": '"' + "0" * 64 + '"'}
        name = draw(st.sampled_from(sorted(row)))
        row[name] = draw(odd())
        raw["audit"] = "[" + _object(row) + "]"
        return f"audit {name} = {_short(row[name])}"
    if way == "twice":
        raw["ops "] = "[]"
        raw["device\\u0000"] = '"x"'
        return "keys that look alike"
    name = draw(st.sampled_from(FIELDS))
    raw[name] = draw(odd())
    return f"{name} = {_short(raw[name])}"


@st.composite
def _packed(draw: st.DrawFn, body: bytes, said: tuple[str, ...]) -> Wire:
    """The bytes as they go: mostly right, else with another coding than they say."""
    headers = {"Fieldpo-Protocol": "1", "Content-Type": "application/json"}
    packed = gzip.compress(body, 1, mtime=0)
    way = draw(st.sampled_from(("plain",) * 8 + ("gzip",) * 4 + tuple(_CODINGS)))
    if way == "gzip":
        return Wire(packed, (*headers.items(), ("Content-Encoding", "gzip")), " | ".join((*said, "gzip")))
    if way == "plain":
        return Wire(body, tuple(headers.items()), " | ".join(said))
    made, more = _CODINGS[way](body, packed)
    return Wire(made, tuple((headers | more).items()), " | ".join((*said, way)))


_GZIP = {"Content-Encoding": "gzip"}
_ZSTD = {"Content-Encoding": "zstd"}
_CODINGS: dict[str, Any] = {
    "gzip cut short": lambda _, packed: (packed[:-5], _GZIP),
    "bytes behind the gzip": lambda _, packed: (packed + b"more", _GZIP),
    "two gzip members": lambda _, packed: (packed + packed, _GZIP),
    "gzip in gzip": lambda _, packed: (gzip.compress(packed, mtime=0), _GZIP),
    "gzip that is none": lambda body, _: (body, _GZIP),
    "gzip that is not said": lambda _, packed: (packed, {}),
    "a gzip bomb": lambda _, __: (gzip.compress(b" " * (9 << 20), 1, mtime=0), _GZIP),
    "zstd": lambda body, _: (zstd.compress(body), _ZSTD),
    "zstd cut short": lambda body, _: (zstd.compress(body)[:-2], _ZSTD),
    "bytes behind the zstd": lambda body, _: (zstd.compress(body) + b"more", _ZSTD),
    "two zstd frames": lambda body, _: (zstd.compress(body) * 2, _ZSTD),
    "zstd that is none": lambda body, _: (body, _ZSTD),
    "zstd said, gzip sent": lambda _, packed: (packed, _ZSTD),
    "a zstd bomb": lambda _, __: (zstd.compress(b" " * (9 << 20)), _ZSTD),
    "a zstd frame that looks far back": lambda body, _: (bytes.fromhex("28b52ffd0088") + body, _ZSTD),
    "utf-16": lambda body, _: (body.decode("utf-8", "replace").encode("utf-16"), {}),
    "bytes behind": lambda body, _: (body + b"\x00", {}),
    "latin-1": lambda body, _: (body + b"\xff", {}),
    "empty": lambda _, __: (b"", {}),
    "another type": lambda body, _: (body, {"Content-Type": "text/plain"}),
    "brotli": lambda body, _: (body, {"Content-Encoding": "br"}),
    "no protocol": lambda body, _: (body, {"Fieldpo-Protocol": ""}),
    "protocol 2": lambda body, _: (body, {"Fieldpo-Protocol": "2"}),
    "protocol 0": lambda body, _: (body, {"Fieldpo-Protocol": "0"}),
}


def _object(raw: Raw) -> str:
    return "{" + ",".join(f'"{name}":{value}' for name, value in raw.items()) + "}"


def _short(text: str) -> str:
    return text if len(text) < 40 else f"{text[:20]}… ({len(text)})"
