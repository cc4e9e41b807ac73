"""What a test comes to, by the laboratory's cut-offs: initial first, then the confirmation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fieldpo.supervision.written.codes import label_of
from fieldpo.supervision.written.drug_tests import Substance, TestRules

POSITIVE, NEGATIVE = "positive", "negative"


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One substance as reported: first and confirmation, each "positive", "negative" or empty; levels where given."""

    substance: str
    initial: str = ""
    confirm: str = ""
    initial_level: float | None = None
    confirm_level: float | None = None
    prescribed: bool = False

    @property
    def verdict(self) -> str:
        """positive, negative, presumptive (to be confirmed), unconfirmed (confirmation negative) or pending."""
        if self.confirm == POSITIVE:
            return POSITIVE
        if self.initial == NEGATIVE:
            return NEGATIVE
        if self.initial == POSITIVE:
            return "unconfirmed" if self.confirm == NEGATIVE else "presumptive"
        return "pending"


def read_levels(substance: Substance, initial: float | None, confirm: float | None) -> Reading:
    """Read levels by the cut-offs: below negative, at or above positive; no cut-off, no reading."""
    return Reading(
        substance=substance.code,
        initial=_by(substance.initial, initial),
        confirm=_by(substance.confirm, confirm),
        initial_level=initial,
        confirm_level=confirm,
    )


def _by(cut_off: float | None, level: float | None) -> str:
    if cut_off is None or level is None:
        return ""
    return POSITIVE if level >= cut_off else NEGATIVE


def reading_words(rules: TestRules, one: Reading) -> str:
    """One substance in words, with level and cut-off where there is one."""
    words = {
        POSITIVE: "POSITIVE, confirmed",
        NEGATIVE: "negative",
        "presumptive": "positive at first, to be confirmed",
        "unconfirmed": "positive at first, not confirmed",
        "pending": "not reported",
    }[one.verdict]
    substance = rules.substance(one.substance)
    levels = [
        f"{name} {level:g} at cut-off {cut:g}"
        for name, level, cut in (
            ("initial", one.initial_level, substance.initial if substance else None),
            ("confirmed", one.confirm_level, substance.confirm if substance else None),
        )
        if level is not None and cut is not None
    ]
    said = f" ({', '.join(levels)} {rules.unit})" if levels else ""
    return f"{words}{said}{', prescription seen' if one.prescribed else ''}"


def test_words(rules: TestRules, outcome: str, validity: str, readings: Sequence[Reading]) -> str:
    """A test in a few words: "no-show", "substituted: not read", "POSITIVE: THC", "negative", "results pending"."""
    came = next((one for one in rules.outcomes if one.code == outcome), None)
    if came is None or not came.sample:
        return label_of(rules.outcomes, outcome)
    sample = next((one for one in rules.validities if one.code == validity), None)
    if sample is not None and not sample.readable:
        return f"{sample.label}: not read"
    dilute = f", {sample.label}" if sample is not None and sample.code != "valid" else ""
    return _results(rules, readings) + dilute


def _results(rules: TestRules, readings: Sequence[Reading]) -> str:
    by: dict[str, list[str]] = {}
    for one in readings:
        name = label_of(rules.substances, one.substance) + (" (prescribed)" if one.prescribed else "")
        by.setdefault(one.verdict, []).append(name)
    said = []
    if POSITIVE in by:
        said.append(f"POSITIVE: {', '.join(by[POSITIVE])}")
    if "presumptive" in by:
        said.append(f"to be confirmed: {', '.join(by['presumptive'])}")
    if said:
        return "; ".join(said)
    if not readings or "pending" in by:
        return "results pending"
    return "negative"


test_words.__test__ = False  # type: ignore[attr-defined]  # no test, for all its name
