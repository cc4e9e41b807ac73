"""What a drug test says so far, in words."""

from __future__ import annotations

from collections.abc import Mapping

from fieldpo.supervision.drug_tests.reading import Reading, test_words
from fieldpo.supervision.written.drug_tests import Panel, TestRules


def result_lines(
    rules: TestRules, outcome: str, validity: str, panel: Panel | None, readings: Mapping[str, Reading]
) -> list[tuple[str, str]]:
    """The result by the laboratory's rules, a substance of the panel without a reading too; nothing without an outcome.

    The second line says where it may be a violation. Codes are the rules' own; `validity` is empty without a sample.
    """
    if not outcome:
        return []
    missing = [Reading(substance=one) for one in (panel.substances if panel else ()) if one not in readings]
    words = test_words(rules, outcome, validity, (*readings.values(), *missing) if readings else ())
    lines = [("RESULT", f"{words} (by {rules.called})")]
    came = next((one for one in rules.outcomes if one.code == outcome), None)
    valid = next((one for one in rules.validities if one.code == validity), None)
    positive = any(one.verdict == "positive" and not one.prescribed for one in readings.values())
    if (came and came.possible_violation) or (valid and valid.possible_violation) or positive:
        lines.append(("", "May be a violation: v on the client's page writes the report."))
    return lines
