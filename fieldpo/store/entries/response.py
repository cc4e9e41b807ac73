"""Choosing a response to a violation: what the matrix is asked, and what the report keeps of its answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fieldpo.errors import BadInput
from fieldpo.plain import clean_text, count, day, moment
from fieldpo.supervision.calendar import local
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.responses.recommendation import Due, Option, Recommendation
from fieldpo.supervision.responses.respond import respond
from fieldpo.supervision.written.responses import Matrix
from fieldpo.sync.protocol.body import Json
from fieldpo.sync.protocol.choosing import ChosenResponse, ResponseDue

KEPT = "Nothing was submitted; the draft is kept."


@dataclass(frozen=True, kw_only=True)
class Asking:
    """What the officer knows of the violation. `earlier` are the reports before it, as the matrix takes them."""

    known_on: dt.date
    severity: str = ""
    violation: str = ""
    risk: str = ""
    history: str = ""
    facts: tuple[str, ...] = ()
    aggravating: str = ""
    earlier: tuple[Mapping[str, Json], ...] = ()
    starts_on: dt.date | None = None
    confined_at: dt.datetime | None = None
    received_on: dt.date | None = None
    started_on: dt.date | None = None

    def as_json(self) -> dict[str, Json]:
        """As `fieldpo policy respond` takes it; what is not known is left out."""
        said: dict[str, Any] = {
            "known_on": self.known_on.isoformat(),
            "severity": self.severity,
            "violation": self.violation,
            "risk": self.risk,
            "history": self.history,
            "facts": list(self.facts),
            "aggravating": self.aggravating,
            "earlier": [dict(one) for one in self.earlier if one["on"] <= self.known_on.isoformat()],
            "starts_on": _iso(self.starts_on),
            "confined_at": _iso(self.confined_at),
            "received_on": _iso(self.received_on),
            "started_on": _iso(self.started_on),
        }
        return {name: value for name, value in said.items() if value}


def recommended(matrix: Matrix, pack: Pack, asking: Asking) -> Recommendation:
    """What the matrix recommends. Raises `BadInput`, with a sentence for the officer, where it cannot say."""
    try:
        return respond(matrix, asking.as_json(), pack)
    except BadInput as error:
        raise BadInput(in_words(error.message)) from error


def chosen_response(
    matrix: Matrix, pack: Pack, asking: Asking, response: str, amount: int, reason: str
) -> ChosenResponse:
    """The officer's choice with all that led to it. Raises `BadInput` for one over a limit or without its reason."""
    chosen = {"response": response, "amount": amount, "reason": clean_text(reason).strip()}
    asked = asking.as_json() | {"chosen": chosen}
    try:
        found = respond(matrix, asked, pack)
    except BadInput as error:
        raise BadInput(f"{in_words(error.message)} {KEPT}") from error
    departure = found.departure
    return ChosenResponse(
        matrix=found.matrix,
        version=found.version,
        calendar=found.calendar,
        known_on=found.known_on,
        severity=found.severity,
        treated_as=found.treated_as,
        risk=found.risk,
        history=found.history,
        violation=found.violation,
        response=response,
        amount=amount,
        unit=found.range.unit if found.range and amount else "",
        starts_on=asking.starts_on,
        range=range_words(matrix, found.range) if found.range else "",
        approver=departure.approver if departure else found.range.approver if found.range else "",
        departs=departure is not None,
        departure=departure.reason if departure else "",
        due=[ResponseDue(deadline=one.deadline, label=one.label, due=one.due, at=one.at) for one in found.deadlines],
        counted=list(dict.fromkeys(entry for one in found.counts for entry in one.entries)),
        points=found.points.total if found.points else None,
        why=list(found.why),
        asked=asked,
    )


def in_words(message: str) -> str:
    """A refusal of the matrix as an officer reads it, without the names of the file's keys."""
    said = message.removeprefix("violation: ").removesuffix(" Nothing was recommended.")
    for key in ("chosen.reason: ", "chosen.amount: ", "chosen.response: ", "starts_on: ", "known_on: "):
        said = said.removeprefix(key)
    return said[:1].upper() + said[1:]


def range_words(matrix: Matrix, option: Option) -> str:
    """A presumptive range: "written warning or confinement, 0 to 3 days"."""
    names = " or ".join(response_words(matrix, code) for code in option.responses)
    if option.only:
        return f"{names}, {' or '.join(str(one) for one in option.only)} {option.unit}"
    return f"{names}, {option.least} to {option.most} {option.unit}" if option.most else names


def amount_words(kept: ChosenResponse) -> str:
    """How much of a response: "1 day", "3 months"."""
    return count(kept.amount, kept.unit.removesuffix("s")) if kept.unit else str(kept.amount)


def response_words(matrix: Matrix, code: str) -> str:
    """A response as the matrix names it."""
    kind = matrix.response(code)
    return kind.words if kind else code


def due_words(one: Due | ResponseDue, pack: Pack) -> str:
    """A deadline as people read it: "respond to the violation by Wed 25 Nov 2026"."""
    when = moment(local(one.at, pack)) if one.at else day(one.due)
    return f"{one.label} by {when}"


def again(matrix: Matrix, pack: Pack, kept: ChosenResponse) -> str:
    """Whether the matrix answers the same when it is asked the same again; a sentence."""
    if (kept.matrix, kept.version) != (matrix.id, matrix.version):
        return f"Chosen under {kept.matrix} responses {kept.version}; {matrix.name} is in use now."
    try:
        found = respond(matrix, kept.asked, pack)
    except BadInput as error:
        return f"DIFFERS: asked again, {matrix.name} says: {in_words(error.message)}"
    said = range_words(matrix, found.range) if found.range else ""
    if (said, found.treated_as) != (kept.range, kept.treated_as):
        return f"DIFFERS: asked again, {matrix.name} gives {said or 'no range'}."
    return f"Asked again, {matrix.name} gives the same range."


def _iso(when: dt.date | None) -> str:
    return when.isoformat() if when else ""
