"""Where benchmarks keep what they download, outside of the repository: FIELDPO_BENCH_CACHE, else the user's cache."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs


def kept_folder() -> Path:
    """The folder, made where it is missing."""
    named = os.environ.get("FIELDPO_BENCH_CACHE")
    folder = Path(named) if named else platformdirs.user_cache_path("fieldpo-benchmarks")
    folder.mkdir(parents=True, exist_ok=True)
    return folder
