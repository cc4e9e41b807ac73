"""The troubles that a run may meet, by name; and what the agency does meanwhile, which is no trouble."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import text

from fieldpo.store.acts import Change, Create, Step
from fieldpo.sync.protocol.kinds import Addendum, Appointment

from . import officer
from .agency import Backup
from .cast import CASES, OFFICERS
from .laptop import Laptop
from .network import FATES, TOO_LARGE
from .officer import Desk, Made
from .seams import BUSY, FULL, STUMBLE

if TYPE_CHECKING:
    from .running import Simulation

NOT_BUILT = {
    "central restored in silence": "a backup put back without a new epoch is told by the cursor's token alone: the "
    "feed comes again, but the device does not send again what central lost (POST /v1/ops/missing is not there)",
    "durable_through": "central tells no backup number yet (always 0), so that no op is ever scrubbed",
    "old client and new central": "central answers `upgrade` to nobody yet; an older schema_version is taken",
}
"""Kinds of trouble of the design that cannot be put in, since what should meet them is not there yet."""

ELSEWHERE = {
    "SIGSTOP": "real processes",
    "two programs on one vault": "real processes",
    "read-only disk": "real processes",
    "serialization failure, deadlock, slow commit": "PostgreSQL",
    "killed in mid-migration": "real processes",
}
"""Those that need real processes or PostgreSQL."""

REWRITING = frozenset({"central's backup restored", "old database put back", "cloned to two laptops"})
"""After these a copy may differ from central's for a while: a reload is then no defect."""


class Trouble:
    """What goes wrong in one run: some kinds, drawn from the seed."""

    def __init__(self, simulation: Simulation) -> None:
        self.sim = simulation
        self.rng = simulation.rng
        self.backup: Backup | None = None
        self.old_disks: dict[str, Path] = {}
        every = list(KINDS)
        drawn = self.rng.sample(every, self.rng.randint(2, 7))
        only = simulation.options.only
        self.kinds = drawn if only is None else [one for one in every if one in only]

    def something(self) -> None:
        """One of this run's troubles comes."""
        if self.kinds:
            self._come(self.rng.choice(self.kinds))

    def _come(self, name: str) -> None:
        sim = self.sim
        laptop = self.rng.choice([one for one in sim.laptops if not one.cut_off])
        if KINDS[name](self, laptop):
            sim.met[name] += 1
            sim.say(f"trouble: {name} ({laptop.name})")

    def end(self) -> None:
        """Everything that can end ends; what is for good stays."""
        self.sim.agency.process.calm()
        for laptop in self.sim.laptops:
            laptop.process.calm()
            laptop.link.fates.clear()
            laptop.link.down = laptop.link.one_way = False
            self.sim.guarded(laptop, laptop.end_sync)
            if laptop.second_user:
                laptop.second_user = False
                laptop.signed_out = True

    # Network

    def fates(self, laptop: Laptop) -> bool:
        """Some of the next requests meet something."""
        laptop.link.fates += [self.rng.choice(("", *FATES)) for _ in range(self.rng.randint(1, 4))]
        return True

    def no_network(self, laptop: Laptop) -> bool:
        """The laptop drives off, or comes back."""
        laptop.link.down = not laptop.link.down
        return True

    def one_direction(self, laptop: Laptop) -> bool:
        """Requests arrive, answers do not, until further notice."""
        laptop.link.one_way = not laptop.link.one_way
        return True

    # Processes and disks

    def kill_laptop(self, laptop: Laptop) -> bool:
        """Between any two statements, of a sync where one is under way."""
        busy = [one for one in self.sim.laptops if one.syncing]
        laptop = self.rng.choice(busy) if busy else laptop
        laptop.process.dies_in = self.rng.randint(0, 60)
        return True

    def kill_central(self, _: Laptop) -> bool:
        """In the middle of a batch, between any two statements."""
        self.sim.agency.process.dies_in = self.rng.randint(0, 70)
        return True

    def stopped(self, _: Laptop) -> bool:
        """The officer ends a sync that is under way: in mid-load, perhaps."""
        busy = [one for one in self.sim.laptops if one.syncing]
        if busy:
            self.rng.choice(busy).end_sync()
        return bool(busy)

    def disk_full(self, laptop: Laptop) -> bool:
        """A write is refused, and some after it."""
        laptop.process.refuses_in, laptop.process.refusal = self.rng.randint(0, 25), FULL
        laptop.process.refusals = self.rng.randint(1, 6)
        return True

    def disk_busy(self, laptop: Laptop) -> bool:
        """Somebody else holds the vault."""
        laptop.process.refuses_in, laptop.process.refusal, laptop.process.refusals = self.rng.randint(0, 15), BUSY, 1
        return True

    def central_full(self, _: Laptop) -> bool:
        """Central's disk refuses some writes."""
        process = self.sim.agency.process
        process.refuses_in, process.refusal = self.rng.randint(0, 25), self.rng.choice((FULL, BUSY))
        process.refusals = self.rng.randint(1, 8)
        return True

    def restart(self, _: Laptop) -> bool:
        """Central is stopped and started."""
        self.sim.agency.restart()
        return True

    # Going back in time

    def restore(self, _: Laptop) -> bool:
        """A backup is made; the next time it is put back, before or after the feeds' numbers caught up."""
        agency = self.sim.agency
        if self.backup is None:
            self.backup = agency.back_up(self.sim.folder / "backup.db")
            return True
        agency.restore(self.backup)
        self.backup = None
        self.sim.rewritten = True
        for laptop in self.sim.laptops:
            laptop.cut_off = laptop.enrolled.device_id in agency.books.revoked
        self.sim.forget_lost()  # what an old disk had lost already, and only central kept
        return True

    def old_disk(self, laptop: Laptop) -> bool:
        """The laptop's database is copied; the next time the old one is put back."""
        sim = self.sim
        sim.guarded(laptop, laptop.end_sync)
        if laptop.name not in self.old_disks:
            sim.copies += 1
            to = sim.folder / f"copy{sim.copies}"
            laptop.copy_disk(to)
            self.old_disks[laptop.name] = to
            return True
        laptop.put_disk_back(self.old_disks.pop(laptop.name))
        sim.rewritten = True
        sim.guarded(laptop, lambda: _open(laptop))
        sim.forget_lost()
        return True

    def clone(self, laptop: Laptop) -> bool:
        """The whole folder is copied to another laptop, and both go on."""
        sim = self.sim
        if len(sim.laptops) > 5 or "twin" in laptop.name:
            return False
        sim.copies += 1
        to = sim.folder / f"copy{sim.copies}"
        laptop.copy_disk(to)
        twin = sim.add_laptop(laptop.enrolled, f"{laptop.name}-twin{sim.copies}", to)
        twin.ahead = laptop.ahead
        sim.rewritten = True
        return True

    def clock_jumps(self, laptop: Laptop) -> bool:
        """The laptop's clock is set, by years perhaps."""
        days = self.rng.choice((-3_650, -1, 0, 1, 3_650))
        if self.sim.options.clocks:
            laptop.ahead = dt.timedelta(days=days)
        return True

    # Access

    def token_expires(self, laptop: Laptop) -> bool:
        """In mid-page, perhaps."""
        self.sim.agency.expire_access(laptop.enrolled.device_id)
        return True

    def refresh_refused(self, laptop: Laptop) -> bool:
        """The sign-in has ended: the officer has to sign in again, and does when healing comes."""
        self.sim.agency.end_tokens(laptop.enrolled.device_id)
        return True

    def revoked(self, laptop: Laptop) -> bool:
        """A laptop is shut out with whatever waits on it."""
        if any(one.cut_off for one in self.sim.laptops) or self.rng.random() < 0.6:
            return False
        self.sim.agency.revoke(laptop.enrolled.device_id)
        for one in self.sim.laptops:
            one.cut_off = one.cut_off or one.enrolled.device_id == laptop.enrolled.device_id
        return True

    def second_user(self, laptop: Laptop) -> bool:
        """Another officer's sign-in on this laptop: nothing of this vault may become theirs."""
        other = next(one for one in self.sim.laptops if one.user != laptop.user)
        pair = self.sim.agency.sign_in(other.enrolled.device_id)
        laptop.second_user = True
        self.sim.guarded(laptop, lambda: laptop.sign_in(pair))
        return True

    # Data

    def poison_proxy(self, laptop: Laptop) -> bool:
        """An entry that a proxy on the way never lets through, between others."""
        return self._poison(laptop, TOO_LARGE)

    def poison_central(self, laptop: Laptop) -> bool:
        """An entry over which central stumbles."""
        return self._poison(laptop, STUMBLE)

    def _poison(self, laptop: Laptop, mark: str) -> bool:
        sim = self.sim
        before = self.rng.randint(0, 2)
        for _ in range(before):
            sim.act_at(laptop, _only(officer.contact))
        sim.act_at(laptop, lambda desk: ("poison", lambda: officer.saved(desk, _poisoned(desk, mark))))
        for _ in range(2 - before):
            sim.act_at(laptop, _only(officer.contact))
        return True

    def never_comes(self, laptop: Laptop) -> bool:
        """An entry that never gets through, and an addendum to it that waits for it."""
        self.sim.act_at(laptop, lambda desk: ("orphan", lambda: officer.saved(desk, _orphan(desk))))
        return True

    def not_cleaned(self, laptop: Laptop) -> bool:
        """An older program, which did not clean what was typed, saved a control character."""
        return self._rewrite(laptop, lambda frozen: _after_text(frozen, "\\u0007"))

    def old_schema(self, laptop: Laptop) -> bool:
        """An op as an older program wrote it."""
        return self._rewrite(laptop, lambda frozen: frozen.replace('"schema_version":1', '"schema_version":0'))

    def _rewrite(self, laptop: Laptop, how: Callable[[str], str]) -> bool:
        """The newest op as another program would have frozen it: before anybody has seen it."""
        sim = self.sim
        sim.act_at(laptop, _only(officer.contact))
        with laptop.look_into().writing() as connection:
            row = connection.execute(text("SELECT position, op_id, state, text FROM op ORDER BY position DESC")).first()
            if row is None or row.state != "waiting" or sim.was_sent(row.op_id) or laptop.syncing:
                return False
            connection.execute(
                text("UPDATE op SET text = :text WHERE position = :position"),
                {"text": how(row.text), "position": row.position},
            )
        return True

    # What the agency does

    def agency_acts(self) -> None:
        """Something at central that is no trouble at all."""
        act, weight = zip(*_AGENCY, strict=True)
        chosen: Callable[[Trouble], str] = self.rng.choices(act, weight)[0]
        self.sim.say(f"central: {chosen(self)}")

    def newer_file(self) -> str:
        """A newer file changes a record of some client."""
        partition = self.rng.choice(list(CASES))
        record_id, body = self.rng.choice(CASES[partition][: self.rng.choice((7, 100))])
        field = {"Phone": "number", "Address": "directions", "Condition": "court", "Case": "court", "Hazard": "text"}
        name = field.get(type(body).__name__)
        if name is None:
            return "nothing"
        self.count = getattr(self, "count", 0) + 1
        done = self.sim.agency.edit(record_id, {name: f"file {self.count}"})
        return f"file changes {self.sim.order(record_id)}" if done else "nothing"

    def takes_away(self) -> str:
        """A record is deleted at central."""
        partition = self.rng.choice(list(CASES))
        record_id, body = self.rng.choice(CASES[partition])
        if type(body).__name__ not in ("Phone", "Address", "Hazard", "Appointment"):
            return "nothing"
        self.sim.agency.delete(record_id)
        return f"deletes {self.sim.order(record_id)}"

    def moves_a_case(self) -> str:
        """A transfer, during a push perhaps."""
        partition = self.rng.choice(list(CASES))
        person_id = self.rng.choice([one for one, body in CASES[partition] if type(body).__name__ == "Person"])
        to = self.rng.choice([one for one in OFFICERS if one.id != self.sim.agency.officer_of(person_id)])
        self.sim.agency.move(person_id, to.id)
        return f"moves {self.sim.order(person_id)} to {to.name}"

    def covers(self) -> str:
        """A colleague covers a caseload, or stops."""
        agency = self.sim.agency
        if agency.books.covers and self.rng.random() < 0.6:
            partition = self.rng.choice(sorted(agency.books.covers))
            agency.end_cover(partition)
            return f"cover of {partition} ends"
        away, cover = self.rng.sample(OFFICERS, 2)
        if away.partition in agency.books.covers:
            return "nothing"
        agency.cover(away.id, cover.id, self.sim.now() + dt.timedelta(hours=self.rng.choice((1, 24, 240))))
        return f"{cover.name} covers {away.name}"


def _open(laptop: Laptop) -> None:
    laptop.open()


def _only(make: Callable[[Desk], Made]) -> Callable[[Desk], tuple[str, Callable[[], str | None]]]:
    return lambda desk: (make.__name__, lambda: officer.saved(desk, make(desk)))


def _poisoned(desk: Desk, mark: str) -> Made:
    """A note, a note in a group, or a changed number, with the mark in its text."""
    person, phone = desk.person(), desk.one("phone")
    if person is None:
        return None
    shape = desk.rng.choice(("note", "group", "edit"))
    if shape == "edit" and phone is not None:
        return "poison", (Change("phone", phone[0], {"number": f"{desk.word()} {mark}"}),), False
    body = officer._contact(desk, person)
    steps: tuple[Step, ...] = (Create(msgspec.structs.replace(body, note=f"{body.note} {mark}")),)
    if shape == "group":
        after = Appointment(person_id=person, starts_at=desk.now, purpose=desk.word())
        steps = (Create(after), *steps)
    return "poison", steps, shape == "group"


def _orphan(desk: Desk) -> Made:
    person = desk.person()
    if person is None:
        return None
    note = officer._contact(desk, person)
    first = Create(msgspec.structs.replace(note, note=f"{note.note} {TOO_LARGE}"))
    body = Addendum(
        person_id=person,
        entry_id=first.record_id,
        text=desk.word(),
        officer_id=desk.me,
        written_at=desk.now,
    )
    return "orphan", (first, Create(body)), False


def _after_text(frozen: str, what: str) -> str:
    from .typed import TEXT

    return TEXT.sub(lambda found: found.group() + what, frozen, count=1)


KINDS: dict[str, Callable[[Trouble, Laptop], bool]] = {
    "network": Trouble.fates,
    "no network": Trouble.no_network,
    "one direction only": Trouble.one_direction,
    "laptop killed": Trouble.kill_laptop,
    "central killed": Trouble.kill_central,
    "stopped in mid-load": Trouble.stopped,
    "disk full": Trouble.disk_full,
    "busy database": Trouble.disk_busy,
    "central's disk full or busy": Trouble.central_full,
    "central restarted": Trouble.restart,
    "central's backup restored": Trouble.restore,
    "old database put back": Trouble.old_disk,
    "cloned to two laptops": Trouble.clone,
    "clock jumps": Trouble.clock_jumps,
    "token expired in mid-page": Trouble.token_expires,
    "refresh refused": Trouble.refresh_refused,
    "revoked with ops waiting": Trouble.revoked,
    "second user": Trouble.second_user,
    "poison for a proxy": Trouble.poison_proxy,
    "poison for central": Trouble.poison_central,
    "a dependency that never comes": Trouble.never_comes,
    "a program that does not clean": Trouble.not_cleaned,
    "an older schema_version": Trouble.old_schema,
}
"""Every kind of trouble that a run may meet; transfers, covers, files and deletions come in every run."""

_AGENCY: tuple[tuple[Callable[[Trouble], str], int], ...] = (
    (Trouble.newer_file, 4),
    (Trouble.takes_away, 1),
    (Trouble.moves_a_case, 3),
    (Trouble.covers, 5),
)
