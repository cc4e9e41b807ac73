"""Words of a case file that nobody reads: keys, kinds, places and states that were meant and would be passed over."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from fieldpo.plain import clean
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.standards.checks import RECORD_KINDS
from fieldpo.supervision.standards.worked_case import PLACES, STATES, TYPES, WorkedCase

_OF_OTHERS = frozenset({"state", "source", "evaluation_date_assumed"})
"""Keys that published cases have for their own readers."""


def unread(tree: object, worked: WorkedCase, pack: Pack) -> Iterator[str]:
    """List in sentences what stands in a case and means nothing to this pack; the rest of the case is used."""
    known = {*WorkedCase.__struct_encode_fields__, *_OF_OTHERS}
    for key in tree if isinstance(tree, dict) else ():
        if key not in known:
            yield f"The case has a key “{clean(str(key))}” that nobody reads."
    kinds = {*TYPES, *_codes(pack.contact_kinds), *RECORD_KINDS}
    places = {*PLACES, *_codes(pack.places)}
    outcomes = _codes(pack.outcomes)
    for at, one in enumerate(worked.contacts):
        place = f"contacts[{at}]"
        yield from _unknown(f"{place}.type", one.type, kinds)
        yield from _unknown(f"{place}.kind", one.kind, kinds)
        yield from _unknown(f"{place}.location", one.location or "", places)
        yield from _unknown(f"{place}.status", one.status, STATES)
        yield from _unknown(f"{place}.outcome", one.outcome, outcomes)


def _unknown(key: str, word: str, known: Collection[str]) -> Iterator[str]:
    if word and word not in known and word.lower() not in known:
        yield f"{key}: {', '.join(sorted(known))} are known, not “{clean(word)}”: the contact may not be counted."


def _codes(entries: Iterable[object]) -> set[str]:
    return {str(getattr(entry, "code", "")) for entry in entries}
