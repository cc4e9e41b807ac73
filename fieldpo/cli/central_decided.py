"""What a supervisor has decided on something that central holds, as central's commands tell it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fieldpo.plain import clean

KEYS: Final = ("decided", "decided_by", "decided_at", "trouble")


def decided_words(row: Mapping[str, object]) -> str:
    """What becomes of it, after a row's other words; empty where nobody has decided."""
    if not row["decided"]:
        return ""
    what = f"{row['decided']} by {row['decided_by']}"
    if row["trouble"]:
        return f"not done: {what}: {clean(str(row['trouble']))}"
    return f"decided: {what}, not done yet"
