"""One table a kind of a supervisor's: the team's members and cases, the review queue, what central holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from sqlmodel import Field

from fieldpo.store.database.record_table import RecordTable, epoch_seconds, register
from fieldpo.sync.protocol.body import Json


@register
class TeamTable(RecordTable, table=True):
    """The teams that this officer supervises."""

    __tablename__ = "r_team"
    kind_name: ClassVar[str] = "team"


@register
class TeamMemberTable(RecordTable, table=True):
    """Their members."""

    __tablename__ = "r_team_member"
    kind_name: ClassVar[str] = "team_member"
    officer_id: str = ""


@register
class TeamCaseTable(RecordTable, table=True):
    """Which case is whose."""

    __tablename__ = "r_team_case"
    kind_name: ClassVar[str] = "team_case"
    officer_id: str = ""


@register
class ReviewItemTable(RecordTable, table=True):
    """Reports that wait for a supervisor."""

    __tablename__ = "r_review_item"
    kind_name: ClassVar[str] = "review_item"
    report_id: str = Field(default="", index=True)
    state: str = ""
    written_utc: int = 0
    """UTC seconds."""

    @classmethod
    def derive(cls, body: Mapping[str, Json]) -> dict[str, Any]:
        """When it came to wait, as UTC seconds."""
        return {"written_utc": epoch_seconds(body.get("written_at")) or 0}


@register
class HeldItemTable(RecordTable, table=True):
    """What central holds for a person to decide."""

    __tablename__ = "r_held_item"
    kind_name: ClassVar[str] = "held_item"


@register
class HeldDecisionTable(RecordTable, table=True):
    """What this officer decided on that is held."""

    __tablename__ = "r_held_decision"
    kind_name: ClassVar[str] = "held_decision"
    held_op_id: str = Field(default="", index=True)
    decision: str = ""


@register
class CaseRequestTable(RecordTable, table=True):
    """Whole cases asked for, each with its reason."""

    __tablename__ = "r_case_request"
    kind_name: ClassVar[str] = "case_request"
    subject_id: str = ""


@register
class IntakeOutcomeTable(RecordTable, table=True):
    """What became of someone not listed."""

    __tablename__ = "r_intake_outcome"
    kind_name: ClassVar[str] = "intake_outcome"
