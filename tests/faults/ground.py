"""A central that runs as a process, its officers, and laptops enrolled with it by the real device flow."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from fieldpo.central.accounts.users import User
from fieldpo.central.books.database import open_database, writing
from fieldpo.central.books.meta import say_training
from fieldpo.central.books.migrations import migrate
from fieldpo.central.deciding.access import cover
from fieldpo.sync import enrol
from fieldpo.sync.protocol.exchange import caseload_partition
from fieldpo.sync.protocol.ids import new_id
from fieldpo.sync.protocol.kinds import Person
from fieldpo.sync.transport import Transport
from tests.filled_vault import PASSPHRASE
from tests.running_central import Central

from .central_process import CentralProcess
from .laptops import Laptop


@dataclass
class Ground:
    """Central's process, its database seen from the test, and the laptops."""

    process: CentralProcess
    central: Central
    folder: Path
    laptops: list[Laptop] = field(default_factory=list)
    persons: dict[str, list[str]] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)

    def officer(self, login: str, clients: int = 3) -> User:
        """An officer with clients."""
        user = self.central.user(login)
        self.users[login] = user
        self.persons[user.id] = [new_id() for _ in range(clients)]
        self.central.put(user.id, [(one, Person(family_name=f"Client {one[-4:]}")) for one in self.persons[user.id]])
        return user

    def covers(self, away: User, user: User) -> None:
        """The one works in the other's caseload."""
        with writing(self.central.engine) as conn:
            cover(conn, caseload_partition(away.id), user.id, dt.datetime.now(dt.UTC) + dt.timedelta(days=2))

    def enrol(
        self, user: User, folder: Path | None = None, *, url: str = "", of: User | None = None, load: bool = True
    ) -> Laptop:
        """A laptop of an officer, for the clients of that officer or `of` another; `url` may be a proxy's."""
        with Transport(self.process.url) as transport:
            code = enrol.ask(transport, with_keyring=False)
            self.central.approve(code.user_code, user)
            enrolled = enrol.wait(transport, code, enrol.Waiting(sleep=lambda _: None))
        name = f"{user.login}{len(self.laptops)}"
        at = folder or self.folder / name / "data"
        enrol.make_vault(at, PASSPHRASE, url or self.process.url, enrolled).close()
        laptop = Laptop(name, at, user.id, self.persons[(of or user).id])
        self.laptops.append(laptop)
        if load:
            laptop.sync()
        return laptop


@contextmanager
def ground(folder: Path, database_url: str = "") -> Iterator[Ground]:
    """A fresh training central as a process, until the block ends."""
    url = database_url or f"sqlite:///{folder / 'central.db'}"
    engine = open_database(url)
    migrate(engine)
    with writing(engine) as conn:
        say_training(conn, training=True)
    process = CentralProcess(url, folder / "central.log")
    process.start()
    made = Ground(process, Central(engine, process.url), folder)
    try:
        yield made
    finally:
        for laptop in made.laptops:
            laptop.kill()
        process.kill()
        engine.dispose()
