"""A new kind is one protocol type, one table and one act: docs/adding-a-kind.md, played."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

STORY = """
import datetime as dt, sys
from pathlib import Path
from typing import ClassVar
from fieldpo.store import records, search
from fieldpo.store.acting import undo
from fieldpo.store.acting.acts import Act, Change, Create, perform
from fieldpo.store.acting.outbox import renumber
from fieldpo.store.database.migrations import migrate
from fieldpo.store.database.record_table import RecordTable, register
from fieldpo.store.queries.agenda.unreadable import newer_kinds
from fieldpo.store.vault import create_vault, open_vault
from fieldpo.sync.protocol.body import Code, Id, Line, Merging, OfPerson, Prose, kind

PASSPHRASE = "river lantern orchard seventeen"
folder, now = Path(sys.argv[1]), dt.datetime.now().astimezone()

vault = create_vault(folder, PASSPHRASE, user_id="u1", device_id="d1", training=True, migrate=migrate)
with vault.writing() as c:
    records.write_record(c, records.Record("person", "p1", "caseload:u1", "p1", {"family_name": "Fahey"}, 1, 1))
    records.write_record(c, records.Record("referral", "r0", "caseload:u1", "p1", {"provider": "Elm"}, 1, 2))
    assert newer_kinds(c) == ["referral"]
vault.close()

@kind("referral", Merging.FIELDS, prose=("note",))
class Referral(OfPerson, frozen=True, kw_only=True, omit_defaults=True):
    provider: Line
    status: Code = "made"
    note: Prose = ""

@register
class ReferralTable(RecordTable, table=True):
    __tablename__ = "r_referral"
    kind_name: ClassVar[str] = "referral"
    status: str = ""

with open_vault(folder, PASSPHRASE, migrate=migrate, reincarnate=renumber) as vault:
    with vault.reading() as c:
        assert newer_kinds(c) == []
        assert records.read_record(c, "referral", "r0").body["provider"] == "Elm"
    made = Referral(person_id="p1", provider="Oak House", note="starts in May")
    act = Act("Referral to Oak House", (Create(made),), now)
    saved = perform(vault, act, now)
    record_id = saved.op_ids[0]
    perform(vault, Act("Accepted", (Change("referral", record_id, {"status": "accepted"}),), now), now)
    with vault.reading() as c:
        assert [hit.record_id for hit in search.search(c, "starts may")] == [record_id]
        assert c.exec_driver_sql("SELECT status FROM r_referral WHERE id = ?", (record_id,)).scalar() == "accepted"
        last = undo.last_act(c)
    undo.undo(vault, last.act_id, now)
    with vault.reading() as c:
        assert c.exec_driver_sql("SELECT status FROM r_referral WHERE id = ?", (record_id,)).scalar() == "made"
        assert c.exec_driver_sql("SELECT kind FROM op ORDER BY position").scalars().all() == [
            "referral.create", "referral.edit", "referral.edit"]
print("played")
"""


def test_a_new_kind_is_kept_raw_then_known_saved_found_and_undone(tmp_path: Path) -> None:
    """A kind declared by one type and one table is saved, searched, queried and undone like any other."""
    done = subprocess.run(
        [sys.executable, "-c", STORY, str(tmp_path / "vault")], capture_output=True, text=True, check=False
    )
    assert (done.stdout.strip(), done.returncode) == ("played", 0), done.stderr
