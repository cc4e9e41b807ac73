"""A person's assessments with what explains them: the arithmetic computed again, and how it differs."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

import msgspec
from sqlalchemy import Connection

from fieldpo.errors import FieldpoError
from fieldpo.plain import day
from fieldpo.store.database.at_once import AtOnce
from fieldpo.store.queries.clients.names import day_of, officers_named
from fieldpo.store.queries.rules.case_pack import CasePack, case_pack
from fieldpo.supervision.instruments.instrument import Instrument
from fieldpo.supervision.instruments.running import differences
from fieldpo.supervision.instruments.scored import Scored, number, words
from fieldpo.supervision.instruments.scoring import score
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.packs.uses import instrument_of

_ASSESSMENTS = AtOnce(
    "SELECT a.id, a.id IN (SELECT id FROM base) AS not_sent, a.body, w.body AS withdrawal FROM r_assessment a "
    "LEFT JOIN r_withdrawal w ON w.entry_id = a.id AND w.hidden = 0 "
    "WHERE a.person_id = :person AND a.hidden = 0 ORDER BY a.done_on DESC, a.id DESC"
)
NOT_KEPT = "Its item answers are not on this laptop: it cannot be computed again."


@dataclass(frozen=True)
class Scoring:
    """One assessment. `level` is the instrument's own word; `check` says whether computing it again gives the same."""

    record_id: str
    title: str
    code: str
    done_on: dt.date
    score: float | None
    level: str
    override: str
    officer: str
    why: tuple[str, ...]
    answers: tuple[str, ...]
    check: str
    differs: bool
    again_on: dt.date | None
    again_why: str
    withdrawn: bool
    not_sent: bool

    @property
    def stands(self) -> str:
        """The level that stands: the overriding one where there is one."""
        return self.override or self.level

    @property
    def score_words(self) -> str:
        """The score, as far as there is one."""
        return "" if self.score is None else number(self.score)


def scorings(connection: Connection, pack: Pack, person_id: str, today: dt.date) -> tuple[Scoring, ...]:
    """Assessments, the newest first, each computed again from its answers."""
    rows = _ASSESSMENTS.rows(connection, {"person": person_id})
    if not rows:
        return ()
    bodies = [msgspec.json.decode(row.body) for row in rows]
    officers = officers_named(connection, [one["officer_id"] for one in bodies if one.get("officer_id")])
    going = case_pack(connection, pack, person_id, today)
    found = [
        _scoring(row, body, going.pack, officers.get(body.get("officer_id", ""), ""))
        for row, body in zip(rows, bodies, strict=True)
    ]
    newest = next((at for at, one in enumerate(found) if not one.withdrawn), None)
    if newest is not None:
        found[newest] = _by_policy(found[newest], going)
    return tuple(found)


def _by_policy(one: Scoring, going: CasePack) -> Scoring:
    """The newest scoring with the day that the policy asks for the next one, where that is the sooner one."""
    owes = going.owed.obligations if going.owed else ()
    due = next((each for each in owes if each.obligation == "assessment" and each.due is not None), None)
    if due is None or due.due is None or (one.again_on is not None and one.again_on <= due.due):
        return one
    return replace(one, again_on=due.due, again_why=due.rule)


def _scoring(row: Any, body: dict[str, Any], pack: Pack, officer: str) -> Scoring:
    done_on = dt.date.fromisoformat(body["done_on"])
    version = body.get("version", "")
    instrument, trouble = _instrument(pack, body["instrument"], version)
    again, check, differs = _again(instrument, body, done_on) if instrument else (None, trouble, False)
    overridden = body.get("override_level", "")
    title = instrument.definition.title if instrument else body["instrument"]
    return Scoring(
        record_id=row.id,
        title=title,
        code=instrument.definition.called if instrument else body["instrument"].upper().replace("_", "-"),
        done_on=done_on,
        score=body.get("score"),
        level=body.get("level", ""),
        override=overridden,
        officer=officer,
        why=_why(body, again, instrument, overridden),
        answers=_answers(again),
        check=check,
        differs=differs,
        again_on=day_of(body.get("reassess_by")) or (again.reassess_by if again else None),
        again_why=_interval(instrument),
        withdrawn=row.withdrawal is not None,
        not_sent=bool(row.not_sent),
    )


def _instrument(pack: Pack, code: str, version: str) -> tuple[Instrument | None, str]:
    try:
        return instrument_of(pack, code, version), ""
    except FieldpoError as error:
        return None, f"{error.message} It cannot be computed again here."


def _again(instrument: Instrument, body: dict[str, Any], done_on: dt.date) -> tuple[Scored | None, str, bool]:
    if not body.get("items"):
        return None, NOT_KEPT, False
    try:
        found = score(instrument, body["items"], done_on)
    except FieldpoError as error:
        return None, f"Computed again it cannot be scored: {error.message}", True
    said = differences(found, body.get("score"), body.get("level", ""), body.get("scores", {}))
    by = f"{instrument.definition.name}{'' if body.get('version') else ', whose version the record does not say'}"
    if said:
        return found, f"DIFFERS from its answers by {by}: {said}. Score it anew, or tell your supervisor.", True
    return found, f"Computed again from its answers by {by}: the same.", False


def _why(body: dict[str, Any], again: Scored | None, instrument: Instrument | None, overridden: str) -> tuple[str, ...]:
    lines = []
    if again is not None and instrument is not None:
        lines += list(again.arithmetic)
        lines += [f"{one.level or 'no level'}: {one.why}" for one in again.cut_offs if one.gives == "level"]
        lines += [f"{one.gives} {one.level or 'none'}: {one.why}" for one in again.cut_offs if one.gives != "level"]
        lines.append(f"Cut-offs of {instrument.definition.source}")
    if overridden:
        approver = f", approved by {body['override_approver']}" if body.get("override_approver") else ""
        reason = body.get("override_reason") or "no reason on record"
        lines.insert(0, f"Overridden to {overridden}: {reason}{approver}")
    return tuple(lines)


def _answers(again: Scored | None) -> tuple[str, ...]:
    if again is None:
        return ()
    seen: dict[str, str] = {}
    for one in again.items:
        seen.setdefault(one.item, f"{one.label or one.item}: {words(one.answer)}")
    return tuple(seen[item] for item in seen if item in again.answers)


def _interval(instrument: Instrument | None) -> str:
    if instrument is None:
        return ""
    rule = instrument.definition.reassess
    if rule.months:
        return f"{rule.months} months by {instrument.definition.name}"
    return f"{rule.days} days by {instrument.definition.name}" if rule.days else ""


def assessment_lines(found: Scoring) -> list[tuple[str, str]]:
    """One assessment in full, label and words, as the tab and the shell show it."""
    total = f": {found.score_words}" if found.score_words else ""
    stands = f", {found.level}" if found.level else ""
    set_aside = f", overridden to {found.override}" if found.override else ""
    lines = [("SCORE", f"{found.title}{total}{stands}{set_aside}. {day(found.done_on)}{_by(found)}")]
    lines += [("CHECK", found.check)]
    lines += [("WHY", line) for line in found.why]
    if found.again_on:
        lines.append(("AGAIN", f"by {day(found.again_on)}{f' ({found.again_why})' if found.again_why else ''}"))
    if found.answers:
        lines.append(("ANSWERS", "; ".join(found.answers)))
    return lines


def _by(found: Scoring) -> str:
    return f", {found.officer}" if found.officer else ""
