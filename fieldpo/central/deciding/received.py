"""Reads an op's text as it came, and finds what no op may hold before anything else looks at it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from fieldpo.central.deciding.refusals import problem
from fieldpo.central.deciding.world import Received
from fieldpo.plain import has_controls
from fieldpo.sync.protocol.body import Json
from fieldpo.sync.protocol.ops import MAX_OP_BYTES, MAX_OP_DEPTH, Op, sha, thaw

_ESCAPES = re.compile(r"\\[ubfr]")
"""ASCII text of JSON without any of these, and without U+007F, holds no control character but line ends and tabs. One
character to begin with, and no other way: a search then looks for that alone.
"""

_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[\]{}]', re.DOTALL)
"""The brackets of a JSON text; a string is taken whole, so that none in it counts, also one that never ends: each
character is looked at once, whatever the text."""

VERBS = frozenset({"create", "edit", "delete"})


def receive(seq: int, text: str, inbox: int = 0) -> Received:
    """The op with its sha and op_id; `problem` says why it can go no further."""
    digest = sha(text)
    if len(text) * 4 > MAX_OP_BYTES and len(text.encode()) > MAX_OP_BYTES:
        return Received(_named(text, digest), digest, text, seq, inbox, None, problem("too-large"))
    if _depth(text) > MAX_OP_DEPTH:
        found = problem("unreadable", f"nested more than {MAX_OP_DEPTH} deep")
        return Received(_named(text, digest), digest, text, seq, inbox, None, found)
    try:
        op = thaw(text)
        controls = _controls(op, text)
    except (msgspec.DecodeError, RecursionError) as refused:
        found = problem("unreadable", str(refused) if isinstance(refused, msgspec.ValidationError) else "")
        return Received(_named(text, digest), digest, text, seq, inbox, None, found)
    if controls:
        # Where it holds U+0000, without the op: PostgreSQL could not even look up what it names.
        storable = None if "\\u0000" in text else op
        return Received(_named(text, digest), digest, text, seq, inbox, storable, problem("control-characters"))
    known = op.verb in VERBS and bool(op.record_kind)
    return Received(op.op_id, digest, text, seq, inbox, op, None if known else problem("unknown-verb"))


def _depth(text: str) -> int:
    """How deep objects and lists stand in one another, without reading them: a reader may give up on the way."""
    if text.count("{") + text.count("[") <= MAX_OP_DEPTH:
        return 0
    deepest = depth = 0
    for found in _BRACKETS.finditer(text):
        if found[0] in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif found[0] in "]}":
            depth -= 1
    return deepest


def _controls(op: Op, text: str) -> bool:
    """Whether any string of the op holds a control character. Raises RecursionError for a body too deep."""
    if text.isascii() and "\x7f" not in text and not _ESCAPES.search(text):
        return False
    return any(has_controls(each) for each in _strings(msgspec.to_builtins(op)))


def _strings(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield key
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)


def _named(text: str, digest: str) -> str:
    """The op_id of text that is otherwise no op, so that its device knows which one was refused."""
    try:
        found = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return _unnamed(digest)
    named = found.get("op_id") if isinstance(found, dict) else None
    if isinstance(named, str) and 0 < len(named) <= 64 and not has_controls(named):
        return named
    return _unnamed(digest)


def _unnamed(digest: str) -> str:
    return f"sha256:{digest[:48]}"
