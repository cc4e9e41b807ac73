"""The pages under test: README, CHANGELOG and everything in docs/."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"

PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]
"""Every page by its path."""

NAMES = [str(page.relative_to(ROOT)) for page in PAGES]

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")


def fences(text: str) -> Iterator[tuple[str, str]]:
    """Every fenced block: its language and its text."""
    for found in _FENCE.finditer(text):
        yield found[1], found[2]


def without_fences(text: str) -> str:
    """The page but for its fenced blocks."""
    return _FENCE.sub("", text)


def code(text: str) -> list[str]:
    """Every piece of inline code."""
    return _CODE.findall(without_fences(text))


def tables(text: str) -> Iterator[list[list[str]]]:
    """Every table as its rows of cells, heading first, without the line under it."""
    rows: list[list[str]] = []
    for line in [*without_fences(text).splitlines(), ""]:
        if line.startswith("|"):
            cells = re.split(r"(?<!\\)\|", line)[1:-1]
            rows.append([cell.strip().replace("\\|", "|") for cell in cells])
        elif rows:
            yield [rows[0], *rows[2:]]
            rows = []


def bare(cell: str) -> str:
    """A cell without the marks of code."""
    return cell.strip("`")
