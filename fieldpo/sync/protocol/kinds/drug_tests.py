"""The records of drug and alcohol tests: a person's plan of random draws, and each test with its results."""

from __future__ import annotations

import msgspec

from fieldpo.sync.protocol.body import Code, Day, Id, Line, Merging, OfPerson, Prose, Stamp, kind


@kind("draw_plan", Merging.INSERT, prose=("reason",), refers=("case_id",))
class DrawPlan(OfPerson, frozen=True, kw_only=True, omit_defaults=True):
    """How a person's random tests are drawn from a day on, until a later plan's day. Written once, never changed.

    `drawn_by` is odds (`hits` days of `out_of`), period (`least` to `most` in every `per`: week, month, or `days` days
    from the start) or none, which ends the draws. `seed` is 64 hexadecimal digits of chance, made with the plan: with
    the record alone, central and every device draw alike. It counts from the day after `written_at` at the earliest.
    """

    case_id: Id
    officer_id: Id
    written_at: Stamp
    starts_on: Day
    drawn_by: Code
    hits: int = 0
    out_of: int = 0
    least: int = 0
    most: int = 0
    per: Code = ""
    days: int = 0
    seed: Line = ""
    panel: Code = ""
    reason: Line = ""


class SubstanceResult(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the laboratory said about one substance, with the cut-offs that it was read by, in the test's `unit`.

    `initial` and `confirm` are "positive" or "negative", empty while not reported. `prescribed`: a prescription for it
    was seen.
    """

    substance: Code
    initial: Code = ""
    confirm: Code = ""
    initial_level: float | None = None
    confirm_level: float | None = None
    initial_cutoff: float | None = None
    confirm_cutoff: float | None = None
    prescribed: bool = False


@kind(
    "drug_test",
    Merging.FIELDS,
    legal=(frozenset({"outcome", "validity", "results", "rules", "unit"}),),
    prose=("note", "admitted", "prescription"),
    refers=("case_id", "plan_id", "appointment_id"),
)
class DrugTest(OfPerson, frozen=True, kw_only=True, omit_defaults=True):
    """One test: why, the sample and its way, and the results as they come in.

    `at` is when the sample was given or should have been, by the officer's act. `temperature` is in °F. `rules` names
    the laboratory's rules and their version. A random test names the plan and the day that were drawn.
    """

    officer_id: Id
    at: Stamp
    reason: Code
    outcome: Code
    case_id: Id | None = None
    specimen: Code = ""
    panel: Code = ""
    validity: Code = ""
    temperature: float | None = None
    observed: bool = False
    custody_number: Line = ""
    laboratory: Line = ""
    admitted: Prose = ""
    prescription: Prose = ""
    results: list[SubstanceResult] = []
    reported_on: Day | None = None
    rules: Line = ""
    unit: Code = ""
    plan_id: Id | None = None
    drawn_on: Day | None = None
    appointment_id: Id | None = None
    note: Prose = ""
