"""What must hold between the parts of a response matrix: every code known where it is used, every range a range."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import product

from fieldpo.supervision.toml.lines import Path
from fieldpo.supervision.toml.reading import Wrong
from fieldpo.supervision.written.responses import Cell, Coded, Matrix

_ID = re.compile(r"[a-z0-9][a-z0-9_\-]*")
_CODED = ("severities", "risks", "histories", "violations", "responses", "facts")
_NAMED = ("escalations", "deadlines", "limits")


def problems(matrix: Matrix) -> Iterator[Wrong]:
    """List everything that is wrong between the parts of a matrix; nothing means that it is sound."""
    if not _ID.fullmatch(matrix.id):
        yield Wrong(("id",), f"expected lower-case letters, digits, - and _, got “{matrix.id}”")
    if not matrix.version:
        yield Wrong(("version",), "expected a version, got nothing")
    if matrix.effective_to is not None and matrix.effective_to <= matrix.effective_from:
        yield Wrong(("effective_to",), f"expected a day after effective_from ({matrix.effective_from})")
    if not matrix.severities:
        yield Wrong(("severities",), "expected at least one severity, got an empty list")
    for name in (*_CODED, *_NAMED):
        yield from _once(name, [one.code for one in getattr(matrix, name)])
    for at, kind in enumerate(matrix.violations):
        yield from _known(("violations", at, "severity"), _if(kind.severity), matrix.severities, "severities")
    for at, cell in enumerate(matrix.cells):
        yield from _cell(("cells", at), cell, matrix)
    yield from _overlaps(matrix)
    yield from _rules(matrix)
    yield from _figures(matrix)


def _once(name: str, codes: list[str]) -> Iterator[Wrong]:
    for at, code in enumerate(codes):
        if not code:
            yield Wrong((name, at, "code"), "expected a code, got nothing")
        if code in codes[:at]:
            yield Wrong((name, at, "code"), f"expected a code used once, but “{code}” stands above already")


def _cell(path: Path, cell: Cell, matrix: Matrix) -> Iterator[Wrong]:
    yield from _known((*path, "severity"), cell.severity, matrix.severities, "severities")
    yield from _known((*path, "risk"), cell.risk, matrix.risks, "risks")
    yield from _known((*path, "history"), cell.history, matrix.histories, "histories")
    yield from _known((*path, "responses"), cell.responses, matrix.responses, "responses")
    if not 0 <= cell.least <= cell.most:
        yield Wrong((*path, "most"), f"expected least from 0 and most not below it, got {cell.least} and {cell.most}")
    if cell.only and cell.most:
        yield Wrong((*path, "only"), "expected only, or least and most, not both")
    if not cell.responses:
        yield Wrong((*path, "responses"), "expected at least one response, got an empty list")


def _overlaps(matrix: Matrix) -> Iterator[Wrong]:
    taken: dict[tuple[str, str, str], int] = {}
    for at, cell in enumerate(matrix.cells):
        axes = (
            cell.severity or tuple(one.code for one in matrix.severities),
            cell.risk or tuple(one.code for one in matrix.risks) or ("",),
            cell.history or tuple(one.code for one in matrix.histories) or ("",),
        )
        for place in product(*axes):
            if place in taken:
                where = " × ".join(code for code in place if code)
                yield Wrong(("cells", at), f"expected one cell for {where}, but cells[{taken[place]}] has it too")
                break
            taken[place] = at


def _rules(matrix: Matrix) -> Iterator[Wrong]:
    for at, rule in enumerate(matrix.escalations):
        path: Path = ("escalations", at)
        yield from _known((*path, "of"), rule.of, matrix.severities, "severities")
        yield from _known((*path, "counts"), rule.counts, matrix.severities, "severities")
        yield from _known((*path, "kinds"), rule.kinds, matrix.violations, "violations")
        yield from _known((*path, "facts"), rule.facts, matrix.facts, "facts")
        yield from _known((*path, "treat_as"), _if(rule.treat_as), matrix.severities, "severities")
        if bool(rule.treat_as) == bool(rule.action):
            yield Wrong(path, "expected one of treat_as and action")
        if rule.after < 0 or rule.within_days < 0:
            yield Wrong((*path, "after"), "expected after and within_days of 0 or more")
        if not (rule.after or rule.facts or rule.aggravating):
            yield Wrong(path, "expected after (with counts or kinds), facts, or aggravating")


def _figures(matrix: Matrix) -> Iterator[Wrong]:
    for at, deadline in enumerate(matrix.deadlines):
        hours = deadline.counted == "hours"
        if (deadline.hours < 1 or deadline.days) if hours else (deadline.days < 1 or deadline.hours):
            key = "hours" if hours else "days"
            yield Wrong(("deadlines", at, key), f"expected {key} of 1 or more, as {deadline.counted} asks")
    counted = [(at, one) for at, one in enumerate(matrix.histories) if one.start is not None]
    for (at, one), (_, before) in zip(counted[1:], counted, strict=False):
        if before.to is None or one.start != before.to + 1:
            yield Wrong(("histories", at, "from"), "expected it to begin one above the end of the one before")
    for at, limit in enumerate(matrix.limits):
        yield from _known(("limits", at, "of"), limit.of, matrix.responses, "responses")
        yield from _known(("limits", at, "history"), limit.history, matrix.histories, "histories")
        if limit.most < 0 or limit.within_days < 0:
            yield Wrong(("limits", at, "most"), f"expected 0 or more, got {min(limit.most, limit.within_days)}")
        if limit.per_month and (limit.within_days or limit.measure != "days"):
            yield Wrong(("limits", at, "per_month"), "expected it with days only, and without within_days")
    if matrix.points is not None:
        yield from _known(("points", "by_severity"), matrix.points.by_severity, matrix.severities, "severities")
        if matrix.points.within_days < 0:
            yield Wrong(("points", "within_days"), f"expected 0 or more, got {matrix.points.within_days}")
    if matrix.thresholds and matrix.points is None:
        yield Wrong(("thresholds",), "expected points for them to be about")


def _known(path: Path, codes: Iterable[str], known: Iterable[Coded], where: str) -> Iterator[Wrong]:
    there = {one.code for one in known}
    for code in codes:
        if code not in there:
            yield Wrong(path, f"expected a code of {where}, got “{code}”")


def _if(code: str) -> tuple[str, ...]:
    return (code,) if code else ()
