"""A row of a form with a key for each choice. Letters act only in the row that is marked, which moves on by itself.

Enter keeps what stands, Up goes back, Down goes on. The row tells its form, which decides which row is next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, cast

from textual import events
from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive

from fieldpo.screens.widgets.at_once import AtOnce

if TYPE_CHECKING:
    from typing import Self

LABEL_WIDTH = 12
"""Cells for the mark and the row's label."""

_GAP = "  "


@dataclass(frozen=True)
class Choice:
    """One choice: its key, its words and the code that is kept. A choice without a key cannot be pressed."""

    key: str
    label: str
    code: str


class Form(Protocol):
    """The screen that a row stands on."""

    @property
    def client_safe(self) -> bool:
        """Whether only what a client may see is shown."""

    def choice_made(self, row: ChoiceRow, code: str, *, moves_on: bool) -> None:
        """A choice was made, or with Enter kept. `moves_on` is false where the marker stays."""

    def action_note(self) -> None:
        """Tab: to the note, or on."""

    def ask(self, prompt: str, answer: Callable[[str], None], *, value: str = "") -> None:
        """Ask for one line. `answer` may raise BadInput to ask again."""

    def tell(self, text: str) -> None:
        """Say something in the line above the keys."""


class ChoiceRow(AtOnce, can_focus=True):
    """One row. `visited` rows are where the marker stops by itself; the others are reached by Up and Down.

    `many` lets several choices stand at once; pressing one again takes it back, and the row does not move on.
    """

    DEFAULT_CSS = """
    ChoiceRow { height: auto; width: 1fr; }
    ChoiceRow:focus { background: $boost; }
    """

    picked: reactive[tuple[str, ...]] = reactive((), init=False)
    value: reactive[str] = reactive("", layout=True, init=False)
    """Words before the choices; person-made text is fine here."""

    def __init__(
        self,
        label: str,
        choices: Iterable[Choice] = (),
        *,
        picked: str | Iterable[str] = (),
        many: bool = False,
        visited: bool = True,
        id: str | None = None,  # noqa: A002 - Textual's own name
    ) -> None:
        super().__init__(id=id)
        self.label = label
        self.many = many
        self.visited = visited
        self._choices = tuple(choices)
        self.set_reactive(ChoiceRow.picked, (picked,) if isinstance(picked, str) and picked else tuple(picked))

    @property
    def form(self) -> Form:
        """The form that this row stands on."""
        return cast("Form", self.screen)

    @property
    def choices(self) -> tuple[Choice, ...]:
        """What can be pressed."""
        return self._choices

    def offer(self, choices: Iterable[Choice], *, picked: str | None = None) -> Self:
        """Put other choices in place; what stood stays picked where it is still offered."""
        self._choices = tuple(choices)
        codes = {choice.code for choice in self._choices}
        if picked is not None:
            self.picked = (picked,) if picked in codes else ()
        elif not self.many:
            self.picked = tuple(code for code in self.picked if code in codes)
        self.refresh(layout=True)
        return self

    @property
    def code(self) -> str:
        """The code that stands, the first of many; empty for none."""
        return self.picked[0] if self.picked else ""

    @property
    def useful(self) -> bool:
        """Whether there is anything to choose: an empty row is passed over."""
        return bool(self._choices)

    # -- keys

    def take_key(self, event: events.Key) -> bool:
        """Letters and digits choose here and go nowhere else; the arrows leave."""
        if event.key in ("up", "down"):
            self.screen.focus_previous() if event.key == "up" else self.screen.focus_next()
        elif event.key == "enter":
            self.keep()
        elif event.key == "tab":
            self.form.action_note()
        elif event.is_printable and event.character and event.character != "?":
            self.press_key(event.character)
        else:
            return False
        return True

    def keep(self) -> None:
        """Enter: what stands is kept."""
        self.chosen(self.code, moves_on=True)

    def chosen(self, code: str, *, moves_on: bool) -> None:
        """Tell the form, which says where the marker goes."""
        self.form.choice_made(self, code, moves_on=moves_on)

    def press_key(self, character: str) -> None:
        """A letter or digit: choose what it stands for, or sound the bell."""
        found = next((c for c in self._choices if c.key and c.key == character), None) or next(
            (c for c in self._choices if c.key and c.key.casefold() == character.casefold()), None
        )
        if found is None:
            self.app.bell()
            return
        self.press(found)

    def press(self, choice: Choice) -> None:
        """Take the choice."""
        if self.many:
            kept = tuple(code for code in self.picked if code != choice.code)
            self.picked = kept if choice.code in self.picked else (*kept, choice.code)
        else:
            self.picked = (choice.code,)
        self.chosen(choice.code, moves_on=not self.many)

    async def on_click(self, event: events.Click) -> None:
        """A click on a choice presses it."""
        for y, line in enumerate(self._lines(self.size.width)):
            at = LABEL_WIDTH
            for choice, words in line:
                if y == event.y and at <= event.x < at + words.cell_length and choice is not None:
                    self.press(choice)
                    return
                at += words.cell_length + len(_GAP)

    # -- painting

    def words_of(self, choice: Choice) -> Content:
        """One choice as it is painted: in brackets when it stands."""
        words = f"{choice.key} {choice.label}".strip()
        if choice.code in self.picked:
            return Content.from_markup("[b]\\[$words][/b]", words=words)
        return Content(words)

    def _lines(self, width: int) -> list[list[tuple[Choice | None, Content]]]:
        room = max(width - LABEL_WIDTH, 10)
        parts: list[tuple[Choice | None, Content]] = []
        if self.value:
            parts.append((None, Content(self.value).truncate(room, ellipsis=True)))
        parts += [(choice, self.words_of(choice)) for choice in self._choices]
        lines: list[list[tuple[Choice | None, Content]]] = [[]]
        used = 0
        for choice, words in parts:
            long = words.cell_length
            if lines[-1] and used + len(_GAP) + long > room:
                lines.append([])
                used = 0
            used += long + (len(_GAP) if lines[-1] else 0)
            lines[-1].append((choice, words if long <= room else words.truncate(room, ellipsis=True)))
        return lines

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as the choices need."""
        del container, viewport
        return len(self._lines(width))

    def render(self) -> Content:
        """`> Outcome   [r reported]  l late`."""
        mark = ">" if self.has_focus else " "
        head = Content.from_markup(
            "[b]$head[/b]" if self.has_focus else "$head", head=f"{mark} {self.label}".ljust(LABEL_WIDTH)
        )
        lines = [Content(_GAP).join(words for _, words in line) for line in self._lines(self.size.width)]
        indent = Content(" " * LABEL_WIDTH)
        return Content("\n").join([head + lines[0], *(indent + line for line in lines[1:])])
