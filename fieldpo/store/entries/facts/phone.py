"""A telephone number."""

from fieldpo.store.entries.facts.field import FactField, FactKind, Takes

PHONE = FactKind(
    "phone",
    "phone",
    (
        FactField("number", "Number", needed=True, proves=True),
        FactField("use", "Use", Takes.CHOICE, codes="phone_uses"),
        FactField("note", "Note", hint="when to call"),
        FactField("since", "Since", Takes.DAY),
    ),
    key="p",
    told=True,
    until=True,
    new="new number, this ends",
)
