"""Writes docs/commands.md, every command with its options, from the commands themselves: `make reference`.

`python scripts/reference.py --check` only says whether the page is up to date.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from typer import Context
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption
from typer.main import get_command

from fieldpo.cli.commands import build

PAGE = Path(__file__).resolve().parents[1] / "docs" / "commands.md"
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
    rows = [f"| `{_metavar(one)}` | {one.help or ''} |" for one in arguments]
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
    name = argument.metavar or (argument.name or "").upper()
    return name if argument.required else f"[{name}]"


def _spelled(option: TyperOption, context: Context) -> str:
    kind = option.metavar or option.display_type(context).strip("<>").partition(" ")[0].upper()
    value = "" if option.is_flag else f" {kind}"
    return ", ".join(f"`{name}{value}`" for name in [*option.opts, *option.secondary_opts])


def _said(option: TyperOption) -> str:
    said = (option.help or "").strip().replace("|", "\\|")
    needed = " Needed." if option.required else ""
    from_where = f" Or {option.envvar}." if isinstance(option.envvar, str) else ""
    return f"{said}{needed}{from_where}"


def main() -> int:
    """Write the page, or compare it."""
    made = page()
    if "--check" in sys.argv[1:]:
        same = PAGE.is_file() and PAGE.read_text("utf-8") == made
        print("docs/commands.md is up to date." if same else "docs/commands.md is out of date: run make reference.")
        return 0 if same else 1
    PAGE.write_text(made, "utf-8")
    print(f"{len(list(leaves(program())))} commands written to docs/commands.md")
    return 0


if __name__ == "__main__":
    sys.exit(main())
