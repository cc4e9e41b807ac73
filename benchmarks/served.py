"""A training ground with its central serving and a laptop enrolled, for the benchmarks that need a real sync."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from fieldpo.central.books.database import open_database, writing
from fieldpo.central.office import records
from fieldpo.demo.ground import Ground, Wish
from fieldpo.demo.laptop import open_laptop
from fieldpo.demo.preparing import made
from fieldpo.demo.serving import scratch_folder
from fieldpo.store.vault import Vault


@contextmanager
def training_ground(clients: int = 60, years: int = 2) -> Iterator[tuple[Ground, Vault]]:
    """The demo's own ground, and the officer's open vault."""
    with scratch_folder() as folder:
        wish = Wish(dt.datetime.now().astimezone(), clients, years)
        with made(folder, wish, lambda _: None) as (ground, _), open_laptop(ground.vault) as vault:
            yield ground, vault


def edit_at_central(ground: Ground, ids: list[str], words: str) -> None:
    """Change the directions of addresses on central's side, in one transaction."""
    engine = open_database(ground.database_url)
    try:
        with writing(engine) as connection:
            for one in records.read_records(connection, ids).values():
                body = {**one.body, "directions": words}
                records.put_records(
                    connection, one.partition, [records.NewRecord(one.id, one.kind, body, one.person_id)]
                )
    finally:
        engine.dispose()
