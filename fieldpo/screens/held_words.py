"""What is said of something that central holds: in the list, and on the screen where it is read and decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from fieldpo.store.queries.supervisor.held import Held
from fieldpo.sync.protocol.held import CREATE, MATCH, REFUSE, RELEASE

HELD_WORDS: Final = {
    "late entry": "Written after the case had left its officer's caseload. Central did not apply it.",
    "not listed": "Nobody carries the ID that was given, or none was given.",
    "several match": "More than one person carries the ID that was given.",
    "ID not sure": "Only an officer has typed that ID on a client. Nobody at central has said that it is right.",
    "waits for rest": "Saved together with entries that have not come. Central takes all or none.",
}
OVER = "This is held no more. Esc goes back."
NOBODY = "Nobody carries that ID, and no client of your team is called alike. + makes a new case of it."
NO_OFFICER = "There is no other officer in your team who could have the case."
ASKS = {
    RELEASE: "Why? It may stay empty. ctrl+s releases it as it stands, esc leaves",
    REFUSE: "Why? ctrl+s refuses it, esc leaves",
    MATCH: "Why? It may stay empty. ctrl+s matches, esc leaves",
    CREATE: "Why? It may stay empty. ctrl+s makes the new case, esc leaves",
}
ASKS_REFUSED_INTAKE = "Why? Its officer reads it: no names. ctrl+s refuses, esc leaves"


@dataclass(frozen=True)
class Asked:
    """What is about to be decided: a match's person, or a new case's officer and type, by id and name."""

    decision: str
    whom: tuple[str, str] = ("", "")
    supervision: tuple[str, str] = ("", "")

    @property
    def words(self) -> str:
        """As in "New case, with Reyes, Ana; parole"."""
        said = {MATCH: "Match to ", CREATE: "New case, with "}.get(self.decision, "")
        return said + self.whom[1] + (f"; {self.supervision[1]}" if self.supervision[1] else "")


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


def whole(held: Held) -> list[tuple[str, str]]:
    """All of it in labelled lines."""
    came = f"{held.came}, from {held.officer}"
    late = " Longer than a week." if held.overdue else ""
    lines = [*held_state(held), ("WHAT", HELD_WORDS.get(held.reason, held.reason) + late), ("CAME", came)]
    lines += [("HAS", held.detail)] if held.detail else []
    lines += [("CLIENT", held.subject)] if held.subject_id else []
    return [*lines, *held.parts]


def fitting(held: Held) -> tuple[str, ...]:
    """What may be decided on it."""
    return (MATCH, CREATE, REFUSE) if held.not_listed else (RELEASE, REFUSE)
