"""Central starts, a laptop enrols and pulls the caseload, and both sides have the same."""

from __future__ import annotations

from collections import Counter

from fieldpo.demo import ground as grounds
from fieldpo.demo import laptop
from fieldpo.demo.check_steps.trial import Failed, Trial, require
from fieldpo.errors import Offline
from fieldpo.store import partitions
from fieldpo.store.acting.outbox import counts
from fieldpo.store.database.migrations import sql_table
from fieldpo.store.database.record_table import TABLES
from fieldpo.store.vault import Vault
from fieldpo.sync.protocol.exchange import AGENCY, caseload_partition


def start_central(trial: Trial) -> str:
    """A database for training, two users, a caseload, and a server that answers."""
    grounds.init_central(trial.ground, trial.wish.now)
    trial.central.start()
    count = grounds.load_caseload(trial.ground, trial.wish)
    trial.central.wait()
    return f"{count:,} records of {trial.wish.clients} clients, serving on {trial.ground.url}"


def enrol(trial: Trial) -> str:
    """The device flow, approved on central's side."""
    trial.vault = laptop.enrol_laptop(trial.ground, trial.ground.vault)
    require(trial.vault.identity.training, "central did not say that this vault is for training")
    return f"{trial.vault.identity.author_name}'s laptop has its vault"


def pull(trial: Trial) -> str:
    """The first load."""
    receipt = laptop.load_laptop(trial.laptop, trial.ground)
    compared = same_on_both_sides(trial, trial.laptop)
    return f"{receipt.pulled:,} records came down; {compared}"


def go_offline(trial: Trial) -> str:
    """Central is stopped, and a sync says so and keeps the work."""
    trial.central.stop()
    try:
        laptop.sync_laptop(trial.laptop, trial.ground.url, attempts=1)
    except Offline:
        return "central is stopped; a sync says offline"
    raise Failed("a sync did not notice that central is stopped")


def same_on_both_sides(trial: Trial, vault: Vault) -> str:
    """Compare the laptop with central: records by kind, and the hash of each partition."""
    own = caseload_partition(vault.identity.user_id)
    hashes, theirs = _central_side(trial, (own, AGENCY))
    with vault.reading() as connection:
        ours = Counter[str]()
        for kind, table in TABLES.items():
            rows = sql_table(table)
            query = f"SELECT count(*) FROM {rows.name} WHERE hidden = 0"  # noqa: S608 - our own table names
            ours[kind or "unknown"] += int(connection.exec_driver_sql(query).scalar_one())
        has = {one.id: one.hash for one in partitions.partitions(connection)}
        waiting = counts(connection).not_sent
    require(waiting or +ours == theirs, f"the laptop has {dict(+ours)}, central has {dict(theirs)}")
    require(has == hashes, "the partitions' hashes differ")
    return f"{len(theirs)} kinds and {len(hashes)} partition hashes are the same on both sides"


def _central_side(trial: Trial, names: tuple[str, ...]) -> tuple[dict[str, str], Counter[str]]:
    import sqlalchemy as sa

    from fieldpo.central.books.database import open_database, reading
    from fieldpo.central.books.tables import partition_counter, record

    engine = open_database(trial.ground.database_url)
    try:
        with reading(engine) as connection:
            counters = sa.select(partition_counter.c.id, partition_counter.c.hash).where(
                partition_counter.c.id.in_(names)
            )
            hashes = {row.id: row.hash for row in connection.execute(counters)}
            kinds = (
                sa.select(record.c.kind, sa.func.count().label("count"))
                .where(record.c.partition_id.in_(names), record.c.deleted.is_(False))
                .group_by(record.c.kind)
            )
            return hashes, Counter({row.kind: row.count for row in connection.execute(kinds)})
    finally:
        engine.dispose()
