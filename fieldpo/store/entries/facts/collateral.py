"""Somebody who knows the client, or who is barred from contact."""

from fieldpo.store.entries.facts.field import FactField, FactKind, Takes

COLLATERAL = FactKind(
    "collateral",
    "collateral",
    (
        FactField("name", "Name", needed=True),
        FactField("relationship", "Who", hint="mother, landlord, sponsor"),
        FactField("phone", "Phone"),
        FactField("address", "Address"),
        FactField("in_household", "Household", Takes.YES_NO),
        FactField("barred", "Barred", Takes.YES_NO),
        FactField("note", "Note", Takes.PROSE),
    ),
    key="c",
    private=True,
)
