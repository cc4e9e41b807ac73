"""The shell commands: one module a family, each with `register(app)`. May import every room, Textual only inside a
function. Bare `fieldpo` opens the app without loading typer."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from fieldpo.errors import FieldpoError

APP_PROCESS = "--app-process"
"""The hidden word by which the launcher starts the process that will hold the key; see `fieldpo.cli.launch`."""

INTERRUPTED = 130
"""The exit code after Ctrl+C, as shells have it: 128 + SIGINT."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line (without the program's name) and return its exit code; see `fieldpo.errors`."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        code = _run(words)
        sys.stdout.flush()
    except FieldpoError as error:
        print(f"fieldpo: {error.message}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader (head, less) went away; that is not our failure. Keep the interpreter's last flush quiet too.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


def _run(words: list[str]) -> int:
    if not words or words[0] == APP_PROCESS:
        return _open_app(words[1:])
    if words in (["--version"], ["-V"]):
        from fieldpo import __version__

        print(f"fieldpo {__version__}")
        return 0
    from fieldpo.garbage import collect_rarely

    collect_rarely()
    from fieldpo.cli import commands

    return commands.run(words)


def _open_app(before: list[str]) -> int:
    from fieldpo.cli import launch

    return launch.run_app(int(before[0])) if before else launch.run()
