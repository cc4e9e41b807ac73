"""The record tables of the court: hearings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from sqlalchemy import Index

from fieldpo.store.database.record_table import RecordTable, by_person, register
from fieldpo.sync.protocol.body import Json


@register
class HearingTable(RecordTable, table=True):
    """Hearings, by the day they are on."""

    __tablename__ = "r_hearing"
    __table_args__ = (by_person("hearing", "held_on"), Index("ix_hearing_status_held_on", "status", "held_on"))
    kind_name: ClassVar[str] = "hearing"
    held_on: str = ""
    status: str = ""

    @classmethod
    def derive(cls, body: Mapping[str, Json]) -> dict[str, Any]:
        """Its day under a name that is no word of SQL."""
        return {"held_on": body.get("on") or ""}
