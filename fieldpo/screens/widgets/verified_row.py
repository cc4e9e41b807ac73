"""What was verified, and how: a letter for what, then one for how. Without a how nothing is verified."""

from __future__ import annotations

from collections.abc import Mapping

from textual.content import Content

from fieldpo.screens.widgets.choice_row import Choice, ChoiceRow
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.written.codes import label_of


class VerifiedRow(ChoiceRow):
    """Two keys an item; pressing an item that stands takes it back."""

    def __init__(self, pack: Pack) -> None:
        self._pack = pack
        self._items = tuple(Choice(item.key, item.label, item.code) for item in pack.verified_items)
        self._hows = tuple(Choice(how.key, how.label, how.code) for how in pack.verified_hows)
        self._verified: dict[str, str] = {}
        self._asking = ""
        super().__init__("Verified", self._items, many=True, visited=False, id="verified")

    @property
    def verified(self) -> Mapping[str, str]:
        """Item → how."""
        return self._verified

    @verified.setter
    def verified(self, verified: Mapping[str, str]) -> None:
        self._verified = dict(verified)
        self._show()

    def press(self, choice: Choice) -> None:
        """First what, then how."""
        if self._asking:
            self._verified[self._asking] = choice.code
            self._asking = ""
        elif choice.code in self._verified:
            del self._verified[choice.code]
        else:
            self._asking = choice.code
        self._show()
        self.chosen(choice.code, moves_on=False)

    def on_mount(self) -> None:
        """Begin with what stands: nothing."""
        self._show()

    def watch_has_focus(self, has_focus: bool) -> None:  # noqa: FBT001 - Textual calls it so
        """Marked, the row shows what can be verified; left, a what without a how is let go."""
        super().watch_has_focus(has_focus)
        if not has_focus:
            self._asking = ""
        self._show()

    def _show(self) -> None:
        if self._asking:
            self.value = f"{label_of(self._pack.verified_items, self._asking)}: how?"
            self.offer(self._hows)
            return
        said = ", ".join(
            f"{label_of(self._pack.verified_items, item)} ({label_of(self._pack.verified_hows, how)})"
            for item, how in self._verified.items()
        )
        self.value = f"{said};" if said and self.has_focus else said or ("" if self.has_focus else "none")
        self.offer(self._items if self.has_focus else ())

    def words_of(self, choice: Choice) -> Content:
        """Key and label; what stands is said before them."""
        return Content(f"{choice.key} {choice.label}")
