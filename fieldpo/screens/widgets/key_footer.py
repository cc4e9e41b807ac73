"""The last line: at most six keys at 80 columns, `?` among them; more where there is room. A click presses the key."""

from __future__ import annotations

from collections.abc import Iterable

from textual import events
from textual.actions import parse
from textual.binding import Binding
from textual.content import Content
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widgets import Static

MOST_NARROW = 6
MOST_WIDE = 9
WIDE = 110
MORE_ID = "help_letter"
HELP_ID = "help"

_SHORT = {
    "escape": "esc",
    "question_mark": "?",
    "exclamation_mark": "!",
    "slash": "/",
    "plus": "+",
    "minus": "-",
    "full_stop": ".",
    "comma": ",",
}


def key_name(key: str) -> str:
    """A key as people write it: `esc`, `?`, `F2`, `ctrl+s`."""
    if key in _SHORT:
        return _SHORT[key]
    return key.upper() if key.startswith("f") and key[1:].isdigit() else key


def _place(node: DOMNode, binding_id: str) -> int:
    """A key's place by the sections of who has it: the same id may stand elsewhere in others."""
    from fieldpo.bindings import SECTIONS, by_id

    for section in getattr(node, "section", ()):
        for key in SECTIONS[section]:
            if key.id == binding_id:
                return key.footer
    known = by_id().get(binding_id)
    return known.footer if known else 0


def _word(node: DOMNode, binding: Binding) -> str:
    """What a key is called here: a screen may have another word for it than the list of keys."""
    if not isinstance(node, Screen) or not hasattr(node, "word_for"):
        return binding.description
    _, name, parameters = parse(binding.action)
    return str(node.word_for(name, parameters)) or binding.description


class KeyFooter(Static):
    """Reads the screen's bindings as they stand now, remapped or off."""

    DEFAULT_CSS = "KeyFooter { height: 1; dock: bottom; text-wrap: nowrap; text-overflow: ellipsis; }"

    def on_mount(self) -> None:
        """Follow the bindings: focus, keymap and refresh_bindings."""
        self.screen.bindings_updated_signal.subscribe(self, lambda _: self.refresh())
        self._places: list[tuple[int, int, str, DOMNode]] = []

    def render(self) -> Content:
        """Keys by their place, `?` last."""
        left_out: frozenset[str] = getattr(self.screen, "left_out", frozenset())
        shown: dict[str, tuple[int, Binding, bool, DOMNode]] = {}
        for node, binding, enabled, _ in self.screen.active_bindings.values():
            rank = _place(node, binding.id or "")
            if not binding.id or binding.id in shown or binding.id in left_out:
                continue
            if binding.show or binding.id == HELP_ID:
                shown[binding.id] = (rank or 8, binding, enabled, node)
        in_field = shown.pop(HELP_ID, None)
        more = shown.pop(MORE_ID, in_field)
        most = (MOST_WIDE if self.size.width >= WIDE else MOST_NARROW) - 1
        chosen = sorted(shown.values(), key=lambda one: one[0])[:most]
        line = self._line([*chosen, *([more] if more else [])])
        while chosen and line.cell_length > self.size.width:
            chosen.pop()
            line = self._line([*chosen, *([more] if more else [])])
        return line

    def _line(self, chosen: Iterable[tuple[int, Binding, bool, DOMNode]]) -> Content:
        self._places = []
        parts: list[Content] = []
        at = 1
        for _, binding, enabled, node in chosen:
            key = key_name(binding.key.split(",")[0])
            style = "" if enabled else "[dim]"
            part = Content.from_markup(f"{style}[b]$key[/b] $label", key=key, label=_word(node, binding))
            self._places.append((at, at + part.cell_length, binding.action, node))
            at += part.cell_length + 3
            parts.append(part)
        return Content(" ") + Content("   ").join(parts)

    async def on_click(self, event: events.Click) -> None:
        """Press the key that was clicked."""
        for start, end, action, node in self._places:
            if start <= event.x < end:
                await self.app.run_action(action, node)
                return
