"""How many rows of each section of Today are shown in so many lines: what is late never pushes today's own out.

Each section has its heading. Of the room left, today and then overdue get three rows each first, what came back and
what was begun one; then today gets all it has, overdue, what came back, what was begun. The week and the alerts stay
one line; what stands there alone, as on a supervisor's Today, is shown at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fieldpo.supervision.agenda.items import Section

ONE_LINE: Final = frozenset({Section.WEEK, Section.ALERTS})
"""Folded until they are asked for, where there is anything else."""
_AT_FIRST: Final = {Section.TODAY: 3, Section.OVERDUE: 3, Section.RETURNED: 1, Section.BEGUN: 1}
_THEN: Final = (Section.TODAY, Section.OVERDUE, Section.RETURNED, Section.BEGUN)


def shown(sizes: Mapping[Section, int], room: int) -> dict[Section, int]:
    """The rows of each section that has any, in `room` lines with their headings; at least one of each but the folded.

    A list too low for that is scrolled.
    """
    standing = {section: size for section, size in sizes.items() if size}
    rows = {section: 0 if section in ONE_LINE else 1 for section in standing}
    left = room - len(standing) - sum(rows.values())
    for section, most in _AT_FIRST.items():
        left -= _give(rows, standing, section, most, left)
    for section in _THEN:
        left -= _give(rows, standing, section, standing.get(section, 0), left)
    if len(standing) == 1:
        for section, size in standing.items():
            _give(rows, standing, section, size, left)
    return rows


def _give(rows: dict[Section, int], standing: Mapping[Section, int], section: Section, most: int, left: int) -> int:
    if section not in standing:
        return 0
    more = max(min(most, standing[section]) - rows[section], 0)
    taken = min(more, max(left, 0))
    rows[section] += taken
    return taken
