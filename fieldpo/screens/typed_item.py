"""Asking for a line that a key has begun: the key stands in it, and typing goes on behind it."""

from __future__ import annotations

from collections.abc import Callable

from textual.widgets import Input

from fieldpo.screens.form import FormScreen


def ask_on(form: FormScreen, prompt: str, answer: Callable[[str], None], begun: str) -> None:
    """As `FormScreen.ask`, but what stands is not marked to be typed over."""
    line = form.query_one("#ask", Input)
    line.select_on_focus = False
    form.ask(prompt, answer, value=begun)
    line.cursor_position = len(begun)
    form.call_after_refresh(setattr, line, "select_on_focus", True)
