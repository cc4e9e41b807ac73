"""Names of screens and where they stand, "module:Class"; each is imported when it is first opened.

`app.go("person", person_id=...)` passes the rest to the class. Parameters:
person(person_id, tab=None), log_contact(person_id, appointment_id=None, draft_id=None), attempted(person_id),
home_visit(person_id, appointment_id=None), appointment(person_id, appointment_id=None), violation_report(person_id),
addendum(person_id, entry_id), withdrawal(person_id, entry_id), fact(person_id, kind, record_id=None, told=False);
assessment(person_id, instrument=""), drug_test(person_id, record_id=None, drawn_on=""), draw_plan(person_id);
entry(person_id, entry_id) and new_fact(person_id, told=()) are no forms;
every form takes draft_id=None too; the others take nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

from textual.screen import Screen

ROUTES: Final[dict[str, str]] = {
    "today": "fieldpo.screens.today:TodayScreen",
    "caseload": "fieldpo.screens.caseload:CaseloadScreen",
    "field_sheet": "fieldpo.screens.field_sheet:FieldSheetScreen",
    "person": "fieldpo.screens.person:PersonScreen",
    "search": "fieldpo.screens.search:SearchScreen",
    "log_contact": "fieldpo.screens.log_contact:LogContactScreen",
    "attempted": "fieldpo.screens.attempted:AttemptedScreen",
    "home_visit": "fieldpo.screens.home_visit:HomeVisitScreen",
    "appointment": "fieldpo.screens.appointment:AppointmentScreen",
    "intake": "fieldpo.screens.intake:IntakeScreen",
    "addendum": "fieldpo.screens.addendum:AddendumScreen",
    "withdrawal": "fieldpo.screens.withdrawal:WithdrawalScreen",
    "entry": "fieldpo.screens.entry:EntryScreen",
    "fact": "fieldpo.screens.fact:FactScreen",
    "new_fact": "fieldpo.screens.new_fact:NewFactScreen",
    "assessment": "fieldpo.screens.assessment:AssessmentScreen",
    "drug_test": "fieldpo.screens.drug_test:DrugTestScreen",
    "draw_plan": "fieldpo.screens.draw_plan:DrawPlanScreen",
    "workload": "fieldpo.screens.workload:WorkloadScreen",
    "violation_report": "fieldpo.screens.violation_report:ViolationReportScreen",
    "review": "fieldpo.screens.review:ReviewScreen",
    "review_report": "fieldpo.screens.review_report:ReviewReportScreen",
    "review_held": "fieldpo.screens.review_held:HeldScreen",
    "not_sent": "fieldpo.screens.not_sent:NotSentScreen",
    "needs_answer": "fieldpo.screens.needs_answer:NeedsAnswerScreen",
    "help": "fieldpo.screens.help:HelpScreen",
    "unlock": "fieldpo.screens.unlock:UnlockScreen",
    "first_run": "fieldpo.screens.first_run:FirstRunScreen",
    "sign_in_again": "fieldpo.screens.sign_in_again:SignInAgainScreen",
}

PLACES: Final = ("today", "caseload", "field_sheet", "workload", "search", "not_sent", "needs_answer", "review")
"""Screens that stand at most once on the stack: going there again comes back to them."""


def screen_class(name: str) -> type[Screen[Any]]:
    """The class of a route, imported now. Raises KeyError for a name that is not a route."""
    module, _, class_name = ROUTES[name].partition(":")
    found: type[Screen[Any]] = getattr(import_module(module), class_name)
    return found
