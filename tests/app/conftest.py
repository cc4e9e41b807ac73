"""The vaults of the screens' tests."""

from __future__ import annotations

from tests.vaults import bare_vault, empty_template, filled_template, full_vault

__all__ = ["bare_vault", "empty_template", "filled_template", "full_vault"]
