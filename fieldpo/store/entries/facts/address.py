"""Where a client lives, gets mail or can be found."""

from fieldpo.store.entries.facts.field import FactField, FactKind, Takes

ADDRESS = FactKind(
    "address",
    "address",
    (
        FactField("line1", "Street", needed=True, proves=True),
        FactField("line2", "Unit", proves=True),
        FactField("city", "City", proves=True),
        FactField("state", "State", proves=True),
        FactField("postal_code", "ZIP", proves=True),
        FactField("use", "Use", Takes.CHOICE, codes="address_uses"),
        FactField("area", "Area", hint="for one trip: Ash St N"),
        FactField("directions", "Directions", Takes.PROSE),
        FactField("household", "Household", Takes.PROSE, private=True),
        FactField("since", "Since", Takes.DAY),
    ),
    key="a",
    told=True,
    until=True,
    told_item="home",
    new="moved: new one, this ends",
)
