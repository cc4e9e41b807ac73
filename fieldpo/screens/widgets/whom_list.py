"""A short list to choose a client or an officer from, which opens below what is decided and closes with the choice."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from fieldpo.screens.widgets.record_table import Column, RecordTable, TableRow
from fieldpo.store.queries.supervisor.offers import Whom

COLUMNS = (Column("WHO", 32, 50), Column("WITH", 16, 20), Column("WHY", 31, 40))


class WhomList(RecordTable):
    """Hidden until it is opened; Enter is the screen's and takes the one under the cursor."""

    DEFAULT_CSS = "WhomList { height: 8; border-top: solid $primary; display: none; }"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(COLUMNS, id=id)
        self._offered: dict[str, Whom] = {}
        self._chosen: Callable[[Whom], None] | None = None

    @property
    def is_open(self) -> bool:
        """Whether one is to be chosen."""
        return bool(self.display)

    def offer(self, found: Sequence[Whom], chosen: Callable[[Whom], None]) -> None:
        """Open with these, the first under the cursor; `chosen` goes on with the one that is taken."""
        self._offered, self._chosen = {one.id: one for one in found}, chosen
        self.display = True
        self.name_them()
        self.go_to(0)
        self.focus()

    def take(self) -> None:
        """Go on with the one under the cursor."""
        one, chosen = self._offered.get(self.current_key), self._chosen
        if one is not None and chosen is not None:
            chosen(one)

    def close(self) -> None:
        """Nobody is chosen any more."""
        self._offered, self._chosen = {}, None
        self.display = False

    def name_them(self, *, hidden: bool = False) -> None:
        """Their names, or none of them in the client-safe view."""
        shown = {} if hidden else self._offered
        self.show([TableRow(key, (one.name, one.officer, one.why)) for key, one in shown.items()])
