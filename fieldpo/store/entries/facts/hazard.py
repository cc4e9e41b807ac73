"""A safety entry: read before the door."""

from fieldpo.store.entries.facts.field import FactField, FactKind, Takes

HAZARD = FactKind(
    "hazard",
    "safety entry",
    (
        FactField("hazard", "What", Takes.CHOICE, codes="hazard_kinds", needed=True),
        FactField("text", "In words", Takes.PROSE, needed=True),
        FactField("source", "Source", needed=True, hint="seen by whom, who said so"),
        FactField("observed_on", "Seen on", Takes.DAY),
        FactField("review_on", "Review on", Takes.DAY, ahead=True),
    ),
    key="s",
    active=True,
    private=True,
    ended="no longer so",
)
