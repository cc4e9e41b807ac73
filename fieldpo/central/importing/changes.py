"""What a file changes: new records, edits by the same merge as a device's, corrections of entries."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass

import msgspec

from fieldpo.central.deciding.world import Standing
from fieldpo.central.importing.drafts import Draft
from fieldpo.central.importing.mapping import Mapping
from fieldpo.central.importing.past import Past
from fieldpo.central.importing.report import Kept, Tally
from fieldpo.central.office.landing import Landed
from fieldpo.central.office.records import NewRecord
from fieldpo.sync.protocol.body import KINDS, Json, Kind, Merging, plain_body
from fieldpo.sync.protocol.kinds import Withdrawal
from fieldpo.sync.protocol.merge import Loss, merge_edit
from fieldpo.sync.protocol.ops import Edit, FieldEdit

_SORTED = msgspec.json.Encoder(order="sorted")

Body = dict[str, Json]


@dataclass(frozen=True)
class Known:
    """What stands before this file: what earlier files said, and the records as they are now."""

    past: AnyMapping[tuple[str, str], Past]
    standing: dict[str, Standing]


class Changes:
    """Collects what one file changes. Reads nothing and writes nothing."""

    def __init__(self, mapping: Mapping, known: Known, now: dt.datetime, partition_of: AnyMapping[str, str]) -> None:
        self.mapping = mapping
        self.known = known
        self.now = now
        self.partition_of = partition_of
        self.landed: list[Landed] = []
        self.past: dict[tuple[str, str], Past] = {}
        self.tallies: dict[str, Tally] = {}
        self.kept: list[Kept] = []
        self.lost: list[tuple[str, Loss]] = []

    def take(self, draft: Draft, body: Body, person: str, place: str) -> None:
        """One draft with its body complete."""
        tally = self.tallies.setdefault(draft.kind, Tally())
        kind = KINDS[draft.kind]
        past = self.known.past.get((draft.kind, draft.key))
        if past is None:
            tally.added += 1
            new = plain_body(kind.check(body))
            self._land(draft.id, draft.kind, person, new)
            self.remember(draft.kind, draft.key, draft.id, new, place)
            return
        if self.mapping.identity.by == "content":
            tally.same += 1
            return
        base: Body = msgspec.json.decode(past.body)
        new = plain_body(kind.check(body))
        new = {name: value for name, value in new.items() if name not in draft.once}
        new |= {name: value for name, value in base.items() if name in draft.once}
        if new == base:
            tally.same += 1
            if place and place != past.place:
                self.remember(draft.kind, draft.key, past.record_id, base, place)
            return
        if kind.merging is Merging.INSERT:
            self._correct(draft, past, new, person)
            tally.changed += 1
        elif self._edit(kind, past.record_id, base, new):
            tally.changed += 1
        else:
            tally.same += 1
        key_place = place or past.place
        record_id = self.past.get((draft.kind, draft.key), past).record_id
        self.remember(draft.kind, draft.key, record_id, new, key_place)

    def remember(self, kind: str, key: str, record_id: str, body: Body, place: str) -> None:
        """What the file now says about a record."""
        self.past[kind, key] = Past(record_id, _SORTED.encode(body).decode(), place)

    def _edit(self, kind: Kind, record_id: str, base: Body, new: Body) -> bool:
        """Merge the file's change into the record; whether anything changed there."""
        standing = self.known.standing.get(record_id)
        if standing is None or standing.deleted:
            self.kept.append(Kept(record_id, kind.name, "deleted at central"))
            return False
        merged = merge_edit(kind, standing.body, _difference(kind, base, new))
        for loss in merged.lost:
            self.kept.append(Kept(record_id, kind.name, loss.field))
            self.lost.append((record_id, loss))
        if merged.changed:
            self.landed.append((standing.partition, NewRecord(record_id, kind.name, merged.body, standing.person_id)))
        return merged.changed

    def _correct(self, draft: Draft, past: Past, new: Body, person: str) -> None:
        """An entry never changes: the corrected one is added, the earlier one stays, struck through."""
        content = hashlib.sha256(_SORTED.encode(new)).hexdigest()[:16]
        fresh = self.mapping.record_id(draft.kind, f"{draft.key}\x1f{past.record_id}\x1f{content}")
        self._land(fresh, draft.kind, person, new)
        withdrawal = Withdrawal(
            person_id=person,
            entry_id=past.record_id,
            reason="Corrected in the agency's file",
            officer_id="central",
            written_at=self.now,
        )
        struck = self.mapping.record_id("withdrawal", past.record_id)
        self._land(struck, "withdrawal", person, plain_body(withdrawal))
        self.remember(draft.kind, draft.key, fresh, new, past.place)

    def _land(self, record_id: str, kind: str, person: str, body: Body) -> None:
        self.landed.append((self.partition_of[person], NewRecord(record_id, kind, body, person)))


def _difference(kind: Kind, base: Body, new: Body) -> Edit:
    """The edit that leads from what the file said to what it says."""
    fields: dict[str, FieldEdit] = {}
    add: dict[str, list[Json]] = {}
    remove: dict[str, list[Json]] = {}
    for name in sorted(base.keys() | new.keys()):
        old, now = kind.value(base, name), kind.value(new, name)
        if old == now:
            continue
        if name in kind.sets:
            add[name] = [member for member in now or [] if member not in (old or [])]
            remove[name] = [member for member in old or [] if member not in (now or [])]
        else:
            fields[name] = FieldEdit(old, now)
    return Edit(fields, {n: m for n, m in add.items() if m}, {n: m for n, m in remove.items() if m})
