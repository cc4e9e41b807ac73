"""The record tables, one a kind: only the columns that queries filter or sort by (see `record_table`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from sqlalchemy import Index
from sqlmodel import Field

from fieldpo.plain import sort_key
from fieldpo.store.database.record_table import RecordTable, by_person, epoch_seconds, register
from fieldpo.sync.protocol import kinds  # noqa: F401 - declares the kinds
from fieldpo.sync.protocol.body import Json


@register
class UnknownTable(RecordTable, table=True):
    """Records of kinds that a newer central knows and this program does not: kept, and shown raw."""

    __tablename__ = "r_unknown"
    kind_name: ClassVar[str] = ""
    kind: str = ""


@register
class OfficerTable(RecordTable, table=True):
    """Officers of the agency."""

    __tablename__ = "r_officer"
    kind_name: ClassVar[str] = "officer"
    name: str = ""


@register
class CaseloadTable(RecordTable, table=True):
    """Caseloads of the agency."""

    __tablename__ = "r_caseload"
    kind_name: ClassVar[str] = "caseload"
    officer_id: str = ""


@register
class PolicyPackTable(RecordTable, table=True):
    """Versions of the agency's policy packs, by when they came into force."""

    __tablename__ = "r_policy_pack"
    kind_name: ClassVar[str] = "policy_pack"
    pack: str = ""
    effective_from: str = ""
    main: bool = False


@register
class PersonTable(RecordTable, table=True):
    """Persons under supervision, by the name they sort under."""

    __tablename__ = "r_person"
    kind_name: ClassVar[str] = "person"
    derived_by: ClassVar[int] = 2
    sort_name: str = Field(default="", index=True)

    @classmethod
    def derive(cls, body: Mapping[str, Json]) -> dict[str, Any]:
        """Family name, then given, folded."""
        return {"sort_name": sort_key(f"{body.get('family_name', '')}, {body.get('given_name', '')}")}


@register
class HazardTable(RecordTable, table=True):
    """Hazards, to be read before the door."""

    __tablename__ = "r_hazard"
    kind_name: ClassVar[str] = "hazard"
    hazard: str = ""
    active: bool = True


@register
class CaseTable(RecordTable, table=True):
    """Cases, by status and level."""

    __tablename__ = "r_case"
    kind_name: ClassVar[str] = "case"
    status: str = ""
    level: str = Field(default="", index=True)
    case_type: str = ""
    end_on: str | None = None


@register
class LevelChangeTable(RecordTable, table=True):
    """Levels of supervision over time."""

    __tablename__ = "r_level_change"
    kind_name: ClassVar[str] = "level_change"


@register
class StayTable(RecordTable, table=True):
    """Times in which contacts are not owed as usual."""

    __tablename__ = "r_stay"
    kind_name: ClassVar[str] = "stay"


@register
class RateOverrideTable(RecordTable, table=True):
    """Rates of a supervisor's own for one case."""

    __tablename__ = "r_rate_override"
    kind_name: ClassVar[str] = "rate_override"


@register
class DeferralTable(RecordTable, table=True):
    """Due days put off."""

    __tablename__ = "r_deferral"
    kind_name: ClassVar[str] = "deferral"


@register
class CaseEventTable(RecordTable, table=True):
    """What asks for a contact of its own."""

    __tablename__ = "r_case_event"
    kind_name: ClassVar[str] = "case_event"


@register
class ConditionTable(RecordTable, table=True):
    """Conditions, by case."""

    __tablename__ = "r_condition"
    kind_name: ClassVar[str] = "condition"
    case_id: str = ""
    category: str = ""
    compliance: str = ""
    expires_on: str | None = None


@register
class AddressTable(RecordTable, table=True):
    """Addresses, by the area that groups them for a trip."""

    __tablename__ = "r_address"
    kind_name: ClassVar[str] = "address"
    area: str = ""
    use: str = ""
    until: str | None = None


@register
class PhoneTable(RecordTable, table=True):
    """Telephone numbers."""

    __tablename__ = "r_phone"
    kind_name: ClassVar[str] = "phone"
    until: str | None = None


@register
class EmploymentTable(RecordTable, table=True):
    """Jobs."""

    __tablename__ = "r_employment"
    kind_name: ClassVar[str] = "employment"
    until: str | None = None


@register
class CollateralTable(RecordTable, table=True):
    """Collaterals."""

    __tablename__ = "r_collateral"
    kind_name: ClassVar[str] = "collateral"
    in_household: bool = False
    barred: bool = False


@register
class AppointmentTable(RecordTable, table=True):
    """Appointments, by when they start."""

    __tablename__ = "r_appointment"
    __table_args__ = (
        by_person("appointment", "starts_utc"),
        # Today asks for the few that are open among all that ever were.
        Index("ix_appointment_status_starts_utc", "status", "starts_utc"),
    )
    kind_name: ClassVar[str] = "appointment"
    starts_utc: int = Field(default=0, index=True)
    """UTC seconds."""
    status: str = ""
    appointment: str = ""

    @classmethod
    def derive(cls, body: Mapping[str, Json]) -> dict[str, Any]:
        """The start as UTC seconds."""
        return {"starts_utc": epoch_seconds(body.get("starts_at")) or 0}


@register
class AssessmentTable(RecordTable, table=True):
    """Assessments, by the day they were done."""

    __tablename__ = "r_assessment"
    kind_name: ClassVar[str] = "assessment"
    instrument: str = ""
    done_on: str = ""


_COUNTED = ("hidden", "contact", "place", "outcome", "present", "verified", "with_collateral")
"""What decides whether a contact counts: in the index, so that no body is read for it."""


@register
class ContactTable(RecordTable, table=True):
    """Contacts and attempts, by when they occurred."""

    __tablename__ = "r_contact"
    __table_args__ = (by_person("contact", "occurred_utc", *_COUNTED),)
    kind_name: ClassVar[str] = "contact"
    occurred_utc: int = Field(default=0, index=True)
    """UTC seconds."""
    contact: str = ""
    place: str = ""
    outcome: str = ""
    present: str = ""
    """Codes, separated by blanks, as `verified`."""
    verified: str = ""
    with_collateral: bool = False

    @classmethod
    def derive(cls, body: Mapping[str, Json]) -> dict[str, Any]:
        """The beginning as UTC seconds; who was there and what was proved, for what is owed."""
        return {
            "occurred_utc": epoch_seconds(body.get("occurred_at")) or 0,
            "present": " ".join(body.get("present", ())),
            "verified": " ".join(body.get("verified", ())),
            "with_collateral": bool(body.get("collateral_id")),
        }


@register
class AddendumTable(RecordTable, table=True):
    """Addenda, by the entry they add to."""

    __tablename__ = "r_addendum"
    kind_name: ClassVar[str] = "addendum"
    entry_id: str = Field(default="", index=True)


@register
class WithdrawalTable(RecordTable, table=True):
    """Withdrawals, by the entry that they strike through."""

    __tablename__ = "r_withdrawal"
    kind_name: ClassVar[str] = "withdrawal"
    entry_id: str = Field(default="", index=True)


@register
class ViolationReportTable(RecordTable, table=True):
    """Violation reports."""

    __tablename__ = "r_violation_report"
    kind_name: ClassVar[str] = "violation_report"
    case_id: str = ""
    written_utc: int = 0
    """UTC seconds."""

    @classmethod
    def derive(cls, body: Mapping[str, Json]) -> dict[str, Any]:
        """The writing as UTC seconds."""
        return {"written_utc": epoch_seconds(body.get("written_at")) or 0}


@register
class ReportStepTable(RecordTable, table=True):
    """Steps of reports: submitted, returned, approved, filed."""

    __tablename__ = "r_report_step"
    kind_name: ClassVar[str] = "report_step"
    report_id: str = Field(default="", index=True)
    step: str = ""


@register
class IntakeTable(RecordTable, table=True):
    """Someone not listed, as met in the field."""

    __tablename__ = "r_intake"
    kind_name: ClassVar[str] = "intake"


@register
class DrawPlanTable(RecordTable, table=True):
    """Plans of random test draws, by the day from which they count."""

    __tablename__ = "r_draw_plan"
    kind_name: ClassVar[str] = "draw_plan"
    starts_on: str = ""
    drawn_by: str = ""


@register
class DrugTestTable(RecordTable, table=True):
    """Drug and alcohol tests, by when the sample was given or should have been."""

    __tablename__ = "r_drug_test"
    kind_name: ClassVar[str] = "drug_test"
    at_utc: int = Field(default=0, index=True)
    """UTC seconds."""
    outcome: str = ""
    drawn_on: str | None = None

    @classmethod
    def derive(cls, body: Mapping[str, Json]) -> dict[str, Any]:
        """The moment as UTC seconds."""
        return {"at_utc": epoch_seconds(body.get("at")) or 0}
