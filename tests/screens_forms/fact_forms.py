"""The forms of facts as tests open them, and what the vault and the wire hold of a fact."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import text
from textual.pilot import Pilot

from fieldpo.store.vault import Vault
from fieldpo.sync.protocol.ops import thaw
from tests.screens_forms.playing import settle

HOME = "0192abce-0000-7000-8000-000000000002"


WEAPON = "0192abcd-0000-7000-8000-000000000002"


NO_CONTACT = "0192eeee-0000-7000-8000-000000000012"


async def to_fact(pilot: Pilot[Any], person_id: str, kind: str, record_id: str | None = None, **more: Any) -> None:
    """Open the form of a fact."""
    await settle(pilot)
    pilot.app.go("fact", person_id=person_id, kind=kind, record_id=record_id, **more)  # type: ignore[attr-defined]
    await settle(pilot)


def shows(app: Any, *screens: type) -> bool:
    """Whether one of these screens is open."""
    return isinstance(app.screen, screens)


def sent(vault: Vault) -> list[Any]:
    """The ops that wait, oldest first."""
    with vault.reading() as connection:
        return [thaw(row) for row in connection.scalars(text("SELECT text FROM frozen_op ORDER BY position"))]


def fact(vault: Vault, kind: str, record_id: str) -> dict[str, Any]:
    """The body of one record."""
    with vault.reading() as connection:
        row = connection.scalar(text(f"SELECT body FROM r_{kind} WHERE id = :id"), {"id": record_id})  # noqa: S608 - a kind's name
    found: dict[str, Any] = msgspec.json.decode(row)
    return found


def painted_here(app: Any) -> str:
    """The words of the line under the cursor of the overview."""
    return app.screen.query_one("OverviewTab").here.words  # type: ignore[no-any-return]
