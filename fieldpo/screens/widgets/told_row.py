"""What the client told: a digit says it has changed; pressing on, that it was not talked about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from textual.content import Content

from fieldpo.screens.widgets.choice_row import Choice, ChoiceRow
from fieldpo.supervision.pack import Pack


class ToldRow(ChoiceRow):
    """Each item is the same, changed, or was not talked about."""

    def __init__(self, pack: Pack) -> None:
        super().__init__(
            "Told us",
            (Choice(item.key, item.label, item.code) for item in pack.told_items),
            many=True,
            visited=False,
            id="told",
        )
        self._told: dict[str, bool] = {}

    @property
    def told(self) -> Mapping[str, bool]:
        """Item → the same (true) or changed (false)."""
        return self._told

    @told.setter
    def told(self, told: Mapping[str, bool]) -> None:
        self._told = dict(told)
        self.refresh(layout=True)

    def mark_same(self, codes: Iterable[str]) -> None:
        """Mark items as the same, as a template does; one marked as changed stays so."""
        self.told = {**dict.fromkeys(codes, True), **self._told}

    def press(self, choice: Choice) -> None:
        """Same → changed → not talked about → same."""
        told = dict(self._told)
        if choice.code not in told:
            told[choice.code] = True
        elif told[choice.code]:
            told[choice.code] = False
        else:
            del told[choice.code]
        self.told = told
        self.chosen(choice.code, moves_on=False)

    def words_of(self, choice: Choice) -> Content:
        """In brackets when talked about, with the word when changed."""
        if choice.code not in self._told:
            return Content(f"{choice.key} {choice.label}")
        words = f"{choice.key} {choice.label}" if self._told[choice.code] else f"{choice.key} {choice.code} CHANGED"
        return Content.from_markup("[b]\\[$words][/b]", words=words)
