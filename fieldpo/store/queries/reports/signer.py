"""As whom the vault's officer signs: by central's record of them, and by their enrolment until that has come."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from fieldpo.store import records
from fieldpo.store.entries.report import Signature
from fieldpo.store.vault import Identity


@dataclass(frozen=True)
class Signer:
    """Name and title as they stand now. What was signed keeps those that it was signed with."""

    name: str
    title: str

    def at(self, moment: dt.datetime) -> Signature:
        """A signature at this moment, on the office's clock."""
        return Signature(self.name, self.title, moment)


NOBODY: Final = Signer("", "")
"""Before it has been looked up."""


def signer(connection: Connection, identity: Identity) -> Signer:
    """The officer's name and title by the agency's partition, else by enrolment."""
    officer = records.read_record(connection, "officer", identity.user_id)
    if officer is None or officer.hidden or not officer.body.get("name"):
        return Signer(identity.author_name, identity.author_title)
    return Signer(str(officer.body["name"]), str(officer.body.get("title", "")))
