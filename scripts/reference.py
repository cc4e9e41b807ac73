"""Writes what the pages say of commands and keys from the program itself: `make reference`.

docs/commands.md whole, and the tables of keys at the end of docs/officers.md. With `--check` it writes nothing and ends
with 1 if a page is out of date.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from typer import Context
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption
from typer.main import get_command

from fieldpo.bindings import SECTIONS, Key
from fieldpo.cli.commands import build

DOCS = Path(__file__).resolve().parents[1] / "docs"
COMMANDS, OFFICERS = DOCS / "commands.md", DOCS / "officers.md"
KEYS = re.compile(r"(?<=<!-- keys -->\n).*?(?=^## Settings)", re.MULTILINE | re.DOTALL)
TITLES = {
    "everywhere": "Everywhere",
    "screen": "On every screen",
    "row": "Lists of people and what they owe",
    "table": "Moving in a list",
    "today": "Today",
    "caseload": "Caseload",
    "person": "Person",
    "entry": "Entry",
    "search": "Search",
    "form": "Forms",
    "note": "In a note",
    "not_sent": "Not sent",
    "needs_answer": "Needs your answer",
    "review": "Review",
    "review_report": "A report in review",
    "review_held": "What central holds",
    "help": "Help",
    "unlock": "Unlock",
    "first_run": "First run",
}
SPELLED = {
    "question_mark": "?",
    "exclamation_mark": "!",
    "slash": "/",
    "plus": "+",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "escape": "esc",
}
HEAD = """# Every command

Made from the commands themselves by `make reference`; `fieldpo COMMAND --help` says the same. Bare `fieldpo` opens
the app. What each command ends with is in [exit-codes.md](exit-codes.md).
"""


def leaves(group: TyperGroup, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], TyperCommand]]:
    """Every command that does something, with its words after `fieldpo`."""
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            yield from leaves(command, (*path, name))
        elif isinstance(command, TyperCommand) and not command.hidden:
            yield (*path, name), command


def program() -> TyperGroup:
    """The whole program."""
    made = get_command(build())
    assert isinstance(made, TyperGroup)  # noqa: S101 - it has many commands
    return made


def page() -> str:
    """The page as it should be."""
    return "\n".join([HEAD, *(section(path, command) for path, command in leaves(program()))])


def section(path: tuple[str, ...], command: TyperCommand) -> str:
    """One command: how it is called, what it does, its options."""
    arguments = [one for one in command.params if isinstance(one, TyperArgument)]
    options = [one for one in command.params if isinstance(one, TyperOption)]
    words = [_metavar(one) for one in arguments]
    parts = [f"## `fieldpo {' '.join([*path, *words])}`", *_prose(command.help or "")]
    context = Context(command)
    rows = [f"| `{_cell(_metavar(one))}` | {_cell(one.help or '')} |" for one in arguments]
    rows += [f"| {_spelled(one, context)} | {_said(one)} |" for one in options]
    if rows:
        parts.append("\n".join(["| | |", "| --- | --- |", *rows]))
    return "\n\n".join(parts) + "\n"


def _prose(text: str) -> Iterator[str]:
    for paragraph in text.strip().split("\n\n"):
        lines = [line.strip() for line in paragraph.strip().split("\n")]
        if lines[0] == "\b":
            examples = [line.removeprefix("Example: ") for line in lines[1:]]
            yield "\n".join(["```sh", *examples, "```"])
        else:
            yield " ".join(lines)


def _metavar(argument: TyperArgument) -> str:
    name = (argument.metavar or (argument.name or "").upper()).strip("[]")
    return name if argument.required else f"[{name}]"


def _spelled(option: TyperOption, context: Context) -> str:
    kind = option.metavar or option.display_type(context).strip("<>").partition(" ")[0].upper()
    value = "" if option.is_flag else f" {kind}"
    return ", ".join(f"`{name}{_cell(value)}`" for name in [*option.opts, *option.secondary_opts])


def _said(option: TyperOption) -> str:
    said = _cell((option.help or "").strip())
    needed = " Needed." if option.required else ""
    from_where = f" Or {option.envvar}." if isinstance(option.envvar, str) else ""
    return f"{said}{needed}{from_where}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def officers() -> str:
    """The officers' page as it should be: its prose, with the tables of keys made anew."""
    return KEYS.sub(lambda _: f"\n{keys()}\n", OFFICERS.read_text("utf-8"))


def keys() -> str:
    """Every key by section."""
    parts = []
    for section_name, members in SECTIONS.items():
        rows = [f"| {_pressed(key)} | {key.tooltip} | {key.id} |" for key in members]
        table = "\n".join(["| key | what it does | name |", "| --- | --- | --- |", *rows])
        parts.append(f"### {TITLES.get(section_name, section_name)}\n\n{table}\n")
    return "\n".join(parts)


def _pressed(key: Key) -> str:
    return ", ".join(f"`{spelled(each)}`" for each in key.keys.split(","))


def spelled(key: str) -> str:
    """A key as a person reads it: `F2`, `?`, `ctrl+s`."""
    return key.upper() if re.fullmatch(r"f\d+", key) else SPELLED.get(key, key)


def main() -> int:
    """Write the pages, or compare them."""
    made = {COMMANDS: page(), OFFICERS: officers()}
    if "--check" in sys.argv[1:]:
        old = [one.name for one, text in made.items() if not one.is_file() or one.read_text("utf-8") != text]
        print(f"Out of date: {', '.join(old)}. Run make reference." if old else "Both pages are up to date.")
        return 1 if old else 0
    for one, text in made.items():
        one.write_text(text, "utf-8")
        print(f"docs/{one.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
