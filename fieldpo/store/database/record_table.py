"""What every record's table shares: the envelope from central, the body as it came, and columns to find it by.

The body is the truth, kept whole as JSON so that fields unknown here survive. A kind's table adds only the
columns that queries filter or sort by; a column named like a body field is filled from it, any other by
the table's `derive`. Tables can therefore be made again from the bodies at any time.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping
from typing import Any, ClassVar

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from fieldpo.sync.protocol.body import KINDS, Json, Kind


class RecordTable(SQLModel):
    """Base of the record tables: what the officer sees. What central has of it stands apart, in `at_central`.

    A `hidden` record has left the caseload and only waits for its unsent ops.
    """

    kind_name: ClassVar[str] = ""
    derived_by: ClassVar[int] = 1
    """Raise it when `derive` gives other values for the same columns: the vaults that stand are then made anew."""

    id: str = Field(primary_key=True)
    partition: str = Field(index=True)
    person_id: str | None = Field(default=None, index=True)
    hidden: bool = False
    body: str

    @classmethod
    def derive(cls, body: Mapping[str, Json]) -> dict[str, Any]:  # noqa: ARG003 - for the tables that do
        """Values of columns that are not body fields by the same name, in a dictionary of the caller's own."""
        return {}


ENVELOPE = frozenset(RecordTable.model_fields)

TABLES: dict[str, type[RecordTable]] = {}
"""The table of each kind; a kind that this version does not know goes to the table of unknown kinds."""


def table_of(kind: str) -> type[RecordTable]:
    """The table where records of the kind stand."""
    return TABLES.get(kind, TABLES[""])


def register(table: type[RecordTable]) -> type[RecordTable]:
    """Take a table into `TABLES` under its `kind_name`."""
    TABLES[table.kind_name] = table
    return table


def projected(kind: str, body: Mapping[str, Json]) -> dict[str, Any]:
    """The kind's own columns, filled from a JSON body."""
    table = table_of(kind)
    spec: Kind | None = KINDS.get(kind)
    columns = table.derive(body)
    for name in own_columns(table):
        if name not in columns:
            columns[name] = spec.value(body, name) if spec else body.get(name)
    return columns


@functools.cache
def own_columns(table: type[RecordTable]) -> tuple[str, ...]:
    """The columns that a kind's table adds to the envelope."""
    return tuple(name for name in table.model_fields if name not in ENVELOPE)


_FIRST = int((dt.datetime.min.replace(tzinfo=dt.UTC) + dt.timedelta(days=2)).timestamp())
_LAST = int((dt.datetime.max.replace(tzinfo=dt.UTC) - dt.timedelta(days=2)).timestamp())


def epoch_seconds(stamp: Json) -> int | None:
    """A stamp's moment as UTC seconds, so that stamps of different offsets sort; None for no stamp.

    One at the calendar's very ends, which no officer typed, counts as two days within: it has a day in every zone.
    """
    return max(_FIRST, min(int(dt.datetime.fromisoformat(stamp).timestamp()), _LAST)) if stamp else None


def by_person(table: str, *columns: str) -> Index:
    """An index that answers "this person's, in this order"."""
    return Index(f"ix_{table}_person_{'_'.join(columns)}", "person_id", *columns)
