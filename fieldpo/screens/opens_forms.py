"""A screen that is about one person at a time: the keys that open a form about them."""

from __future__ import annotations

from fieldpo.screens.base import FieldScreen


class OpensForms(FieldScreen):
    """Each key of a form goes to it, with the person whom the screen is about."""

    def person_here(self) -> str:
        """The person's id; empty for none."""
        return ""

    def appointment_here(self) -> str | None:
        """The appointment that a contact logged here answers, where the screen knows it."""
        return None

    def action_add_fact(self) -> None:
        """Add a fact; a letter says of which kind."""
        self.shell.go("new_fact", person_id=self.person_here())

    def action_log_contact(self) -> None:
        """Log a contact; the appointment fills the form."""
        self.shell.go("log_contact", person_id=self.person_here(), appointment_id=self.appointment_here())

    def action_attempted(self) -> None:
        """Attempted, no contact."""
        self.shell.go("attempted", person_id=self.person_here())

    def action_appointment(self) -> None:
        """The next appointment."""
        self.shell.go("appointment", person_id=self.person_here())

    def action_home_visit(self) -> None:
        """A home visit, of the appointment that is booked for it or of none."""
        self.shell.go("home_visit", person_id=self.person_here())

    def action_violation_report(self) -> None:
        """A violation report."""
        self.shell.go("violation_report", person_id=self.person_here())

    def action_assessment(self) -> None:
        """Score an instrument."""
        self.shell.go("assessment", person_id=self.person_here())

    def action_drug_test(self) -> None:
        """A drug or alcohol test."""
        self.shell.go("drug_test", person_id=self.person_here())

    def action_draw_plan(self) -> None:
        """The plan of random draws."""
        self.shell.go("draw_plan", person_id=self.person_here())
