"""The tables of `auth_schema` as SQLAlchemy Core knows them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, MetaData, Table, Text

metadata = MetaData()


def _text(name: str, *, key: bool = False, null: bool = False) -> Column[str]:
    return Column(name, Text, primary_key=key, nullable=null)


def _count(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False)


app_user = Table(
    "app_user",
    metadata,
    _text("user_id", key=True),
    _text("login"),
    _text("password"),
    _text("created_at"),
    _text("disabled_at", null=True),
)
"""Who may sign in. `user_id` is the id of the officer record, which holds the name and the title."""

enrolment = Table("enrolment", metadata, _text("device_id", key=True), _text("posture"))
"""How a device keeps its vault: "keyring", or "passphrase" alone."""

device_code = Table(
    "device_code",
    metadata,
    _text("sha", key=True),
    _text("user_code"),
    _text("label"),
    _text("posture"),
    _text("state"),
    _text("user_id", null=True),
    _text("device_id", null=True),
    _count("pause"),
    _text("polled_at", null=True),
    _text("expires_at"),
    _count("generation"),
    _text("source"),
)
"""`state`: pending, approved, denied, issued. `pause` is the seconds to wait between two polls. `source` is the network
from which it was asked for, as `throttling.source_of` says it.

`device_id` and `user_id` stand from the beginning where an enrolled device signs in again. `generation` is that of the
tokens it was given.
"""

bearer = Table(
    "bearer",
    metadata,
    _text("sha", key=True),
    _text("device_id"),
    _text("kind"),
    _count("generation"),
    _text("state"),
    _text("used_at", null=True),
    _text("expires_at"),
)
"""`kind`: access, refresh. `state`: live; spent, because its successor was used; dead, because its answer was lost;
replaced, because the device signed in again."""

page_session = Table(
    "page_session",
    metadata,
    _text("sha", key=True),
    _text("user_id"),
    _text("csrf"),
    _text("expires_at"),
)

throttle = Table("throttle", metadata, _text("bucket", key=True), _count("failures"), _text("since"))

imported = Table(
    "imported",
    metadata,
    _text("agency", key=True),
    _text("system", key=True),
    _text("kind", key=True),
    _text("key", key=True),
    _text("record_id"),
    _text("body"),
    _text("place"),
)
"""What a file last said about a record, so that a newer file's changes can be told from an officer's."""

import_kept = Table(
    "import_kept",
    metadata,
    _text("record_id", key=True),
    _text("field", key=True),
    _text("imported_at", key=True),
    _text("theirs"),
    _text("current"),
)
"""Values of a newer file that lost to what stood at central."""
