"""Loading a file into central: one transaction, so that an import is done or not done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from fieldpo.central.books import audit
from fieldpo.central.books.database import writing
from fieldpo.central.books.rows import select_in
from fieldpo.central.books.tables import record
from fieldpo.central.deciding.identifiers import confirm_identifiers, identifiers
from fieldpo.central.deciding.world import Standing
from fieldpo.central.importing.changes import Changes, Known
from fieldpo.central.importing.drafts import TODAY, Draft, Reading, RowDraft, read_rows
from fieldpo.central.importing.mapping import KIND_ORDER, Mapping
from fieldpo.central.importing.past import Past, read_past, store_kept, store_past
from fieldpo.central.importing.report import Complaint, ImportReport, Kept
from fieldpo.central.importing.rows import read_table
from fieldpo.central.importing.spread import Spread
from fieldpo.central.office.landing import Landed, hold, land
from fieldpo.central.office.officers import caseload_id
from fieldpo.central.office.records import places_of, read_records
from fieldpo.central.office.transfer import transfer
from fieldpo.errors import ImportRefused
from fieldpo.sync.protocol.body import KINDS, Json
from fieldpo.sync.protocol.exchange import AGENCY, caseload_partition

_OWN = "caseload:"


class _DryRun(Exception):
    """Ends the transaction of a dry run."""


def import_file(
    engine: Engine,
    mapping: Mapping,
    path: Path,
    *,
    now: dt.datetime,
    name: str = "",
    dry_run: bool = False,
    caseload_size: int | None = None,
) -> ImportReport:
    """Load a file and tell what became of every row.

    Bad rows are left out and reported, the others are loaded together. Raises ImportRefused, with nothing loaded,
    when the file as a whole cannot be read.
    """
    report = ImportReport(mapping=name or mapping.title, file=path.name, dry_run=dry_run)
    reading = Reading()
    rows = list(read_rows(mapping, read_table(path, mapping.source), reading))
    report.rows, report.repeats, report.bad = reading.rows, reading.repeats, reading.bad_rows
    report.complaints, report.unused_columns = reading.complaints, list(reading.unused)
    try:
        with writing(engine) as conn:
            _Load(conn, mapping, report, now, caseload_size).run(rows)
            if dry_run:
                raise _DryRun
            audit.note(conn, "import", report.mapping, outcome=f"{report.loaded} rows, {report.bad} left out", now=now)
    except _DryRun:
        pass
    report.complaints.sort(key=lambda each: each.line)
    return report


class _Load:
    """One import's transaction."""

    def __init__(
        self, conn: Connection, mapping: Mapping, report: ImportReport, now: dt.datetime, size: int | None
    ) -> None:
        self.conn = conn
        self.mapping = mapping
        self.report = report
        self.now = now
        self.past = read_past(conn, mapping)
        taken = [each.place for (_, kind, _), each in self.past.items() if kind == "person"]
        self.spread = Spread(mapping, taken, size)
        self.partition_of: dict[str, str] = {}
        self.place_of: dict[str, str] = {}
        self.moves: dict[str, str] = {}
        self.foreign: set[str] = set()
        self.taken: dict[str, str] = {}
        self.ids: dict[tuple[str, str, str], str] = {key: each.record_id for key, each in self.past.items()}

    def run(self, rows: list[RowDraft]) -> None:
        self.partition_of = places_of(self.conn, _persons(rows, self.ids))
        self.foreign = self._foreign(rows)
        good: list[Draft] = []
        for row in rows:
            foreign = next((f"{each.kind} {each.id}" for each in row.drafts if each.id in self.foreign), "")
            complaints = _made_elsewhere(row, foreign) if foreign else self._settle(row)
            if complaints:
                self.report.bad += 1
                self.report.complaints.extend(complaints)
            else:
                self.report.loaded += 1
                good.extend(row.drafts)
        rank = {kind: at for at, kind in enumerate(KIND_ORDER)}
        good.sort(key=lambda draft: rank.get(draft.kind, len(rank)))
        self._write(good)

    def _foreign(self, rows: list[RowDraft]) -> set[str]:
        """Ids of the file's that stand at central though no import has brought them: a device made them up.

        They follow from the agency's keys, so that whoever knows one could have what the file says land in the own
        caseload.
        """
        system = self.mapping.identity.system
        new = {draft.id for row in rows for draft in row.drafts if (system, draft.kind, draft.key) not in self.past}
        return {row.id for row in select_in(self.conn, sa.select(record.c.id), record.c.id, new)}

    def _taken(self, place: str) -> str:
        """A place's officer or caseload, where something else stands under the id."""
        if place not in self.taken:
            officer = self.spread.officer_id(place)
            made = {officer: "officer", caseload_id(officer): "caseload"}
            standing = read_records(self.conn, made).values()
            others = (each.id for each in standing if (each.partition, each.kind) != (AGENCY, made[each.id]))
            self.taken[place] = next((f"{made[each]} {each}" for each in others), "")
        return self.taken[place]

    def _settle(self, row: RowDraft) -> list[Complaint]:
        """Look up what the row names, and place its person; what is wrong with it otherwise."""
        mine: dict[tuple[str, str, str], str] = {}
        complaints = self._look_up(row, mine)
        if complaints:
            return complaints
        if row.officer and (taken := self._taken(row.officer)):
            return _made_elsewhere(row, taken)
        self.spread.note(row)
        for draft in row.drafts:
            if draft.kind == "person" and draft.id in self.partition_of:
                self._move(row, draft)
            elif draft.kind == "person" and (complaints := self._place(row, draft)):
                return complaints
        for draft in row.drafts:
            person = _person(draft)
            if person not in self.partition_of:
                return [Complaint(row.line, "", "belongs to a person who is not at central")]
            if draft.officer_field:
                draft.body[draft.officer_field] = self.moves.get(person, self.partition_of[person]).removeprefix(_OWN)
        self.ids.update(mine)
        return []

    def _look_up(self, row: RowDraft, mine: dict[tuple[str, str, str], str]) -> list[Complaint]:
        complaints: list[Complaint] = []
        system = self.mapping.identity.system
        for draft in row.drafts:
            mine[system, draft.kind, draft.key] = draft.id
            for name, pending in draft.pending.items():
                wanted = (pending.system, pending.kind, pending.key)
                found = mine.get(wanted) or self.ids.get(wanted)
                if found is None:
                    reason = f'no {pending.kind} is known by "{pending.key}": load the file that brings it first'
                    complaints.append(Complaint(row.line, pending.column, reason))
                else:
                    draft.body[name] = found
        return complaints

    def _place(self, row: RowDraft, draft: Draft) -> list[Complaint]:
        """A new person goes to the officer that the file names, or to a caseload that has room."""
        place = self.spread.place(row)
        if not place:
            return [Complaint(row.line, "", "names no officer, so the person has no caseload")]
        if taken := self._taken(place):
            return _made_elsewhere(row, taken)
        self.place_of[draft.id] = place
        self.partition_of[draft.id] = caseload_partition(self.spread.officer_id(place))
        return []

    def _move(self, row: RowDraft, draft: Draft) -> None:
        """A person whom a newer file gives to another officer, unless central has moved them meanwhile."""
        past = self.past.get((self.mapping.identity.system, "person", draft.key))
        if past is None or not row.officer or past.place in ("", row.officer):
            return
        self.place_of[draft.id] = row.officer
        if self.partition_of[draft.id] == caseload_partition(self.spread.officer_id(past.place)):
            self.moves[draft.id] = caseload_partition(self.spread.officer_id(row.officer))
        else:
            self.report.kept.append(Kept(draft.id, "person", "caseload"))

    def _write(self, good: list[Draft]) -> None:
        hold(self.conn, {AGENCY, *self.moves.values(), *(self.partition_of[_person(draft)] for draft in good)})
        present = places_of(self.conn, {_person(draft) for draft in good})
        if any(self.partition_of[person] != place for person, place in present.items()):
            raise ImportRefused("Somebody moved persons during the import; run it again. Nothing was loaded.")
        for person, partition in self.moves.items():
            transfer(self.conn, person, partition, now=self.now)
            self.partition_of[person] = partition
        self.report.moved = len(self.moves)
        known = self._known(good)
        today = self.now.date().isoformat()
        changes = Changes(self.mapping, known, self.now, self.partition_of)
        for draft in good:
            body = {name: today if value == TODAY else value for name, value in draft.body.items()}
            changes.take(draft, body, _person(draft), self.place_of.get(draft.id, ""))
        land(self.conn, [*self._officers(), *changes.landed], self.now)
        persons = (draft for draft in good if draft.kind == "person")
        confirm_identifiers(self.conn, {(value, each.id) for each in persons for value in identifiers(each.body)})
        if self.mapping.caseloads.officer is not None:
            for place in self.spread.named:
                said: dict[str, Json] = {"title": self.mapping.caseloads.title}
                changes.remember("officer", place, self.spread.officer_id(place), said, place)
        store_past(self.conn, self.mapping, changes.past)
        store_kept(self.conn, changes.lost, self.now)
        for kind, tally in changes.tallies.items():
            self.report.kinds[kind] = tally
        self.report.kept.extend(changes.kept)

    def _officers(self) -> list[Landed]:
        """The officers and caseloads of the places that this file used, counted."""
        places = [place for place in self.spread.named if not self._taken(place)]
        offered = [(place, each) for place in places for each in self.spread.records(place)]
        before = read_records(self.conn, [each.id for _, (_, each) in offered])
        officers = [
            self._titled(place, landed, before.get(landed[1].id))
            for place, landed in offered
            if self.spread.is_named(place) or landed[1].id not in before
        ]
        for _, each in officers:
            tally = self.report.tally(each.kind)
            if each.id not in before:
                tally.added += 1
            elif before[each.id].body != each.body:
                tally.changed += 1
            else:
                tally.same += 1
        return officers

    def _titled(self, place: str, landed: Landed, before: Standing | None) -> Landed:
        """An officer keeps the title that was given at central's shell, other than an earlier file's."""
        partition, each = landed
        if before is None or each.kind != "officer":
            return landed
        past = self.past.get((self.mapping.identity.system, "officer", place))
        said: dict[str, Json] = msgspec.json.decode(past.body) if past is not None else {}
        title = before.body.get("title", "")
        if title == said.get("title", self.mapping.caseloads.title):
            return landed
        return partition, replace(each, body={**each.body, "title": title})

    def _known(self, good: list[Draft]) -> Known:
        system = self.mapping.identity.system
        past: dict[tuple[str, str], Past] = {
            (kind, key): each for (of, kind, key), each in self.past.items() if of == system
        }
        if self.mapping.identity.by == "content":
            return Known(past, {})
        standing_ids = [past[draft.kind, draft.key].record_id for draft in good if (draft.kind, draft.key) in past]
        return Known(past, read_records(self.conn, standing_ids))


def _made_elsewhere(row: RowDraft, what: str) -> list[Complaint]:
    return [Complaint(row.line, "", f"makes the {what}, and one of that id is there that no file brought")]


def _person(draft: Draft) -> str:
    """The person that the record moves with."""
    if draft.kind == "person":
        return draft.id
    value: Json = draft.body.get("person_id", "")
    return str(value)


def _persons(rows: Iterable[RowDraft], ids: dict[tuple[str, str, str], str]) -> set[str]:
    """Every person that the file may touch."""
    persons: set[str] = set()
    for row in rows:
        for draft in row.drafts:
            if draft.kind == "person":
                persons.add(draft.id)
            elif KINDS[draft.kind].of_person and "person_id" in draft.pending:
                pending = draft.pending["person_id"]
                persons.add(ids.get((pending.system, pending.kind, pending.key), ""))
    return persons - {""}
