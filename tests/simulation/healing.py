"""The end of all trouble: every laptop syncs until there is nothing more to say, and no longer than that."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from fieldpo.central.books.database import reading
from fieldpo.central.books.moments import stamp
from fieldpo.central.deciding.access import grants, readable
from fieldpo.central.deciding.case_view import readable_now
from fieldpo.errors import CentralRefused, FieldpoError

from .laptop import Laptop
from .seen_wrong import Violated

if TYPE_CHECKING:
    from .world import Simulation

ROUNDS = 14
"""Syncs of each laptop after which healing has failed."""

STEPS = 600
"""Half-steps after which a sync is one that does not end."""

Mark = tuple[Any, ...]


def heal(sim: Simulation, *, thorough: bool) -> None:
    """All trouble ends and everybody syncs. Raises Violated where that never comes to rest.

    A laptop goes again while something waits on it, or central has something for it since it last asked. A
    `thorough` healing ends with one more round, in which nothing may move.
    """
    sim.trouble.end()
    while sim.network.late:
        sim.late_request()
    marks: dict[str, Mark | None] = {}
    for _ in range(ROUNDS):
        sim.clock += dt.timedelta(minutes=7)
        moved = False
        for laptop in sim.laptops:
            if laptop.cut_off or (laptop.name in marks and marks[laptop.name] == mark_of(sim, laptop)):
                continue
            moved = True
            marks[laptop.name] = mark_of(sim, laptop) if sync_whole(sim, laptop) else None
        if not moved:
            break
    else:
        raise Violated([f"15: after {ROUNDS} syncs of each laptop there is still something new"])
    if thorough:
        for laptop in sim.laptops:
            reloads = laptop.reloads
            if laptop.cut_off:
                continue
            ended = sync_whole(sim, laptop) or sync_whole(sim, laptop)  # twins end each other's sign-in
            if not ended or laptop.moved or laptop.reloads > reloads:
                raise Violated([f"11: {laptop.name} was at rest and its next sync moved something"])


def mark_of(sim: Simulation, laptop: Laptop) -> Mark:
    """What a sync of the laptop depends on at central: its feeds' ends, its verdicts and its grants.

    A supervisor's depends on every caseload, on what central holds and on covers, which end by central's clock: the
    team's feed is renewed by asking for it.
    """
    with reading(sim.agency.engine) as conn:
        now = sim.agency.now()
        granted = readable_now(conn, laptop.user, readable(grants(conn, laptop.user, now).values(), now), now)
        device = laptop.enrolled.device_id
        numbers = dict(map(tuple, conn.exec_driver_sql(_NUMBERS, (device, device, stamp(now)))))
    wanted = numbers if laptop.supervises else {"epoch", "verdicts", "woken", *granted}
    return (tuple(granted), tuple((one, numbers[one]) for one in sorted(numbers) if one in wanted))


_NUMBERS = """
    SELECT id, number FROM partition_counter
    UNION ALL SELECT 'epoch', value FROM meta WHERE key = 'epoch'
    UNION ALL SELECT 'verdicts', verdict_rev FROM device WHERE id = ?
    UNION ALL SELECT 'woken', count(*) FROM woken WHERE device_id = ?
    UNION ALL SELECT 'received', max(number) FROM inbox
    UNION ALL SELECT 'reviews', count(*) FROM review WHERE state = 'open'
    UNION ALL SELECT 'covers', count(*) FROM assignment WHERE until > ?
"""


def sync_whole(sim: Simulation, laptop: Laptop) -> bool:
    """One sync from beginning to end; False where it failed or something that may be sent still waits."""
    laptop.open()
    if laptop.signed_out:
        laptop.sign_in(sim.office.sign_in(laptop.enrolled.device_id))
    owed = len(laptop.log())
    laptop.begin_sync(sim.rng, 2)
    for _ in range(STEPS):
        ended = laptop.step_sync()
        if isinstance(ended, FieldpoError):
            sim.say(f"{laptop.name}: heals -> {type(ended).__name__}")
            laptop.signed_out = laptop.signed_out or isinstance(ended, CentralRefused)
            return False
        if ended is not None:
            laptop.log_owed = owed
            _confirm(laptop)
            laptop.moved = bool(ended.received or ended.pulled or ended.cases_left)
            sim.say(f"{laptop.name}: heals -> {(ended.received, ended.pulled, ended.not_sent)}")
            return not _pending(laptop)
    raise Violated([f"15: a sync of {laptop.name} does not end"])


def _confirm(laptop: Laptop) -> None:
    with laptop.open().reading() as connection:
        left = connection.scalar(text("SELECT count(*) FROM r_person WHERE partition LIKE 'left:%'"))
    if left:
        laptop.confirm_purge()


def _pending(laptop: Laptop) -> bool:
    with laptop.open().reading() as connection:
        return bool(connection.scalar(text("SELECT count(*) FROM op WHERE state = 'waiting'")))
