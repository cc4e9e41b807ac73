"""What came down, cleaned once more: central cleans what it takes, but a hostile or broken one may not."""

from __future__ import annotations

import msgspec

from fieldpo.plain import clean_text, has_controls
from fieldpo.sync.protocol.body import KINDS, Json
from fieldpo.sync.protocol.exchange import Change, FieldConflict, Verdict

UNREADABLE = "unreadable."
"""Before the kind of a record whose body is not what its kind says: it is kept like one of a kind unknown here."""


def clean_change(change: Change) -> Change:
    """The change without control characters, sequences and bidi marks in any text of its body.

    The very same value where there are none, which is what an honest central sends.
    """
    if change.body is None or not _is_dirty(change.body):
        return change
    return msgspec.structs.replace(change, body=_cleaned(change.body))


def known_change(change: Change) -> Change:
    """The change, under a kind that no screen reads where its body does not fit its own.

    A central or an adapter that is broken must not take a whole Today away with one field. The record stays whole in
    the vault and in the partition's hash; once central has put it right, it stands under its own kind.
    """
    spec = KINDS.get(change.kind)
    if spec is None or change.body is None:
        return change
    try:
        spec.check(change.body)
    except (msgspec.ValidationError, ValueError):
        return msgspec.structs.replace(change, kind=UNREADABLE + change.kind)
    return change


def clean_verdict(verdict: Verdict) -> Verdict:
    """The verdict likewise: what an officer is asked about is shown, also by a shell that filters no lines."""
    if verdict.problem is None and not verdict.conflicts:
        return verdict
    told = msgspec.to_builtins([verdict.problem, verdict.conflicts])
    if not _is_dirty(told):
        return verdict
    problem = msgspec.structs.replace(verdict.problem, **_cleaned(told[0])) if verdict.problem is not None else None
    conflicts = [
        FieldConflict(
            clean_text(one.conflict_id) or "-", clean_text(one.field), *map(_cleaned, (one.yours, one.current))
        )
        for one in verdict.conflicts
    ]
    return msgspec.structs.replace(verdict, problem=problem, conflicts=conflicts)


def _is_dirty(value: Json) -> bool:
    if isinstance(value, str):
        return not _is_plain(value) and (has_controls(value) or not _BREAKS.isdisjoint(value))
    if isinstance(value, dict):
        words = [each for each in value.values() if each.__class__ is str]
        rest = () if len(words) == len(value) else [each for each in value.values() if each.__class__ is not str]
        if _is_plain("".join(value) + "".join(words)):
            return any(map(_is_dirty, rest))
        return any(map(_is_dirty, (*value, *words, *rest)))
    return isinstance(value, list) and any(map(_is_dirty, value))


def _is_plain(words: str) -> bool:
    """Whether this is ASCII without any control character but line ends and tabs: no closer look is needed.

    By deleting all that is plain, which takes less than to look for what is not.
    """
    return words.isascii() and not words.encode().translate(None, _PLAIN)


_BREAKS = frozenset("\r\v\f\x85\u2028\u2029")
"""Line ends that a terminal obeys in other ways; `clean_text` makes newlines of them."""

_PLAIN = bytes(range(0x20, 0x7F)) + b"\t\n"


def _cleaned(value: Json) -> Json:
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, dict):
        return {clean_text(key): _cleaned(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_cleaned(each) for each in value]
    return value
