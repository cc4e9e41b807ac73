"""$EDITOR on a note: a private file, gone afterwards; only where the settings allow it."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest

from fieldpo.app import FieldpoApp
from fieldpo.config import Config
from fieldpo.editor import edit_text, editor_command
from fieldpo.errors import BadInput
from fieldpo.screens import routes
from fieldpo.store.vault import Vault
from tests.screens_forms.caseload import FAHEY
from tests.screens_forms.one_row import OneRow
from tests.screens_forms.playing import NOW, painted, play, settle

_APPENDS = """
import os, pathlib, sys
path = pathlib.Path(sys.argv[-1])
pathlib.Path(sys.argv[1]).write_text(oct(path.stat().st_mode & 0o777))
path.write_text(path.read_text() + " and more\\x1b[31m", "utf-8")
"""


def _editor(tmp_path: Path, source: str) -> dict[str, str]:
    script = tmp_path / "editor.py"
    script.write_text(source, "utf-8")
    return {"EDITOR": f"{sys.executable} {script} {tmp_path / 'seen'}"}


def test_editor_gets_a_private_file_that_is_gone_afterwards(tmp_path: Path) -> None:
    """The text comes back cleaned; only the officer could read the file; nothing of it is left."""
    folder = tmp_path / "vault"
    folder.mkdir()
    assert edit_text("Begun", folder, _editor(tmp_path, _APPENDS)) == "Begun and more"
    assert (tmp_path / "seen").read_text() == oct(stat.S_IRUSR | stat.S_IWUSR)
    assert list(folder.iterdir()) == []


def test_editor_that_fails_leaves_the_note_and_no_file(tmp_path: Path) -> None:
    """A failure is said, and the file goes all the same."""
    folder = tmp_path / "vault"
    folder.mkdir()
    with pytest.raises(BadInput, match="stays as it was"):
        edit_text("Begun", folder, _editor(tmp_path, "raise SystemExit(3)"))
    with pytest.raises(BadInput, match="could not be used"):
        edit_text("Begun", folder, {"EDITOR": "/no/such/editor"})
    assert list(folder.iterdir()) == []


def test_no_editor_is_said() -> None:
    """Without EDITOR, or with one that cannot be read, a sentence says so."""
    with pytest.raises(BadInput, match="No editor is set"):
        editor_command({})
    with pytest.raises(BadInput, match="cannot be read"):
        editor_command({"EDITOR": 'vi "'})


@pytest.mark.parametrize(("allowed", "said"), [(False, "keep notes out of other"), (True, "cannot be lent")])
async def test_ctrl_e_asks_the_settings_first(
    vault: Vault, monkeypatch: pytest.MonkeyPatch, *, allowed: bool, said: str
) -> None:
    """Where the settings forbid it the key says why; here there is no terminal to lend either."""
    monkeypatch.setitem(routes.ROUTES, "today", "tests.screens_forms.one_row:OneRow")
    monkeypatch.setattr(OneRow, "person_id", FAHEY)
    app = FieldpoApp(Config(editor_allowed=allowed), vault=vault, clock=lambda: NOW, sync=False)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        await play(pilot, "n r 1 tab ctrl+e")
        assert said in " ".join(painted(app).split())
