"""Writing a note in $EDITOR through a private file, which is wiped and removed whatever happens."""

from __future__ import annotations

import contextlib
import os
import secrets
import shlex
import subprocess
from collections.abc import Mapping
from pathlib import Path

from fieldpo.errors import BadInput
from fieldpo.plain import clean_text


def editor_command(environ: Mapping[str, str] = os.environ) -> list[str]:
    """The officer's editor, from VISUAL or EDITOR. Raises `BadInput` where neither is set or can be read."""
    chosen = environ.get("VISUAL") or environ.get("EDITOR") or ""
    try:
        words = shlex.split(chosen, posix=os.name != "nt")
    except ValueError as error:
        raise BadInput(f"EDITOR cannot be read as a command: {error}.") from error
    if not words:
        raise BadInput("No editor is set. Set EDITOR to the editor's command, or type the note here.")
    return words


def edit_text(text: str, folder: Path, environ: Mapping[str, str] = os.environ) -> str:
    """Let the officer edit a text and return it cleaned; the file stands in `folder`, for its owner only.

    The editor may keep copies of its own: ask `Config.editor_allowed` first. Raises `BadInput` when the editor cannot
    be started or ends with a failure; the text then stays as it was.
    """
    command = editor_command(environ)
    path = folder / f"note-{secrets.token_hex(8)}.txt"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(text)
        ended = subprocess.run([*command, str(path)], check=False)
        if ended.returncode != 0:
            raise BadInput("The editor ended with a failure. The note stays as it was.")
        return clean_text(path.read_text(encoding="utf-8", errors="replace"))
    except OSError as error:
        raise BadInput(f"The editor could not be used: {error.strerror}. The note stays as it was.") from error
    finally:
        _wipe(path)


def _wipe(path: Path) -> None:
    """Overwrite, then remove: the most that can be done on a file system that may keep old blocks."""
    with contextlib.suppress(OSError):
        size = path.stat().st_size
        with path.open("r+b") as stream:
            stream.write(b"\0" * size)
            stream.flush()
            os.fsync(stream.fileno())
    path.unlink(missing_ok=True)
