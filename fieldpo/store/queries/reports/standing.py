"""Which violation reports ask for something: the words that a query adds on its reports `r`."""

from __future__ import annotations

from typing import Final

STANDS: Final = "NOT EXISTS (SELECT 1 FROM r_withdrawal w WHERE w.entry_id = r.id AND w.hidden = 0) "
"""Nobody has withdrawn it."""
UNANSWERED: Final = (
    "NOT EXISTS (SELECT 1 FROM r_violation_report answer WHERE answer.person_id = r.person_id AND answer.hidden = 0 "
    "AND json_extract(answer.body, '$.answers_id') = r.id AND NOT EXISTS (SELECT 1 FROM r_withdrawal error "
    "WHERE error.entry_id = answer.id AND error.hidden = 0)) "
)
"""No report that stands answers it."""
