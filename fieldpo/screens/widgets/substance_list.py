"""The substances of a panel, one a row, with what the laboratory said: a key, or the levels typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from fieldpo.screens.widgets.item_list import ItemList
from fieldpo.supervision.drug_tests.reading import NEGATIVE, POSITIVE, Reading, read_levels, reading_words
from fieldpo.supervision.written.drug_tests import Panel, Substance, TestRules
from fieldpo.supervision.written.instruments import Item

_KEYS: Final = {
    "n": ("negative", NEGATIVE, ""),
    "i": ("positive at first", POSITIVE, ""),
    "c": ("confirmed", POSITIVE, POSITIVE),
    "x": ("not confirmed", POSITIVE, NEGATIVE),
}


class SubstanceList(ItemList):
    """`readings` by substance; what was not reported is not in it. N says that all the rest is negative."""

    DEFAULT_CSS = """
    SubstanceList { height: 1fr; min-height: 3; width: 1fr; border-top: solid $panel; }
    SubstanceList:focus { border-top: solid $primary; }
    """
    answer_width = 39

    def __init__(self, rules: TestRules, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.rules = rules
        self.readings: dict[str, Reading] = {}
        self.cut_offs = True
        """Whether the cut-offs are for this specimen."""

    def put(self, panel: Panel | None, readings: Mapping[str, Reading], *, cut_offs: bool = True) -> None:
        """Put a panel's substances in place."""
        self.cut_offs = cut_offs
        codes = panel.substances if panel else ()
        known = [one for code in codes if (one := self.rules.substance(code))]
        items = tuple(Item(code=one.code, label=f"{one.label}{_cuts(one) if cut_offs else ''}") for one in known)
        self.readings = {code: one for code, one in readings.items() if code in codes}
        self.show(items, {code: reading_words(self.rules, one) for code, one in self.readings.items()})

    @property
    def hint(self) -> str:
        """The keys of a row."""
        keys = "  ".join(f"{key} {words}" for key, (words, _, _) in _KEYS.items())
        typed = f"  or type {self.rules.unit}, as 62 18" if self.cut_offs else ""
        return f"{keys}  r prescribed  N rest negative{typed}"

    def _press(self, item: Item, character: str) -> None:
        if character == "N":
            for one in self.items:
                if one.code not in self.readings:
                    self._take(one, Reading(substance=one.code, initial=NEGATIVE))
            self._at = len(self.items) - 1
            self._done(item)
        elif character in ("r", "R"):
            had = self.readings.get(item.code, Reading(substance=item.code))
            self._take(item, _with(had, prescribed=not had.prescribed))
            self.refresh()
            self.screen.item_answered(item)  # type: ignore[attr-defined]
        elif character.casefold() in _KEYS:
            _, initial, confirm = _KEYS[character.casefold()]
            made = Reading(substance=item.code, initial=initial, confirm=confirm, prescribed=self._prescribed(item))
            self._take(item, made)
            self._done(item)
        elif character.isdecimal() and self.cut_offs:
            self.screen.item_typed(item, character)  # type: ignore[attr-defined]
        else:
            self.app.bell()

    def levels(self, item: Item, initial: float, confirm: float | None) -> None:
        """Levels as the laboratory gave them: the cut-offs say what they mean."""
        substance = self.rules.substance(item.code)
        if substance is not None:
            made = read_levels(substance, initial, confirm)
            self._take(item, _with(made, prescribed=self._prescribed(item)))
            self._done(item)

    def _prescribed(self, item: Item) -> bool:
        had = self.readings.get(item.code)
        return had is not None and had.prescribed

    def _take(self, item: Item, reading: Reading) -> None:
        self.readings[item.code] = reading
        self.answers[item.code] = reading_words(self.rules, reading)

    def _done(self, item: Item) -> None:
        self.screen.item_answered(item)  # type: ignore[attr-defined]
        self._move(1)

    def forget(self, item: Item) -> None:
        """Space: nothing was reported."""
        super().forget(item)
        self.readings.pop(item.code, None)


def _with(reading: Reading, *, prescribed: bool) -> Reading:
    return replace(reading, prescribed=prescribed)


def _cuts(one: Substance) -> str:
    return "" if one.initial is None or one.confirm is None else f" {one.initial:g}/{one.confirm:g}"
