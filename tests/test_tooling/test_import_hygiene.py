"""What each module loads, looked at in a fresh interpreter: first paint waits for nothing that it does not need."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "fieldpo"
SLOW = ("textual", "sqlmodel", "sqlalchemy", "httpx", "typer", "starlette", "psycopg", "keyring")
DATABASE = ("sqlmodel", "sqlalchemy")

LOADS_NOT: dict[str, tuple[str, ...]] = {
    "fieldpo": (*SLOW, "rich", "msgspec", "fieldpo.cli", "fieldpo.errors"),
    "fieldpo.errors": (*SLOW, "rich", "msgspec"),
    "fieldpo.plain": (*SLOW, "rich", "msgspec"),
    "fieldpo.paths": SLOW,
    "fieldpo.config": SLOW,
    "fieldpo.cli": (*SLOW, "fieldpo.app"),
    "fieldpo.cli.commands": ("textual", *DATABASE, "httpx", "starlette", "psycopg", "keyring"),
    "fieldpo.app": (*DATABASE, "httpx", "typer", "starlette", "fieldpo.central"),
    "fieldpo.bindings": (*DATABASE, "httpx", "typer"),
    "fieldpo.messages": (*DATABASE, "httpx", "typer"),
    "fieldpo.screens.unlock": (*DATABASE, "httpx", "typer"),
    "fieldpo.store": (*SLOW, "msgspec"),
    "fieldpo.store.opening.keys": ("textual", *DATABASE, "httpx", "typer"),
    "fieldpo.store.opening.slots": ("textual", *DATABASE, "httpx", "typer"),
    "fieldpo.store.files": ("textual", *DATABASE, "httpx", "typer"),
    "fieldpo.sync": (*SLOW, "msgspec"),
    "fieldpo.sync.protocol": SLOW,
    "fieldpo.sync.protocol.exchange": SLOW,
    "fieldpo.sync.protocol.kinds": SLOW,
    "fieldpo.sync.protocol.merge": SLOW,
    "fieldpo.supervision": SLOW,
    "fieldpo.supervision.packs.reading": SLOW,
    "fieldpo.central": (*SLOW, "fieldpo.store"),
    "fieldpo.demo": ("textual", *DATABASE, "httpx", "starlette"),
}


def _exists(module: str) -> bool:
    base = PACKAGE.joinpath(*module.split(".")[1:])
    return base.with_suffix(".py").is_file() or (base / "__init__.py").is_file()


@pytest.mark.parametrize("module", [name for name in LOADS_NOT if _exists(name)])
def test_a_module_loads_only_what_it_needs(module: str) -> None:
    """Importing the module alone leaves the slow and the forbidden libraries unloaded."""
    script = f"import sys, {module}\nprint(*sys.modules, sep='\\n')"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.split())
    assert module in loaded
    assert not loaded & set(LOADS_NOT[module])


def test_every_command_family_is_listed() -> None:
    """A module of fieldpo.cli with a register function is in FAMILIES or in policy's MODULES, so that its commands
    cannot go missing."""
    from fieldpo.cli import commands, policy

    registering = {
        one.relative_to(PACKAGE / "cli").with_suffix("").parts[0]
        for one in (PACKAGE / "cli").rglob("*.py")
        if "\ndef register(" in one.read_text(encoding="utf-8")
    }
    assert registering == {*commands.FAMILIES, *policy.MODULES}
