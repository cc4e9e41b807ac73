"""Servers that are wrong about `verdicts_mark`."""

# ruff: noqa: D102, ARG002 - each fault's own docstring says what it changes

from __future__ import annotations

import uuid

from tests.contract.fault import Answered, Asked, Fault


def _unmarked(asked: Asked) -> None:
    if isinstance(asked.body, dict):
        asked.body.pop("verdicts_mark", None)


class TakesAnyMark(Fault):
    """Whatever mark comes, it goes by the count."""

    breaks, only = frozenset({"mark.other-history"}), ("mark",)

    def before(self, asked: Asked) -> None:
        _unmarked(asked)


class MarksEachAnswer(Fault):
    """A mark belongs to an answer, not to the verdicts that it tells of."""

    breaks, only = frozenset({"mark.told"}), ("mark",)

    def before(self, asked: Asked) -> None:
        _unmarked(asked)

    def after(self, asked: Asked, answered: Answered) -> None:
        if "verdict_rev" in answered.body:
            answered.body["verdicts_mark"] = uuid.uuid4().hex


class OneMarkForAll(Fault):
    """It has one mark for good, as its own life has one name."""

    breaks, only = frozenset({"mark.told"}), ("mark",)

    def before(self, asked: Asked) -> None:
        _unmarked(asked)

    def after(self, asked: Asked, answered: Answered) -> None:
        if "verdict_rev" in answered.body:
            answered.body["verdicts_mark"] = "one"


class KnowsTheNewestMarkAlone(Fault):
    """Whose last answer was lost is told that history is another."""

    breaks, only = frozenset({"mark.earlier"}), ("mark",)

    def before(self, asked: Asked) -> None:
        mark = asked.body.get("verdicts_mark") if isinstance(asked.body, dict) else None
        if mark and mark != asked.kept.get(asked.body["device"], mark):
            asked.body["verdicts_mark"] = "old"

    def after(self, asked: Asked, answered: Answered) -> None:
        if isinstance(asked.body, dict) and answered.body.get("verdicts_mark"):
            asked.kept[asked.body["device"]] = answered.body["verdicts_mark"]


class DemandsAMark(Fault):
    """A device that knows no marks is told that history is another."""

    breaks = frozenset({"mark.without", "verdicts.revisions", "blocked.verdict-kept"})
    only = ("mark", "verdicts", "blocked")

    def before(self, asked: Asked) -> None:
        if isinstance(asked.body, dict) and not asked.body.get("verdicts_mark"):
            asked.body["verdicts_mark"] = "none"


class SwallowsVerdictsOfAnotherHistory(Fault):
    """Under another mark it tells no verdict at all, not of the request's own ops either."""

    breaks, only = frozenset({"mark.other-history"}), ("mark",)

    def after(self, asked: Asked, answered: Answered) -> None:
        if not answered.body.get("verdict_rev") and answered.body.get("verdicts"):
            answered.body["verdicts"] = []
