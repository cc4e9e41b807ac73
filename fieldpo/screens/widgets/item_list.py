"""The items of an instrument, one a row: a key answers the marked one, which moves on by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final, Protocol, cast

from textual import events
from textual.content import Content

from fieldpo.screens.widgets.at_once import AtOnce
from fieldpo.supervision.instruments.scored import number
from fieldpo.supervision.written.instruments import Item

_ANSWER_WIDTH: Final = 16
_ONE_KEY: Final = 9
"""Points and choices beyond this many take more than a digit: they are typed."""


class Assessing(Protocol):
    """The screen that the list stands on."""

    def item_answered(self, item: Item) -> None:
        """An item was answered, or its answer taken away."""

    def item_typed(self, item: Item, begun: str) -> None:
        """An item that is typed was reached with a key: ask for a line that begins so."""

    def items_done(self) -> None:
        """The marker has left the last item."""


def keys_of(item: Item) -> tuple[tuple[str, str, Any], ...]:
    """What a single key answers: the key, its words and the answer; nothing where the answer is typed."""
    match item.kind:
        case "yes_no":
            return (("y", "yes", True), ("n", "no", False))
        case "choice" if len(item.choices) <= _ONE_KEY:
            return tuple((str(at), choice, choice) for at, choice in enumerate(item.choices, start=1))
        case "points":
            points = item.allowed or tuple(range(int(item.lowest), int(item.highest or 0) + 1))
            if all(0 <= one <= _ONE_KEY and float(one).is_integer() for one in points):
                return tuple((str(int(one)), "", int(one)) for one in points)
    return ()


def answer_words(answer: Any) -> str:
    """An answer as the list shows it; a dot while there is none."""
    if answer is None:
        return "."
    if isinstance(answer, bool):
        return "yes" if answer else "no"
    return number(answer) if isinstance(answer, int | float) else str(answer)


class ItemList(AtOnce, can_focus=True):
    """Rows in the instrument's order, scrolled so that the marked one is seen."""

    DEFAULT_CSS = """
    ItemList { height: 1fr; min-height: 4; width: 1fr; border-top: solid $panel; }
    ItemList:focus { border-top: solid $primary; }
    """
    answer_width: ClassVar[int] = _ANSWER_WIDTH

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.border_title = ""
        self.items: tuple[Item, ...] = ()
        self.answers: dict[str, Any] = {}
        self.known: frozenset[str] = frozenset()
        """Items that the client's own record answered."""
        self._at = 0

    def show(self, items: tuple[Item, ...], answers: Mapping[str, Any], known: frozenset[str] = frozenset()) -> None:
        """Put an instrument's items in place; the marker on the first without an answer."""
        self.items, self.known = items, known
        self.answers = {item.code: answers[item.code] for item in items if answers.get(item.code) is not None}
        self._at = next((n for n, item in enumerate(items) if item.code not in self.answers), 0)
        self.refresh()

    @property
    def here(self) -> Item | None:
        """The marked item."""
        return self.items[self._at] if self._at < len(self.items) else None

    @property
    def hint(self) -> str:
        """The keys of the marked item."""
        item = self.here
        if item is None:
            return ""
        keys = keys_of(item)
        if keys:
            said = "  ".join(f"{key} {words}".strip() for key, words, _ in keys)
            return f"{said}  space no answer"
        takes = {"date": "a day, as 1990-05-04", "text": "words"}.get(item.kind, "a number")
        return f"type {takes}, enter  space no answer"

    def take_key(self, event: events.Key) -> bool:
        """Answer, leave unanswered, or move; what is typed asks for a line."""
        item = self.here
        if item is None:
            return False
        if event.key in ("down", "enter", "up"):
            self._move(-1 if event.key == "up" else 1)
        elif event.key in ("space", "delete", "backspace"):
            self.forget(item)
            cast("Assessing", self.screen).item_answered(item)
            self._move(1)
        elif event.is_printable and event.character and event.character != "?":
            self._press(item, event.character)
        else:
            return False
        return True

    def forget(self, item: Item) -> None:
        """Take an answer away."""
        self.answers.pop(item.code, None)

    def _press(self, item: Item, character: str) -> None:
        keys = keys_of(item)
        found = next((one for one in keys if one[0] == character.casefold()), None)
        if not keys:
            cast("Assessing", self.screen).item_typed(item, character)
        elif found is None:
            self.app.bell()
        else:
            self.answer(item, found[2])

    def answer(self, item: Item, answer: Any) -> None:
        """Take the answer and go on."""
        self.answers[item.code] = answer
        cast("Assessing", self.screen).item_answered(item)
        self._move(1)

    def _move(self, by: int) -> None:
        to = self._at + by
        if to >= len(self.items):
            cast("Assessing", self.screen).items_done()
        elif to < 0:
            self.screen.focus_previous()
        else:
            self._at = to
        self.refresh()
        self._tell()

    def _tell(self) -> None:
        said = getattr(self.screen, "tell", None)
        if said is not None and self.has_focus:
            said(self.hint)

    def on_focus(self) -> None:
        """Say the keys of the marked item."""
        self._tell()
        self.refresh()

    def on_blur(self) -> None:
        """Another row has the marker."""
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """A click marks an item."""
        at = self._first() + event.y - 1
        if 0 <= at < len(self.items):
            self._at = at
            self.refresh()

    def _first(self) -> int:
        """The first item that is shown."""
        room = max(self.size.height, 1)
        return min(max(self._at - room + 1, 0), max(len(self.items) - room, 0)) if self._at >= room else 0

    def render(self) -> Content:
        """`>  1 Drugs other than for medical reasons            yes`."""
        first, room = self._first(), max(self.size.height, 1)
        lines = [self._line(n) for n in range(first, min(first + room, len(self.items)))]
        return Content("\n").join(lines)

    def _line(self, n: int) -> Content:
        item, width = self.items[n], self.size.width
        marked = self.has_focus and n == self._at
        answer = answer_words(self.answers.get(item.code))
        if item.code in self.known and item.code in self.answers:
            answer += " (on file)"
        head = f"{'>' if marked else ' '}{n + 1:>3} {item.label or item.code}"
        room = max(width - self.answer_width, 20)
        words = Content(head).truncate(room, ellipsis=True, pad=True) + Content(answer)
        line = words.truncate(width, ellipsis=True)
        return line.stylize("bold") if marked else line


def typed_answer(item: Item, typed: str) -> object:
    """What was typed for an item as the instrument takes it; what is no number stays text, for it to refuse."""
    if item.kind in ("date", "text", "choice") or not typed:
        return typed or None
    try:
        return float(typed) if item.kind == "number" and "." in typed else int(typed)
    except ValueError:
        try:
            return float(typed)
        except ValueError:
            return typed


def on_file(item: Item, sex: str, born: str | None) -> object:
    """What the client's own record says for an item: sex, where it is a choice of letters, and the day of birth."""
    letter = sex[:1].upper()
    if item.kind == "choice" and item.code == "sex":
        return next((one for one in item.choices if one[:1].upper() == letter), None) if letter else None
    if item.kind == "date" and item.code in ("date_of_birth", "birth_date"):
        return born
    return None
