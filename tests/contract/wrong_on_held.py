"""Servers that are wrong about what they hold, and what supervisors decide on it."""

# ruff: noqa: D102, ARG002 - each fault's own docstring says what it changes

from __future__ import annotations

import json
import uuid
from collections.abc import Callable

from tests.contract.fault import Answered, Asked, Fault, Json, each_op


def _of_decisions(asked: Asked, change: Callable[[dict[str, Json]], dict[str, Json]]) -> None:
    def changed(op: dict[str, Json], text: str) -> str:
        return json.dumps(change(op)) if op.get("kind") == "held_decision.create" else text

    each_op(asked, changed)


def _idle(op: dict[str, Json]) -> dict[str, Json]:
    """Something that is taken, under the same op_id, and decides nothing."""
    other = str(uuid.uuid5(uuid.NAMESPACE_OID, op["op_id"]))
    return {**op, "kind": "person.create", "record_id": other, "body": {"family_name": "X"}}


def _approve(answered: Answered, problem: str) -> None:
    for verdict in answered.body.get("verdicts", []):
        if verdict.get("problem", {}).get("type") == problem:
            verdict["verdict"] = "accepted"
            del verdict["problem"]


def _without(answered: Answered, kind: str) -> None:
    for page in answered.body.get("partitions", []):
        page["changes"] = [each for each in page.get("changes", []) if each["kind"] != kind]


class LetsAnybodyDecide(Fault):
    """Whoever sends a decision is believed."""

    breaks, only = frozenset({"held.supervisors-only"}), ("held.supervisors-only", "held.own")

    def after(self, asked: Asked, answered: Answered) -> None:
        _approve(answered, "not-supervisor")


class LetsThemDecideOnTheirOwn(Fault):
    """A supervisor may decide on what they wrote themselves."""

    breaks, only = frozenset({"held.own"}), ("held.supervisors-only", "held.own")

    def after(self, asked: Asked, answered: Answered) -> None:
        if isinstance(asked.body, dict) and asked.body["device"] == "four":
            _approve(answered, "not-supervisor")


class HidesWhatIsHeld(Fault):
    """No supervisor hears of what waits for a person."""

    breaks, only = frozenset({"held.shown"}), ("held.shown",)

    def after(self, asked: Asked, answered: Answered) -> None:
        _without(answered, "held_item")


class CarriesNothingOut(Fault):
    """A decision is taken, and nothing is done."""

    breaks = frozenset({"held.reason", "held.refused", "held.matched", "held.created", "held.group"})
    breaks |= {"held.supervisors-only"}
    only = ("held",)

    def before(self, asked: Asked) -> None:
        _of_decisions(asked, _idle)


class ForgetsMatches(Fault):
    """A match is taken, and nobody is given to anybody."""

    breaks, only = frozenset({"held.matched"}), ("held.matched", "held.refused")

    def before(self, asked: Asked) -> None:
        _of_decisions(asked, lambda op: _idle(op) if op["body"]["decision"] == "match" else op)


class MatchesNobody(Fault):
    """Who is matched is made a new case."""

    breaks, only = frozenset({"held.matched"}), ("held.matched", "held.created")

    def before(self, asked: Asked) -> None:
        def created(op: dict[str, Json]) -> dict[str, Json]:
            if op["body"]["decision"] != "match":
                return op
            officer = next(iter(asked.kept["officers"]))
            return {**op, "body": {**op["body"], "decision": "create", "subject_id": None, "caseload_of": officer}}

        _note_officers(asked)
        _of_decisions(asked, created)


def _note_officers(asked: Asked) -> None:
    def met(op: dict[str, Json], text: str) -> str:
        if op.get("kind") == "intake.create" and asked.body["device"] == "one":
            asked.kept["officers"] = {op["author_id"]}
        return text

    each_op(asked, met)


class GivesEveryCaseToOneOffice(Fault):
    """The type of supervision that was named is not kept."""

    breaks, only = frozenset({"held.created"}), ("held.created", "held.matched")

    def before(self, asked: Asked) -> None:
        _of_decisions(asked, lambda op: {**op, "body": {**op["body"], "supervision_type": "probation"}})


class DecidesTwice(Fault):
    """Of two decisions on one item both are taken, and one may be taken back."""

    breaks, only = frozenset({"held.once", "held.for-good"}), ("held.once", "held.for-good")

    def after(self, asked: Asked, answered: Answered) -> None:
        _approve(answered, "already-decided")


class ForgetsItsDecisions(Fault):
    """A decision that comes again is refused, as the item is gone."""

    breaks, only = frozenset({"held.once"}), ("held.once",)

    def after(self, asked: Asked, answered: Answered) -> None:
        for verdict in answered.body.get("verdicts", []):
            if verdict.get("duplicate"):
                verdict["verdict"] = "rejected"
                verdict["problem"] = {"type": "already-decided", "title": "A supervisor has decided on this already"}


class AsksNoReason(Fault):
    """A refusal may go without one."""

    breaks, only = frozenset({"held.reason"}), ("held.reason", "held.refused")

    def before(self, asked: Asked) -> None:
        def given(op: dict[str, Json]) -> dict[str, Json]:
            body = op["body"]
            return {**op, "body": {**body, "reason": str(body.get("reason") or "").strip() or "None given"}}

        _of_decisions(asked, given)


class TellsTheOfficerNothing(Fault):
    """Who met someone not listed never hears what became of them."""

    breaks, only = frozenset({"held.refused", "held.matched"}), ("held.refused", "held.matched", "held.created")

    def after(self, asked: Asked, answered: Answered) -> None:
        _without(answered, "intake_outcome")


class DecidesOvernight(Fault):
    """A decision is carried out, and the team hears of it with the next exchange."""

    breaks = frozenset({"held.refused", "held.matched", "held.created", "held.group"})
    only = ("held",)

    def after(self, asked: Asked, answered: Answered) -> None:
        if isinstance(asked.body, dict) and any("held_decision" in text for _, text in asked.body.get("ops", [])):
            answered.body["partitions"] = []


class RefusesTheGroupThatIsReleased(Fault):
    """What was released of a group comes back all the same."""

    breaks, only = frozenset({"held.group", "held.reason"}), ("held.group", "held.reason", "held.refused")

    def before(self, asked: Asked) -> None:
        def refused(op: dict[str, Json]) -> dict[str, Json]:
            return {**op, "body": {**op["body"], "decision": "refuse"}} if op["body"]["decision"] == "release" else op

        _of_decisions(asked, refused)


class TakesItemsFromDevices(Fault):
    """Anybody may say that something is held."""

    breaks, only = frozenset({"held.central-only"}), ("held.central-only", "held.shown")

    def after(self, asked: Asked, answered: Answered) -> None:
        _approve(answered, "central-only")
