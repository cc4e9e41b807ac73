"""Whose caseload a new person goes to: the officer the file names, or caseloads filled one after another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from fieldpo.central.importing.drafts import RowDraft
from fieldpo.central.importing.mapping import Mapping
from fieldpo.central.importing.names import family_name, given_name
from fieldpo.central.office.landing import Landed
from fieldpo.central.office.officers import caseload_record, officer_record
from fieldpo.sync.protocol.kinds import Officer


class Spread:
    """Hands out places. A place is an officer's identifier, or a group and the number of a caseload in it.

    `taken` are the places of the persons that earlier imports brought: those persons stay, and their
    caseloads count as filled by them.
    """

    def __init__(self, mapping: Mapping, taken: Iterable[str], size: int | None = None) -> None:
        self.mapping = mapping
        self.size = size or mapping.caseloads.size
        self._filled = Counter(taken)
        self._last: dict[str, int] = {}
        for place in self._filled:
            group, _, number = place.rpartition("#")
            if number.isdigit():
                self._last[group] = max(self._last.get(group, 1), int(number))
        self.named: dict[str, tuple[str, str]] = {}
        """Place → the officer's name and the caseload's, for every place that this file used."""

    def place(self, row: RowDraft) -> str:
        """The place of a new person. Empty when the mapping names an officer column and the cell is empty."""
        caseloads = self.mapping.caseloads
        if caseloads.officer is not None:
            return row.officer
        group = row.group or (caseloads.otherwise if caseloads.by is not None else "")
        number = self._last.setdefault(group, 1)
        if self._filled[f"{group}#{number}"] >= self.size:
            number += 1
            self._last[group] = number
        place = f"{group}#{number}"
        self._filled[place] += 1
        if place not in self.named:
            self.named[place] = (made_up(place), caseloads.name.format(n=number, group=group))
        return place

    def note(self, row: RowDraft) -> None:
        """Remember the name that the file gives its officer, or that it gives none."""
        if row.officer and (row.officer_name or row.officer not in self.named):
            name = row.officer_name
            self.named[row.officer] = (name, f"Caseload of {name}" if name else "")

    def officer_id(self, place: str) -> str:
        """The id of the officer who has that place."""
        return self.mapping.record_id("officer", place)

    def records(self, place: str) -> list[Landed]:
        """The officer and caseload records of a place that this file used; a made-up name where it gave none."""
        name, caseload = self.named[place]
        if not name:
            name = made_up(place)
            caseload = f"Caseload of {name}"
        officer_id = self.officer_id(place)
        known = {self.mapping.identity.system: place} if self.mapping.caseloads.officer is not None else {}
        officer = Officer(name=name, title=self.mapping.caseloads.title, agency_ids=known)
        return [officer_record(officer_id, officer), caseload_record(officer_id, caseload)]

    def is_named(self, place: str) -> bool:
        """Whether the name is more than made up, so that it may replace one that stands."""
        return bool(self.named[place][0])


def made_up(place: str) -> str:
    """An officer's made-up name: always the same for the same place."""
    return f"{given_name('officer ' + place)} {family_name('officer ' + place)}"
