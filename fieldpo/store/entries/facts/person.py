"""Other names, language and needs of a client; the name and the date of birth are central's."""

from fieldpo.store.entries.facts.field import FactField, FactKind, Takes

PERSON = FactKind(
    "person",
    "names and needs",
    (
        FactField("aliases", "Aliases", Takes.LIST),
        FactField("language", "Language"),
        FactField("interpreter", "Interp.", Takes.YES_NO),
        FactField("needs", "Needs", Takes.LIST),
    ),
    key="n",
)
