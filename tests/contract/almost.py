"""Requests that are almost an exchange: real envelopes, around ops that are almost right, in which a thing is wrong.

Each is bytes with headers, as it goes on the wire. What is drawn is small and named, so that a failing one reads well.
"""

from __future__ import annotations

import base64
import gzip
import json
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from tests.coded import zstd
from tests.contract.almost_json import NESTED, ODD_NUMBER, Raw, nested, object_of, odd, short
from tests.contract.almost_ops import op_text
from tests.contract.served import Served

FIELDS = ("device", "incarnation", "ops", "audit", "cursors", "verdicts_after", "verdicts_mark", "limit", "more")


@dataclass(frozen=True)
class Wire:
    """One request as bytes; `why` says what was made wrong."""

    body: bytes
    headers: tuple[tuple[str, str], ...]
    why: str


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
    return draw(_packed(object_of(raw).encode("utf-8", "surrogatepass"), tuple(said)))


@st.composite
def _envelope(draw: st.DrawFn, raw: Raw) -> str:
    """Something beside the ops, wrong or strange."""
    way = draw(st.sampled_from(("field", "cursors", "audit", "audit", "twice", "more")))
    if way == "cursors":
        deep = base64.urlsafe_b64encode(b'["e","agency",1,"t",' + nested(draw(st.sampled_from(NESTED))).encode() + b"]")
        cursor = st.sampled_from(('""', '"!"', '"\\u0000"', '"W10"', '"é"', json.dumps(deep.decode()), "1"))
        names = st.sampled_from(("agency", "caseload:x", "", "\\u0000", "\\ud800"))
        raw["cursors"] = "{" + ",".join(f'"{draw(names)}":{draw(cursor)}' for _ in range(2)) + "}"
        return f"cursors {short(raw['cursors'])}"
    if way == "audit":
        row = {"n": "1", "text": '"row 1"', "hash": '"' + "0" * 64 + '"'}
        name = draw(st.sampled_from(sorted(row)))
        row[name] = draw(odd())
        raw["audit"] = "[" + object_of(row) + "]"
        return f"audit {name} = {short(row[name])}"
    if way == "twice":
        raw["ops "] = "[]"
        raw["device\\u0000"] = '"x"'
        return "keys that look alike"
    name = draw(st.sampled_from(FIELDS))
    raw[name] = draw(odd())
    return f"{name} = {short(raw[name])}"


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
