"""A job."""

from fieldpo.store.entries.facts.field import FactField, FactKind, Takes

EMPLOYMENT = FactKind(
    "employment",
    "job",
    (
        FactField("employer", "Employer", needed=True, proves=True),
        FactField("position", "Position", proves=True),
        FactField("address", "Address"),
        FactField("phone", "Phone"),
        FactField("hours_per_week", "Hours/week", Takes.NUMBER, proves=True, most=168),
        FactField("since", "Since", Takes.DAY),
    ),
    key="j",
    told=True,
    until=True,
    told_item="job",
    new="new job, this ends",
)
