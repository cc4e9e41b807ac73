"""A scoring of an instrument as an entry: answers, scores and cut-offs, an override, and the level that follows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from fieldpo.errors import BadInput
from fieldpo.plain import clean_text, day
from fieldpo.store.acting.acts import Act, Create, Step
from fieldpo.store.entries.facts.act import Doing, FactForm, fact_act
from fieldpo.store.entries.facts.case_now import CaseNow
from fieldpo.store.entries.facts.level_change import LEVEL_CHANGE
from fieldpo.supervision.calendar import local
from fieldpo.supervision.instruments import interval
from fieldpo.supervision.instruments.instrument import Instrument
from fieldpo.supervision.instruments.scored import Scored, number, shown
from fieldpo.supervision.instruments.scoring import score
from fieldpo.supervision.pack import Pack
from fieldpo.sync.protocol.body import Json
from fieldpo.sync.protocol.ids import new_id
from fieldpo.sync.protocol.kinds import Assessment

KEPT = "Nothing was saved; the draft is kept."


@dataclass(frozen=True, kw_only=True)
class NewLevel:
    """The level of supervision that the officer gives the case. `override`: against what the score speaks for."""

    level: str
    override: bool = False
    reason: str = ""
    approver: str = ""


@dataclass(frozen=True, kw_only=True)
class AssessmentForm:
    """A filled-in instrument. `answers` are JSON values by item, as `fieldpo policy score` takes them.

    `role` is the officer's, for instruments that name who may administer them; empty where it is not known.
    """

    person_id: str
    short_name: str
    officer_id: str
    instrument: Instrument
    answers: Mapping[str, Json]
    done_on: dt.date
    case: CaseNow | None = None
    role: str = ""
    override_level: str = ""
    override_reason: str = ""
    override_approver: str = ""
    new_level: NewLevel | None = None
    entry_id: str = field(default_factory=new_id)


def assessment_act(pack: Pack, form: AssessmentForm, now: dt.datetime) -> Act:
    """The scoring, and the level of supervision that the officer gave with it, as one act.

    `pack` is that of the case's policy. Raises `BadInput` for a missing or impossible answer, a day ahead, an
    override that the instrument does not allow, or somebody who may not administer it.
    """
    definition = form.instrument.definition
    here = local(now, pack)
    if form.done_on > here.date():
        raise BadInput(f"An assessment cannot be done on a day ahead ({day(form.done_on)}). {KEPT}")
    if form.role and not interval.may_administer(form.instrument, form.role):
        may = ", ".join(definition.may_administer)
        raise BadInput(f"{definition.title} may be administered by {may}, not by you ({form.role}). {KEPT}")
    scored = score(form.instrument, dict(form.answers), form.done_on)
    stands = scored
    if form.override_level:
        stands = interval.override(
            form.instrument, scored, form.override_level, form.override_reason, form.override_approver
        )
    made = Assessment(
        person_id=form.person_id,
        instrument=definition.id,
        version=definition.version,
        policy=pack.name,
        done_on=form.done_on,
        case_id=form.case.case_id if form.case else None,
        officer_id=form.officer_id,
        score=scored.total,
        level=scored.level or "",
        scores={name: shown(value) for name, value in scored.scores.items()},
        items=scored.answers_json(),
        override_level=form.override_level,
        override_reason=clean_text(form.override_reason) if form.override_level else "",
        override_approver=form.override_approver if form.override_level else "",
        reassess_by=stands.reassess_by,
    )
    steps: tuple[Step, ...] = (Create(made, form.entry_id),)
    if form.new_level is not None:
        steps += _level_steps(pack, form, form.new_level, scored, now)
    label = f"{definition.title} of {form.short_name}"
    return Act(label, steps, here, form.entry_id, together=len(steps) > 1)


def _level_steps(pack: Pack, form: AssessmentForm, new: NewLevel, scored: Scored, now: dt.datetime) -> tuple[Step, ...]:
    """The level as the officer's own form of it would make it, from the day of the assessment."""
    if form.case is None:
        raise BadInput(f"There is no open case on this laptop whose level could change. {KEPT}")
    since = form.done_on
    if form.case.level_since is not None:
        since = max(since, form.case.level_since)
    made = fact_act(
        pack,
        FactForm(
            kind=LEVEL_CHANGE,
            person_id=form.person_id,
            short_name=form.short_name,
            doing=Doing.NEW,
            case=form.case,
            officer_id=form.officer_id,
            values={
                "level": new.level,
                "since": since.isoformat(),
                "override": new.override,
                "reason": new.reason or reason_words(form.instrument, scored, form.done_on),
                "approver": new.approver,
            },
        ),
        now,
    )
    return tuple(replace(one, record_id=new_id()) if isinstance(one, Create) else one for one in made.steps)


def reason_words(instrument: Instrument, scored: Scored, done_on: dt.date) -> str:
    """Why a level follows: "DAST-10 of 23 Nov 2026: 4, moderate"."""
    total = "no score" if scored.total is None else number(scored.total)
    return f"{instrument.definition.id} of {day(done_on)}: {', '.join(p for p in (total, scored.level or '') if p)}"
