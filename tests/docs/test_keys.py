"""Every key that docs/officers.md names, against bindings.py, the policy pack and the forms' own choices."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from fieldpo.bindings import SECTIONS
from fieldpo.config import Config, load
from fieldpo.supervision.packs.reading import shipped
from scripts import reference
from tests.docs.pages import DOCS, ROOT, bare, code, fences, tables

TEXT = (DOCS / "officers.md").read_text("utf-8")
PROSE = TEXT.partition("## The keys")[0]
_KEY = re.compile(r"[A-Za-z0-9?/+]|F\d+|(ctrl|shift)\+\w+|enter|esc|tab|space|up|down")


def _bound() -> set[str]:
    return {reference.spelled(key) for keys in SECTIONS.values() for one in keys for key in one.keys.split(",")}


def _of_the_pack() -> set[str]:
    pack = shipped("demo")
    entries = [each for name in pack.__struct_fields__ if isinstance(each_list := getattr(pack, name), tuple)
               for each in each_list]  # fmt: skip
    return {str(getattr(each, "key", "")) for each in entries}


def _of_forms() -> set[str]:
    """The first argument of every `Choice("x", …)` in a form, and keys that a list or row reads itself."""
    found = set()
    for path in (ROOT / "fieldpo/screens").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Choice":
                found |= {one.value for one in node.args[:1] if isinstance(one, ast.Constant)}
            elif isinstance(node, ast.Compare):
                found |= {one.value for one in node.comparators if isinstance(one, ast.Constant)}
    return {one for one in found if isinstance(one, str)}


def _named() -> Iterator[str]:
    for piece in code(PROSE):
        words = piece.split()
        if all(_KEY.fullmatch(word) for word in words) and not piece.isdigit():
            yield from words
        elif piece.isdigit() and len(piece) == 1:
            yield piece


def test_the_tables_are_those_of_the_program() -> None:
    """The tables of keys are made from bindings.py; `make reference` makes them anew."""
    assert reference.officers() == TEXT, "run make reference"


def test_every_key_of_the_tables_has_that_meaning() -> None:
    """Each row of a table is a binding: its keys, its words, its name; and no binding is left out."""
    rows = {
        (bare(row[2]), row[1], tuple(code(row[0])))
        for table in tables(TEXT)
        if table[0] == ["key", "what it does", "name"]
        for row in table[1:]
    }
    bound = {
        (one.id, one.tooltip, tuple(reference.spelled(key) for key in one.keys.split(",")))
        for keys in SECTIONS.values()
        for one in keys
    }
    assert rows == bound


def test_the_prose_names_keys() -> None:
    """The page is about keys: it names a good number of them."""
    assert len(set(_named())) > 20


@pytest.mark.parametrize("key", sorted(set(_named())))
def test_a_key_of_the_prose_exists(key: str) -> None:
    """A key that the day's story names does something: a binding, a key of the pack, or a choice of a form."""
    assert key in _bound() | _of_the_pack() | _of_forms()


@pytest.mark.parametrize(
    ("key", "binding"),
    [
        ("n", "log_contact"), ("x", "attempted"), ("p", "appointment"), ("w", "why"), ("v", "violation_report"),
        ("c", "caseload"), ("t", "today"), ("/", "filter"), ("ctrl+f", "search"), ("u", "undo"), ("o", "not_sent"),
        ("a", "needs_answer"), ("s", "sync"), ("I", "intake"), ("F2", "curtain"), ("F3", "client_safe"), ("F1", "help"),
        ("ctrl+g", "curtain"), ("ctrl+l", "lock"), ("ctrl+p", "palette"), ("ctrl+q", "quit"), ("ctrl+s", "save"),
        ("+", "all_of_week"), ("h", "home_visit"), ("1", "keep_theirs"), ("2", "keep_mine"), ("3", "combine"),
        ("tab", "note"), ("enter", "open"),
    ],
)  # fmt: skip
def test_a_key_of_the_prose_means_what_it_says(key: str, binding: str) -> None:
    """Where the story gives a key a meaning of its own, that is the key's binding."""
    assert f"`{key}`" in PROSE
    meanings = {one.id for keys in SECTIONS.values() for one in keys
                if key in {reference.spelled(each) for each in one.keys.split(",")}}  # fmt: skip
    assert binding in meanings


def test_the_settings_shown_can_be_read(tmp_path: Path) -> None:
    """The example of config.toml is valid, shows every setting and, keys apart, its default."""
    example = next(text for language, text in fences(TEXT) if language == "toml")
    file = tmp_path / "config.toml"
    file.write_text(example, "utf-8")
    found = load(file)
    assert (found.theme, found.idle_lock_minutes, found.sync_every_minutes, found.editor_allowed, found.glyphs) == (
        Config().theme,
        Config().idle_lock_minutes,
        Config().sync_every_minutes,
        Config().editor_allowed,
        Config().glyphs,
    )
    assert set(Config.__slots__) <= set(re.findall(r"^\[?(\w+)", example, re.MULTILINE))
