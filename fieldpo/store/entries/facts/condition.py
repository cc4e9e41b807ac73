"""Compliance with a condition; its text is the court's."""

from fieldpo.store.entries.facts.field import FactField, FactKind, Takes

CONDITION = FactKind(
    "condition",
    "compliance",
    (
        FactField("compliance", "State", Takes.CHOICE, codes="compliance_states", needed=True),
        FactField("compliance_since", "Since", Takes.DAY),
    ),
    about="text",
)
