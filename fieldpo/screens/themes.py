"""The three themes of the settings. Color never says anything alone, and NO_COLOR takes it away altogether."""

from __future__ import annotations

from typing import Final

from textual.theme import Theme

THEMES: Final = (
    Theme(
        name="dark",
        primary="#5aa7e0",
        secondary="#3b6f96",
        accent="#e8b34b",
        warning="#e8b34b",
        error="#ff6b6b",
        success="#6cc48a",
        foreground="#e4e6e8",
        background="#101418",
        surface="#1a2026",
        panel="#242c34",
    ),
    Theme(
        name="light",
        primary="#0a5a9c",
        secondary="#3b6f96",
        accent="#8a5a00",
        warning="#8a5a00",
        error="#b00020",
        success="#1b6e3c",
        foreground="#14181c",
        background="#ffffff",
        surface="#eef1f4",
        panel="#dde3e8",
        dark=False,
    ),
    Theme(
        name="high-contrast",
        primary="#00ffff",
        secondary="#ffffff",
        accent="#ffff00",
        warning="#ffff00",
        error="#ff8080",
        success="#00ff00",
        foreground="#ffffff",
        background="#000000",
        surface="#000000",
        panel="#000000",
        text_alpha=1.0,
        variables={
            "block-cursor-background": "#ffff00",
            "block-cursor-foreground": "#000000",
            "block-cursor-blurred-background": "#ffffff",
            "block-cursor-blurred-foreground": "#000000",
            "text-muted": "#ffffff",
            "text-disabled": "#c0c0c0",
        },
    ),
)
"""Named as in the settings file; the first is the default."""
