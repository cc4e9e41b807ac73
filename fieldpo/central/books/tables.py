"""Central's core tables as SQLAlchemy Core knows them; `core_schema` makes them.

Every table that holds a partition's rows has the partition first in its primary key.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, LargeBinary, MetaData, Table, Text, literal_column

metadata = MetaData()


def _text(name: str, *, key: bool = False, null: bool = False) -> Column[str]:
    return Column(name, Text, primary_key=key, nullable=null)


def _count(name: str, *, key: bool = False) -> Column[int]:
    return Column(name, BigInteger, primary_key=key, nullable=False, autoincrement=False)


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False)


meta = Table("meta", metadata, _text("key", key=True), _text("value"))

partition_counter = Table("partition_counter", metadata, _text("id", key=True), _count("number"), _text("hash"))

feed_mark = Table(
    "feed_mark",
    metadata,
    _text("partition_id", key=True),
    _count("number", key=True),
    _text("token"),
    _text("made_at"),
)

record = Table(
    "record",
    metadata,
    _text("partition_id", key=True),
    _text("id", key=True),
    _text("kind"),
    _text("person_id", null=True),
    _count("version"),
    _count("number"),
    _text("writer"),
    _count("writer_since"),
    _flag("deleted"),
    _text("body"),
)
"""`writer` last wrote the record, alone since version `writer_since`."""

leave = Table(
    "leave",
    metadata,
    _text("partition_id", key=True),
    _text("person_id", key=True),
    _count("number"),
    _text("left_at"),
    _text("to_partition"),
)

person_place = Table("person_place", metadata, _text("person_id", key=True), _text("partition_id"))

person_identifier = Table(
    "person_identifier", metadata, _text("value", key=True), _text("person_id", key=True), _flag("claimed")
)
"""`claimed`: an officer's laptop said so, and nobody at central has."""

assignment = Table(
    "assignment",
    metadata,
    _text("partition_id", key=True),
    _text("user_id", key=True),
    _text("role"),
    _text("since"),
    _text("until", null=True),
)

device = Table(
    "device",
    metadata,
    _text("id", key=True),
    _text("user_id"),
    _text("name"),
    _text("incarnation"),
    _count("verdict_rev"),
    _count("audit_through"),
    _text("enrolled_at"),
    _text("seen_at", null=True),
    _text("revoked_at", null=True),
)

device_incarnation = Table(
    "device_incarnation",
    metadata,
    _text("device_id", key=True),
    _text("incarnation", key=True),
    _count("known_through"),
    _flag("forked"),
)

received_seq = Table(
    "received_seq",
    metadata,
    _text("device_id", key=True),
    _text("incarnation", key=True),
    _count("seq", key=True),
    _text("op_id", key=True),
)

device_audit = Table(
    "device_audit",
    metadata,
    _text("device_id", key=True),
    _count("n", key=True),
    _text("hash", key=True),
    _text("text"),
)

inbox = Table(
    "inbox",
    metadata,
    _count("number", key=True),
    _text("op_id"),
    _text("sha"),
    _text("device_id"),
    _text("user_id"),
    _text("received_at"),
    Column("raw", LargeBinary, nullable=False),
)

ledger = Table(
    "ledger",
    metadata,
    _text("op_id", key=True),
    _text("sha"),
    _text("device_id"),
    _text("user_id"),
    _count("inbox"),
    _text("verdict"),
    _count("rev"),
    _text("kind"),
    _text("record_id", null=True),
    _text("partition_id"),
    _count("version"),
    _count("number"),
    _text("group_id", null=True),
    _text("problem", null=True),
    _text("conflicts", null=True),
)

waiting = Table(
    "waiting",
    metadata,
    _text("op_id", key=True),
    _text("waits_for", key=True),
    _text("device_id"),
)

woken = Table("woken", metadata, _text("id", key=True), _text("device_id"), _text("op_id"))
"""Blocked ops that are looked at again with their device's next exchange; one may stand here more than once."""

supersession = Table("supersession", metadata, _text("op_id", key=True), _text("successor"))

conflict = Table(
    "conflict",
    metadata,
    _text("partition_id", key=True),
    _text("id", key=True),
    _text("field", key=True),
    _text("record_id"),
    _text("kind"),
    _text("person_id", null=True),
    _text("op_id"),
    _text("device_id"),
    _text("user_id"),
    _text("yours"),
    _text("current"),
    _text("earlier"),
    _text("opened_at"),
    _text("closed_by", null=True),
)
"""`yours` is the newest losing value; `earlier` lists [op_id, value] of those it followed."""

quarantine = Table(
    "quarantine",
    metadata,
    _text("partition_id", key=True),
    _text("op_id", key=True),
    _text("sha", key=True),
    _text("device_id"),
    _text("user_id"),
    _text("kind"),
    _text("record_id", null=True),
    _text("person_id", null=True),
    _text("problem"),
    _text("state"),
    _text("arrived_at"),
)

review = Table(
    "review",
    metadata,
    _text("partition_id", key=True),
    _text("id", key=True),
    _text("reason"),
    _text("op_id", null=True),
    _text("record_id", null=True),
    _text("person_id", null=True),
    _text("state"),
    _text("opened_at"),
    _text("user_id"),
)
"""`user_id` wrote what is held."""

IS_OPEN = review.c.state == literal_column("'open'")
"""Of a review: the word is that of the indexes, so that they are used."""
