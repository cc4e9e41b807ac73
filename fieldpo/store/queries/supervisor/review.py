"""Review: what waits for a supervisor, with its evidence, beside what central holds and the team."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec
from sqlalchemy import Connection, text

from fieldpo.store.database.at_once import AtOnce
from fieldpo.store.queries.clients.names import officers_named
from fieldpo.store.queries.reports.responses import response_lines
from fieldpo.store.queries.supervisor.cited import Cited, cited
from fieldpo.store.queries.supervisor.held import NOT_KNOWN, Held, held_for
from fieldpo.store.queries.supervisor.team import Member, team
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.packs.uses import matrix_of
from fieldpo.supervision.written.codes import label_of
from fieldpo.sync.protocol.body import Json
from fieldpo.sync.protocol.kinds import ReviewItem, ViolationReport

_ITEMS = AtOnce("SELECT id, body FROM r_review_item WHERE hidden = 0 ORDER BY written_utc, id")
_TO_REVIEW = text(
    "SELECT count(*) FROM r_review_item i WHERE i.hidden = 0 AND i.state = 'submitted' "
    "AND coalesce(json_extract(i.body, '$.officer_id'), '') <> :user AND NOT EXISTS (SELECT 1 FROM r_report_step s "
    "WHERE s.report_id = i.report_id AND s.id IN (SELECT id FROM base) AND s.step <> 'submitted')"
)
_DECIDED = text(
    "SELECT step FROM r_report_step WHERE report_id = :id AND id IN (SELECT id FROM base) AND step <> 'submitted'"
)


@dataclass(frozen=True)
class Waiting:
    """One report in the queue. `decided` is a decision of this officer that central has not answered yet."""

    key: str
    report_id: str
    subject: str
    subject_id: str
    officer: str
    state: str
    since: dt.datetime
    due_on: dt.date | None
    severity: str
    answers: bool
    own: bool
    decided: str = ""


@dataclass(frozen=True)
class Review:
    """The whole screen."""

    waiting: tuple[Waiting, ...] = ()
    held: tuple[Held, ...] = ()
    members: tuple[Member, ...] = ()


_OF_RESPONSE = frozenset({"RESPONSE", "RANGE", "DEPARTS", "APPROVES", "DUE"})
"""What a supervisor decides by; the sentences that led to the range stand in the report itself."""


@dataclass(frozen=True)
class Alleged:
    """One allegation: the condition, its facts, and the evidence beside it."""

    condition: str
    facts: str
    evidence: tuple[Cited, ...]


@dataclass(frozen=True)
class ReportInReview:
    """One report, whole. `before` is what a returned one said and why it was returned, in labelled lines."""

    waiting: Waiting
    allegations: tuple[Alleged, ...]
    facts: str
    asks: str
    signed: str
    person_id: str
    body: Mapping[str, Json]
    steps: tuple[tuple[str, str], ...] = ()
    before: tuple[tuple[str, str], ...] = field(default=())
    response: tuple[tuple[str, str], ...] = ()
    """The response with its amount, the range, the departure, who approves and by when, in labelled lines."""


def reports_to_review(connection: Connection, user_id: str) -> int:
    """How many reports wait for a decision of this supervisor: none of their own, none decided and not sent yet."""
    return int(connection.scalar(_TO_REVIEW, {"user": user_id}) or 0)


def review(connection: Connection, pack: Pack, user_id: str) -> Review:
    """What waits, the longest first, what is held, and the team."""
    items = [(row.id, msgspec.json.decode(row.body, type=ReviewItem, strict=False)) for row in _ITEMS.rows(connection)]
    names = officers_named(connection, sorted({item.officer_id for _, item in items}))
    waiting = [_waiting(connection, pack, key, item, names, user_id) for key, item in items]
    waiting.sort(key=lambda one: (one.state != "submitted", one.due_on or dt.date.max, one.since))
    return Review(
        tuple(waiting),
        held_for(connection, pack, user_id),
        team(connection, pack),
    )


def report_in_review(connection: Connection, pack: Pack, report_id: str, user_id: str) -> ReportInReview | None:
    """One report with its evidence; None where it is not in the queue any more."""
    found = connection.execute(
        text("SELECT id, body FROM r_review_item WHERE report_id = :id AND hidden = 0"), {"id": report_id}
    ).first()
    if found is None:
        return None
    item = msgspec.json.decode(found.body, type=ReviewItem, strict=False)
    report = msgspec.convert(item.report, ViolationReport, strict=False)
    officers = {item.officer_id, *(step.officer_id for step in (*item.steps, *item.earlier_steps))}
    officers |= {str(one.body.get("officer_id")) for one in item.evidence}
    names = officers_named(connection, sorted(officers))
    shown = {one.id: cited(pack, one, names) for one in item.evidence}
    return ReportInReview(
        _waiting(connection, pack, found.id, item, names, user_id),
        tuple(
            Alleged(
                str(item.conditions.get(one.condition_id, {}).get("text") or "(the condition is not there any more)"),
                one.facts,
                tuple(shown[each] for each in one.evidence if each in shown),
            )
            for one in report.allegations
        ),
        report.facts,
        "; ".join(part for part in (label_of(pack.recommendations, report.recommendation), report.reason) if part),
        _signed(report),
        item.subject_id,
        item.report,
        tuple((step.step, _step(step.written_at, names.get(step.officer_id, ""), step.comment)) for step in item.steps),
        _before(item, report, names),
        tuple(line for line in response_lines(pack, matrix_of(pack), item.report) if line[0] in _OF_RESPONSE),
    )


def may_read(connection: Connection, person_id: str) -> bool:
    """Whether the whole case is on this computer: as an own one, a covered one, or on demand."""
    here = text("SELECT 1 FROM r_person WHERE id = :id AND hidden = 0")
    return connection.scalar(here, {"id": person_id}) is not None


def _waiting(
    connection: Connection, pack: Pack, key: str, item: ReviewItem, names: dict[str, str], user_id: str
) -> Waiting:
    decided = connection.scalar(_DECIDED, {"id": item.report_id})
    return Waiting(
        key,
        item.report_id,
        item.subject_name or "(no name)",
        item.subject_id,
        names.get(item.officer_id, NOT_KNOWN),
        item.state,
        item.written_at,
        item.due_on,
        label_of(pack.severities, str(item.report.get("severity") or "")),
        bool(item.earlier),
        item.officer_id == user_id,
        str(decided or ""),
    )


def _signed(report: ViolationReport) -> str:
    if report.signed_at is None:
        return ""
    by = ", ".join(part for part in (report.signed_name, report.signed_title) if part)
    return f"{by}, {report.signed_at:%a %d %b %Y %H:%M}"


def _step(at: dt.datetime, officer: str, comment: str) -> str:
    return f"{at:%d %b %H:%M}, {officer or NOT_KNOWN}" + (f": {comment}" if comment else "")


def _before(item: ReviewItem, report: ViolationReport, names: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """What changed since the report was returned: why it was, and each part that says something else now."""
    if not item.earlier:
        return ()
    lines = [
        ("RETURNED", _step(step.written_at, names.get(step.officer_id, ""), step.comment))
        for step in item.earlier_steps
        if step.step == "returned"
    ]
    then = msgspec.convert(item.earlier, ViolationReport, strict=False)
    changed = [
        name
        for name, label in (("facts", "facts"), ("severity", "severity"), ("recommendation", "recommendation"))
        if getattr(then, label) != getattr(report, name)
    ]
    changed += ["conditions or evidence"] if then.allegations != report.allegations else []
    lines.append(("CHANGED", ", ".join(changed) or "nothing but the signature"))
    if then.facts != report.facts:
        lines.append(("WAS", then.facts))
    return tuple(lines)
