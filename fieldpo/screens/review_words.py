"""What is said of something that central holds, in the list and on the screen where it is decided."""

from __future__ import annotations

from typing import Final

from fieldpo.store.queries.held import Held

HELD_WORDS: Final = {
    "late entry": "Written after the case had left its officer's caseload. Central did not apply it.",
    "not listed": "Nobody carries the ID that was given, or none was given.",
    "several match": "More than one person carries the ID that was given.",
    "ID not sure": "Only an officer has typed that ID on a client. Nobody at central has said that it is right.",
    "waits for rest": "Saved together with entries that have not come. Central takes all or none.",
}


def held_state(held: Held) -> list[tuple[str, str]]:
    """Where a decision on it stands, in a labelled line; none where nobody has decided."""
    if held.unsent:
        return [("DECIDED", f"By you: {held.unsent}. It goes with the next sync.")]
    if held.undone:
        by = held.decided_by or "a supervisor"
        return [("DECIDED", f"By {by}: {held.undone}. It is at central and not done yet.")]
    if held.trouble:
        return [("FAILED", f"Central could not do what was decided. {held.trouble}")]
    return []


def held_what(held: Held) -> str:
    """Its cell in the list: what it is, or what was decided and where that stands."""
    if held.unsent:
        return f"{held.unsent}, unsent"
    return f"{held.undone}, waits" if held.undone else held.reason
