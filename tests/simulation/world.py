"""The world of one run: steps of officers, laptops, network, central and trouble; then healing and the checker."""

from __future__ import annotations

import contextlib
import datetime as dt
import random
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import text

from fieldpo.central.books.database import reading
from fieldpo.errors import FieldpoError
from fieldpo.sync.protocol.held import CREATE
from fieldpo.sync.protocol.ops import Op, thaw

from . import invariants
from .activities import anything
from .agency import Agency
from .asgi import Came
from .cast import ALWAYS, CASES, EVERYBODY, START, LaptopOf
from .desk import Desk
from .evidence import Seen, look
from .healing import heal
from .laptop import Laptop, Pace
from .meanwhile import agency_acts
from .network import FATES, Link, Network
from .office import Office
from .seams import Killed, Seams
from .seen_wrong import Violated, standing
from .templates import fresh_templates
from .trouble import Trouble
from .typed import TypedList
from .witness import witnessed


@dataclass
class Options:
    """What may be chosen for a run beside its seed. `clocks` off leaves every device's clock right."""

    steps: int = 60
    clocks: bool = True
    only: tuple[str, ...] | None = None
    """The kinds of trouble that may come; None for those that the seed draws."""
    cast: tuple[LaptopOf, ...] | None = None
    """Whose laptops play; None for those that the seed draws."""


PLAYS = 0.55
"""How often each laptop plays that need not: every one more is time."""

WEATHERS = (0.0, 0.0, 0.1, 0.3)
"""How many of a run's requests meet something on the network, beside the troubles that the seed draws."""


class Simulation:
    """The world of one run."""

    def __init__(self, seed: int, options: Options, folder: Path) -> None:
        self.seed, self.options, self.folder = seed, options, folder
        self.rng = random.Random(f"{seed}/steps")
        drawn = tuple(one for one in EVERYBODY if one in ALWAYS or self.rng.random() < PLAYS)
        self.cast = drawn if options.cast is None else options.cast
        self.weather = self.rng.choice(WEATHERS) if options.only is None else 0.0
        self.ids = random.Random(f"{seed}/ids")
        self.clock = START
        self.trace: list[str] = []
        self.met: Counter[str] = Counter()
        self.typed = TypedList()
        self.names: dict[str, int] = {}
        self.rewritten = False
        self.seams = Seams(self._draw)
        self.laptops: list[Laptop] = []
        self.copies = 0
        self.sent: set[str] = set()

    def _draw(self) -> tuple[int, bytes]:
        moment = self.clock
        for laptop in self.laptops:
            if self.seams.stack and self.seams.stack[-1] is laptop.process:
                moment = laptop.now()
        return int(moment.timestamp() * 1000), self.ids.randbytes(10)

    def now(self) -> dt.datetime:
        """Central's clock."""
        return self.clock

    def set_up(self, templates: Path | None = None) -> None:
        """Copy the templates and open them: without any given, laptops that never synced."""
        templates = templates or fresh_templates(self.folder.parent)
        shutil.copyfile(templates / "central.db", self.folder / "central.db")
        self.agency = Agency(self.folder, self.seams, self.now)
        self.office = Office(self.agency)
        self.network = Network(self.agency, told=self._told, left=self._left, met=self.met)
        for rows in CASES.values():
            for record_id, _ in rows:
                self.order(record_id)
        for enrolled in self.cast:
            shutil.copytree(templates / enrolled.name, self.folder / enrolled.name)
            self.add_laptop(enrolled, enrolled.name, self.folder / enrolled.name)
        self.trouble = Trouble(self)
        for laptop in self.laptops:
            drawn = self.rng.choice((0, 0, 3_650, -3_650))
            laptop.ahead = dt.timedelta(days=drawn if self.options.clocks else 0)

    def add_laptop(self, enrolled: LaptopOf, name: str, folder: Path) -> Laptop:
        """One more laptop in the field."""
        laptop = Laptop(enrolled, name, folder, self.seams, Link(self.network), self.now)
        laptop.pace = Pace(self.rng.choice((1, 3, 50)), self.rng.choice((4, 15, 500)), self.rng.choice((2, 5, 200)))
        self.laptops.append(laptop)
        return laptop

    def order(self, record_id: str) -> int:
        """An id's place among all that were met."""
        return self.names.setdefault(record_id, len(self.names))

    def say(self, line: str) -> None:
        """One event for the trace, without any id or time of a device in it."""
        self.trace.append(line)

    def _told(self, request: dict[str, Any], came: Came | None) -> None:
        ops = [self.names.get(_op_id(frozen), -1) for _, frozen in request["ops"]]
        self.say(f"  exchange {self.order(request['device'])} ops {ops} -> {came.status if came else 'died'}")

    def _left(self, request: dict[str, Any]) -> None:
        self.sent.update(_op_id(frozen) for _, frozen in request["ops"])
        self.agency.heard.released |= self.typed.let_out()

    # The run

    def run(self, templates: Path | None = None) -> list[str]:
        """All of it; what was violated, or nothing."""
        with self.seams.held():
            try:
                self.set_up(templates)
                for half in (1, 2):
                    for _ in range(self.options.steps // 2):
                        self.step()
                    heal(self, thorough=half == 2 and self.seed % 3 == 0)
                    self.say(standing(self.check(f"after healing {half}", at_rest=True), self.names))
            except Violated as violated:
                return violated.found
            finally:
                for laptop in self.laptops:
                    with contextlib.suppress(Killed):
                        laptop.crash()
                if hasattr(self, "agency"):
                    self.agency.stop()
        return []

    def step(self) -> None:
        """One thing happens."""
        self.clock += dt.timedelta(seconds=self.rng.randint(1, 600))
        busy = [one for one in self.laptops if one.syncing]
        ways: list[tuple[Callable[[], None], float]] = [
            (self.officer_acts, 9),
            (lambda: self.go_on(self.rng.choice(busy)), 7 if busy else 0),
            (self.start_sync, 2),
            (lambda: agency_acts(self.trouble), 1.2),
            (self.trouble.something, 2.0),
            (self.late_request, 1 if self.network.late else 0),
        ]
        self.rng.choices([way for way, _ in ways], [weight for _, weight in ways])[0]()

    def officer_acts(self) -> None:
        """Some officer does something at a laptop."""
        laptop = self.rng.choice(self.laptops)
        self.act_at(laptop, anything)

    def act_at(self, laptop: Laptop, drawn: Callable[[Desk], tuple[str, Any]]) -> None:
        """One activity at a laptop, with whatever becomes of it."""
        self.meet_made()
        desk = Desk(laptop, self.rng, self.typed, self.order)
        name = "open"
        before = self.typed.count
        try:
            laptop.open()
            name, do = drawn(desk)
            label = do()
            self.say(f"{laptop.name}: {name} -> {label}")
            for word in self._words(before):
                self.typed.texts[word].shown_saved = label is not None
        except Killed:
            self.say(f"{laptop.name}: {name} -> killed")
            self.reopen(laptop)
        except FieldpoError as refused:
            self.say(f"{laptop.name}: {name} -> {type(refused).__name__}")
        self.meet_ops(laptop)

    def _words(self, before: int) -> list[str]:
        return [one for n in range(before, self.typed.count) if (one := f"txt{n + 1:05d}") in self.typed.texts]

    def meet_ops(self, laptop: Laptop) -> None:
        """Name the ops that are new in an outbox, and find the texts that they carry."""
        with laptop.look_into().reading() as connection:
            rows = connection.execute(text("SELECT op_id, record_id, text FROM frozen_op ORDER BY position")).all()
        for row in rows:
            if row.op_id in self.names and row.record_id in self.names:
                continue
            self.order(row.op_id)
            self.order(row.record_id)
            if row.text:
                self.typed.found(thaw(row.text))

    def meet_made(self) -> None:
        """Name what central has made of people not listed, in the order of its making: its ids have a clock in them."""
        if any(one.decision == CREATE for one in self.typed.decided.values()):
            with reading(self.agency.engine) as conn:
                for wrote in witnessed(conn):
                    self.order(wrote.record_id)

    def was_sent(self, op_id: str) -> bool:
        """Whether any request carried the op, arrived or not."""
        return op_id in self.sent

    def forget_lost(self) -> None:
        """What stood only on a disk that is no more is gone with it: neither on a laptop nor at central."""
        replaced = {one.name for one in self.laptops if one.put_back}
        if not replaced:
            return
        seen = self.look(at_rest=False)
        received = {row["op_id"] for row in seen.central.inbox}
        for one in self.typed.standing():
            here = any(one.op_id in each.thawed for each in seen.laptops)
            if one.laptop in replaced and one.op_id not in received and not here:
                one.gone = True

    def start_sync(self) -> None:
        """A laptop begins to sync."""
        idle = [one for one in self.laptops if not one.syncing]
        if idle:
            laptop = self.rng.choice(idle)
            self.say(f"{laptop.name}: sync")
            if not laptop.link.fates:
                laptop.link.fates = [
                    "" if self.rng.random() >= self.weather else self.rng.choice(FATES) for _ in range(5)
                ]
            self.guarded(laptop, lambda: laptop.begin_sync(self.rng, self.rng.choice((1, 2, 3))))

    def go_on(self, laptop: Laptop) -> None:
        """A sync under way makes some half-steps."""
        for _ in range(self.rng.randint(1, 5)):
            if laptop.syncing:
                self.guarded(laptop, lambda: self._half_step(laptop))

    def _half_step(self, laptop: Laptop) -> None:
        ended = laptop.step_sync(meanwhile_first=self.rng.random() < 0.5)
        if ended is None:
            return
        if isinstance(ended, FieldpoError):
            self.say(f"{laptop.name}: sync -> {type(ended).__name__}")
        else:
            said = (ended.received, ended.held, ended.returned, ended.conflicts, ended.pulled, ended.not_sent)
            self.say(f"{laptop.name}: sync -> {said}")
        self.check(f"after {laptop.name}'s sync", at_rest=False, laptop=laptop)

    def guarded(self, laptop: Laptop, do: Callable[[], None], *, lost: bool = False) -> None:
        """Do something on a laptop that may be killed over it; `lost` where an older disk took its disk's place."""
        try:
            do()
        except Killed:
            self.say(f"{laptop.name}: killed")
            self.reopen(laptop)
            if lost:
                self.forget_lost()
            self.check(f"after {laptop.name} was killed", at_rest=False, laptop=laptop)
        except FieldpoError as refused:
            self.say(f"{laptop.name}: {type(refused).__name__}")

    def reopen(self, laptop: Laptop) -> None:
        """Start the program again; what it finds in its outbox was saved."""
        laptop.crash()
        laptop.open()
        self.meet_ops(laptop)
        for one in self.typed.texts.values():
            if one.laptop == laptop.name and one.op_id and not one.gone:
                one.shown_saved = True

    def late_request(self) -> None:
        """Something that the network held comes to central after all."""
        late = self.network.late.pop(self.rng.randrange(len(self.network.late)))
        self.say("late request")
        self.network.reach(late)

    # Checking

    def check(self, when: str, *, at_rest: bool, laptop: Laptop | None = None) -> Seen:
        """Judge everything, or in the middle of things one laptop. Raises Violated."""
        seen = self.look(at_rest=at_rest, laptop=laptop)
        found = [
            f"{invariants.number_of(judge)}: {judge.__name__}: {one} ({when})"
            for judge in (invariants.AT_REST if at_rest else invariants.ALWAYS)
            for one in judge(seen)
        ]
        if found:
            raise Violated(found)
        return seen

    def look(self, *, at_rest: bool, laptop: Laptop | None = None) -> Seen:
        """The present moment, of all laptops or of one and the texts typed there."""
        looked = self.laptops if laptop is None else [laptop]
        typed = self.typed if laptop is None else self.typed.of([laptop.name])
        return look(self.agency, looked, typed, at_rest=at_rest, rewritten=self.rewritten)


def _op_id(frozen: str) -> str:
    op: Op = thaw(frozen)
    return op.op_id
