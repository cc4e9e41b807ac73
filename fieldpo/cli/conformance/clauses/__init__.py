"""The clauses, one family a file, in the order in which they run."""

from __future__ import annotations

from importlib import import_module

FAMILIES = (
    "transport",
    "sign_in",
    "accepting",
    "sequence",
    "refusing",
    "waiting",
    "merging",
    "groups",
    "superseding",
    "pulling",
    "marks",
    "held",
    "audit",
    "restored",
    "sizes",
)


def declare() -> None:
    """Load every family, so that its clauses stand in the registry."""
    for family in FAMILIES:
        import_module(f"{__name__}.{family}")
