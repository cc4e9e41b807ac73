"""What an import tells the administrator: counts that add up, and every row that was left out and why."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from fieldpo.plain import count


class Complaint(msgspec.Struct, frozen=True):
    """One thing wrong with one row; `column` is empty where it is the row as a whole."""

    line: int
    column: str
    reason: str


class Kept(msgspec.Struct, frozen=True):
    """A value of the file that lost to what stands at central, an officer's edit mostly."""

    record_id: str
    kind: str
    field: str


class Tally(msgspec.Struct):
    """How many records of one kind the file brought, changed, or found as they were."""

    added: int = 0
    changed: int = 0
    same: int = 0


class ImportReport(msgspec.Struct, kw_only=True):
    """The outcome of one import. `rows` = `loaded` + `bad` + identical repeats of an identifier."""

    mapping: str
    file: str
    dry_run: bool
    rows: int = 0
    loaded: int = 0
    bad: int = 0
    repeats: int = 0
    moved: int = 0
    """Persons whom the file gave to another officer."""
    kinds: dict[str, Tally] = {}
    complaints: list[Complaint] = []
    kept: list[Kept] = []
    unused_columns: list[str] = []

    def tally(self, kind: str) -> Tally:
        """The tally of a kind, begun at zero."""
        return self.kinds.setdefault(kind, Tally())

    def lines(self) -> Iterator[str]:
        """The report as text, bad rows first, counts last."""
        for complaint in self.complaints:
            where = f"line {complaint.line}" + (f', column "{complaint.column}"' if complaint.column else "")
            yield f"{where}: {complaint.reason}"
        for kept in self.kept:
            yield f"{kept.kind} {kept.record_id}: {kept.field} was changed at central too; central's value stays"
        if self.unused_columns:
            yield f"columns not used: {', '.join(self.unused_columns)}"
        for kind, tally in self.kinds.items():
            yield f"{kind}: {tally.added:,} added, {tally.changed:,} changed, {tally.same:,} as before"
        if self.moved:
            yield f"{count(self.moved, 'person')} moved to another officer"
        yield (
            f"{count(self.rows, 'row')}: {self.loaded:,} loaded, {self.bad:,} bad, "
            f"{self.repeats:,} repeating an earlier one"
        )
        if self.dry_run:
            yield "Dry run: nothing was written."
