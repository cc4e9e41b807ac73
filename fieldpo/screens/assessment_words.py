"""The score of an assessment in words, as it grows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fieldpo.plain import day
from fieldpo.supervision.instruments.instrument import Instrument
from fieldpo.supervision.instruments.running import Running, cut_off_words

Answers = Mapping[str, Any]


def score_lines(instrument: Instrument, now: Running, answers: Answers) -> list[tuple[str, str]]:
    """The sums so far, by which cut-offs, and what is still missing; else the level, why, and when to ask again."""
    sums = ", ".join(f"{name} {value}" for name, value in now.so_far if name != "level")
    count = f"{now.answered} of {now.items} answered"
    cuts = [("CUT-OFFS", line) for line in cut_off_words(instrument, answers)]
    if now.scored is None:
        missing = ("NOT YET", not_yet(instrument, now, answers))
        return [("SO FAR", f"{sums or 'nothing yet'}; {count}"), *cuts, missing]
    level = f": {now.scored.level}" if now.scored.level else ""
    lines = [("SCORE", f"{sums}{level}; {count}"), *cuts]
    used = [one.why for one in now.scored.cut_offs if one.gives == "level"]
    lines += [("WHY", why) for why in used[:1]]
    if now.scored.reassess_by:
        lines.append(("AGAIN", f"by {day(now.scored.reassess_by)}"))
    return lines


def not_yet(instrument: Instrument, now: Running, answers: Answers) -> str:
    """By its numbers what is still to be answered; else what cannot be."""
    if "got none" not in now.wrong:
        return now.wrong.rstrip(".")
    items = instrument.definition.items
    left = [str(at) for at, item in enumerate(items, start=1) if item.code not in answers]
    return f"still to answer: {', '.join(left)}"
