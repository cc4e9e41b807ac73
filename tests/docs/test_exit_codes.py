"""docs/exit-codes.md against the exception tree."""

from __future__ import annotations

from fieldpo import errors
from fieldpo.cli import INTERRUPTED
from tests.docs.pages import DOCS, bare, tables

CODES, ERRORS = list(tables((DOCS / "exit-codes.md").read_text("utf-8")))[:2]


def _tree(base: type[errors.FieldpoError]) -> set[type[errors.FieldpoError]]:
    return {base}.union(*(_tree(one) for one in base.__subclasses__()))


def test_every_error_stands_with_its_code() -> None:
    """The page's second table is the exception tree: each class once, with its exit code."""
    documented = {bare(row[0]): int(row[1]) for row in ERRORS[1:]}
    actual = {one.__name__: one.exit_code for one in _tree(errors.FieldpoError) if one.__module__ == errors.__name__}
    assert documented == actual


def test_the_codes_are_those_that_are_used() -> None:
    """The first table has success, every error's code, and Ctrl+C."""
    used = {one.exit_code for one in _tree(errors.FieldpoError)}
    assert {int(row[0]) for row in CODES[1:]} == {0, INTERRUPTED} | used
