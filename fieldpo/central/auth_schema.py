"""Migration steps of users, tokens and device codes, in order; see `migrations`."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.engine import Connection

STEPS: tuple[Callable[[Connection], None], ...] = ()
