"""Note templates: filling in what the client told, and dropping at save what nobody filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from fieldpo.supervision.pack import Pack
from fieldpo.supervision.written.visits import Template

BLANK = "___"
"""What stands in a template where the officer is to type."""

_UNFILLED = re.compile(r"\s*(?:[^:.!?]{1,60}:)?\s*_{3,}\s*[.;,]?\s*")
_TRAILING = re.compile(r"(?<=\S)\s+_{3,}\s*$")
_SENTENCE = re.compile(r"(?<=[.!?])[ \t]+")


def fill(pack: Pack, template: Template, told: Mapping[str, bool], since: date | None) -> str:
    """Begin a note from a template, with its blanks still in it.

    ``told`` says for each told item whether it is the same (true) or changed (false); what was not talked
    about is left out, and nothing else is filled in: a template never writes what is verified. ``since`` is
    the day of the last contact, or None where there was none.
    """
    when = f"{since:%d %b}" if since else ""
    words = template.text.replace("{told}", _told(pack, told, when))
    words = words.replace(" since {since}", f" since {when}" if when else "").replace("{since}", when)
    return re.sub(r" {2,}", " ", words)


def strip_unfilled(text: str, template: Template | None = None) -> str:
    """Drop the blanks that were not filled: “Talked about: ___” goes, and so does a line that is left empty
    by it.

    A blank behind words that the officer typed goes alone; the words stay. With the template, its bare
    labels (“Next step:”) are dropped too where only the underscores were deleted and the next line is
    empty. Everything that the officer typed stays as it is; text without blanks comes back unchanged, but
    for white space at its end.
    """
    bare = _labels(template) if template else frozenset[str]()
    lines = text.split("\n")
    kept: list[str] = []
    dropped = False
    for at, line in enumerate(lines):
        left = line
        if BLANK in line:
            parts = (_without_blank(part) for part in _SENTENCE.split(line))
            left = " ".join(part for part in parts if part)
        elif line.strip() in bare and not "".join(lines[at + 1 : at + 2]).strip():
            left = ""
        if left or not line.strip():
            kept.append(left)
        dropped = dropped or left != line
    if not dropped:
        return text.rstrip()
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip("\n").rstrip()


def _without_blank(sentence: str) -> str:
    return "" if _UNFILLED.fullmatch(sentence) else _TRAILING.sub("", sentence)


def _told(pack: Pack, told: Mapping[str, bool], when: str) -> str:
    same: list[str] = []
    changed: list[str] = []
    for item in pack.told_items:
        if item.code in told:
            words = item.same if told[item.code] else item.changed
            words = words.replace("{since}", when) if when else words.replace(" since {since}", "")
            (same if told[item.code] else changed).append(words)
    # What changed stands in a sentence of its own, so that its blank can be dropped without the rest.
    return " ".join([*([f"States {', '.join(same)}."] if same else []), *(f"States {one}." for one in changed)])


def _labels(template: Template) -> frozenset[str]:
    parts = (part for line in template.text.split("\n") for part in _SENTENCE.split(line))
    return frozenset(part.replace(BLANK, "").strip() for part in parts if part.strip().endswith(BLANK))
