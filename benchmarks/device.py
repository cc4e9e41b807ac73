"""An officer's laptop as a racing program: `python -m benchmarks.device FOLDER` opens the vault there."""

from __future__ import annotations

import datetime as dt
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import text

from benchmarks.racing import obey
from benchmarks.timing import Json
from fieldpo.demo.laptop import open_laptop, sync_laptop
from fieldpo.garbage import collect_rarely
from fieldpo.store.acting.acts import Act, Create, perform
from fieldpo.store.vault import Vault
from fieldpo.sync.client import Client
from fieldpo.sync.enrol import first_load
from fieldpo.sync.protocol.kinds import Contact
from fieldpo.sync.receipt import Progress, Receipt
from fieldpo.sync.transport import Transport

_STANDING = text("SELECT count(*) FROM r_contact JOIN at_central USING (id) WHERE id NOT IN (SELECT id FROM base)")
ENTRIES_AN_ACT = 100
"""Only to fill the outbox faster: each entry is an op of its own, and no group."""


def queue(vault: Vault, entries: Sequence[dict[str, str]]) -> None:
    """Save entries as the officer's contacts."""
    for start in range(0, len(entries), ENTRIES_AN_ACT):
        steps = tuple(Create(_contact(one), one["id"]) for one in entries[start : start + ENTRIES_AN_ACT])
        perform(vault, Act("Contacts", steps, dt.datetime.fromisoformat(entries[start]["occurred_at"])))


def _contact(entry: dict[str, str]) -> Contact:
    moments = {name: dt.datetime.fromisoformat(entry[name]) for name in ("occurred_at", "entered_at")}
    texts = {name: value for name, value in entry.items() if name not in ("id", *moments)}
    return Contact(**texts, **moments)  # type: ignore[arg-type]


def main(folder: Path) -> None:
    """Take orders until standard input ends."""
    collect_rarely()  # as every command of fieldpo
    with open_laptop(folder) as vault:

        def prepare(asked: Json) -> Json:
            queue(vault, json.loads(Path(str(asked["file"])).read_text("utf-8")))
            vault.checkpoint()
            return {}

        def up(asked: Json) -> Json:
            return _told(vault, sync_laptop(vault, str(asked["url"])))

        def down(asked: Json) -> Json:
            began, here = time.perf_counter(), [0.0]

            def progress(_: Progress) -> None:
                here[0] = (time.perf_counter() - began) * 1000

            with Transport(str(asked["url"])) as transport:
                receipt = first_load(vault, Client(vault, transport), progress)
            return {**_told(vault, receipt), "before_index_ms": here[0]}

        obey({"prepare": prepare, "up": up, "down": down})


def _told(vault: Vault, receipt: Receipt) -> Json:
    with vault.reading() as connection:
        standing = connection.scalar(_STANDING)
        indexed = connection.scalar(text("SELECT count(*) FROM search_row WHERE kind = 'contact'"))
    left = receipt.not_sent + receipt.need_answer + receipt.held
    return {"standing": standing, "indexed": indexed, "left": left, "drifted": list(receipt.drifted)}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
