"""What the pages say of the shell commands, against the commands."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

import pytest
from typer.core import TyperCommand

from fieldpo.cli.commands import EXIT_CODES
from scripts import reference
from tests.docs.pages import NAMES, ROOT, code, fences, tables

COMMANDS = dict(reference.leaves(reference.program()))
GLOBAL = {"--help", "-h", "--version", "-V", "--install-completion", "--show-completion"}


def _spoken(text: str) -> Iterator[str]:
    """Every `fieldpo …` of a page, in a line of a block or in inline code."""
    for _, block in fences(text):
        for line in block.replace("\\\n", " ").splitlines():
            for part in re.split(r"[;|&]+", line):
                words = part.strip().removeprefix("$ ")
                words = re.sub(r"^([A-Z_]+=\S*\s+)+", "", words)
                words = re.sub(r"^(\S*/)?(?=fieldpo )|^uv run |^python -m (?=fieldpo)", "", words)
                if words.startswith("fieldpo "):
                    yield words
    for piece in code(text):
        if piece.startswith("fieldpo ") and "…" not in piece and "COMMAND" not in piece:
            yield piece


def _words(spoken: str) -> list[str]:
    spoken = re.split(r"\s[<>#]", spoken)[0]
    return shlex.split(spoken.replace("[", " ").replace("]", " ").replace("…", ""))[1:]


def _alternatives(words: list[str]) -> list[list[str]]:
    """`user add|list` is two commands."""
    for at, word in enumerate(words):
        if "|" in word and not word.startswith("-"):
            return [way for each in word.split("|") for way in _alternatives([*words[:at], each, *words[at + 1 :]])]
    return [words]


def _named(words: list[str]) -> tuple[tuple[str, ...], TyperCommand] | None:
    plain = [word for word in words if not word.startswith("-")]
    for length in range(len(plain), 0, -1):
        path = tuple(plain[:length])
        if path in COMMANDS:
            return path, COMMANDS[path]
    return None


def _is_group(words: list[str]) -> bool:
    plain = tuple(word for word in words if not word.startswith("-"))
    return any(path[: len(plain)] == plain for path in COMMANDS)


def _options(command: TyperCommand) -> set[str]:
    return {name for one in command.params for name in (*one.opts, *one.secondary_opts) if name.startswith("-")}


@pytest.mark.parametrize("name", NAMES)
def test_every_command_named_exists_with_its_options(name: str) -> None:
    """A command that a page names is in the program, and has each option that stands beside it."""
    wrong = []
    for spoken in _spoken((ROOT / name).read_text("utf-8")):
        for words in _alternatives(_words(spoken)):
            wanted = {word.partition("=")[0] for word in words if re.fullmatch(r"--?[a-z][\w-]*(=.*)?", word)}
            found = _named(words)
            if found is None:
                if not (_is_group(words) or wanted & GLOBAL):
                    wrong.append(f"no such command: {spoken}")
            elif unknown := wanted - _options(found[1]) - GLOBAL:
                wrong.append(f"no such option: {spoken}: {', '.join(sorted(unknown))}")
    assert not wrong


def test_the_reference_is_what_the_commands_say() -> None:
    """docs/commands.md holds every command with every option; `make reference` writes it anew."""
    assert reference.COMMANDS.read_text("utf-8") == reference.page(), "run make reference"


def test_the_readme_names_every_command() -> None:
    """Each command stands in a row of the README's table of commands."""
    listed = {
        tuple(word for word in words if not word.startswith("-"))[: len(path)]
        for table in tables((ROOT / "README.md").read_text("utf-8"))
        for row in table[1:]
        for piece in code(row[0])
        for words in _alternatives(_words(piece))
        for path in COMMANDS
    }
    assert {" ".join(path) for path in COMMANDS if path not in listed} == set()


@pytest.mark.parametrize("path", list(COMMANDS), ids=" ".join)
def test_every_help_has_an_example(path: tuple[str, ...]) -> None:
    """The help of each command shows a line that one could type."""
    assert f"fieldpo {' '.join(path)}" in (COMMANDS[path].help or "")


@pytest.mark.parametrize("path", list(COMMANDS), ids=" ".join)
def test_the_example_can_be_parsed(path: tuple[str, ...]) -> None:
    """The options of each example are the command's own."""
    for line in (COMMANDS[path].help or "").splitlines():
        spoken = line.strip().removeprefix("Example: ")
        if spoken.startswith(f"fieldpo {' '.join(path)}"):
            used = {word for word in _words(spoken) if word.startswith("--")}
            assert used <= _options(COMMANDS[path])


def test_exit_codes_of_the_help_are_those_of_the_page() -> None:
    """`fieldpo --help` lists the codes that docs/exit-codes.md lists."""
    first = next(tables((ROOT / "docs/exit-codes.md").read_text("utf-8")))
    assert set(re.findall(r"\b(\d+) ", EXIT_CODES)) == {row[0] for row in first[1:]}
