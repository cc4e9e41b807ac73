"""The record tables of the court: hearings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from sqlalchemy import Index

from fieldpo.store.record_table import RecordTable, by_person, epoch_seconds, register
from fieldpo.sync.protocol.body import Json


@register
class HearingTable(RecordTable, table=True):
    """Hearings, by when they are."""

    __tablename__ = "r_hearing"
    __table_args__ = (by_person("hearing", "at_utc"), Index("ix_hearing_status_at_utc", "status", "at_utc"))
    kind_name: ClassVar[str] = "hearing"
    at_utc: int = 0
    """UTC seconds."""
    status: str = ""

    @classmethod
    def derive(cls, body: Mapping[str, Json]) -> dict[str, Any]:
        """The moment as UTC seconds; a body leaves out that it is set."""
        return {"at_utc": epoch_seconds(body.get("at")) or 0, "status": body.get("status") or "set"}
