"""The records of supervision, one body type a kind: the one place to import them from, so that whoever knows one
kind knows all. See docs/adding-a-kind.md before adding one.

Names are the field's own. A `Code` is a code of the policy pack; dates are local calendar days; a `Stamp`
is a moment with its UTC offset. What the client told and what was verified stand in fields of their own.
"""

from fieldpo.sync.protocol.kinds.agency import Caseload, Officer, PolicyPack
from fieldpo.sync.protocol.kinds.case import Assessment, Case, Condition
from fieldpo.sync.protocol.kinds.contact import Addendum, Appointment, Contact, Intake, Withdrawal
from fieldpo.sync.protocol.kinds.court import Hearing
from fieldpo.sync.protocol.kinds.drug_tests import DrawPlan, DrugTest, SubstanceResult
from fieldpo.sync.protocol.kinds.held import Candidate, HeldDecision, HeldItem
from fieldpo.sync.protocol.kinds.person import Address, Collateral, Employment, Hazard, Person, Phone
from fieldpo.sync.protocol.kinds.reports import Allegation, ReportStep, ViolationReport
from fieldpo.sync.protocol.kinds.standing import CaseEvent, Deferral, LevelChange, RateOverride, Stay
from fieldpo.sync.protocol.kinds.team import (
    CaseRequest,
    Covering,
    Evidence,
    IntakeOutcome,
    ReviewItem,
    Step,
    Team,
    TeamCase,
    TeamMember,
)

__all__ = [
    "Addendum",
    "Address",
    "Allegation",
    "Appointment",
    "Assessment",
    "Candidate",
    "Case",
    "CaseEvent",
    "CaseRequest",
    "Caseload",
    "Collateral",
    "Condition",
    "Contact",
    "Covering",
    "Deferral",
    "DrawPlan",
    "DrugTest",
    "Employment",
    "Evidence",
    "Hazard",
    "Hearing",
    "HeldDecision",
    "HeldItem",
    "Intake",
    "IntakeOutcome",
    "LevelChange",
    "Officer",
    "Person",
    "Phone",
    "PolicyPack",
    "RateOverride",
    "ReportStep",
    "ReviewItem",
    "Stay",
    "Step",
    "SubstanceResult",
    "Team",
    "TeamCase",
    "TeamMember",
    "ViolationReport",
    "Withdrawal",
]
