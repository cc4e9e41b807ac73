"""What `u` says that it took back."""

from __future__ import annotations

from fieldpo.screens.undoing import TakenBack, undone_words
from fieldpo.store.acting.undo import STANDS, Undoable


def test_a_name_that_ends_with_its_initial_has_one_period() -> None:
    """The sentence after a label with a short name begins after one period."""
    last = Undoable("act", "Entered in error: entry of Adams, S.", sent=True, because=STANDS)
    assert undone_words(TakenBack(last)) == f"Entered in error: entry of Adams, S. {STANDS}"
