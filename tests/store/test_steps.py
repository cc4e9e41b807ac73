"""Long writes beside an officer who goes on saving."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from sqlalchemy import Connection, text

from fieldpo.store.files import DATABASE
from fieldpo.store.state import put_meta
from fieldpo.store.steps import Pace, Steps, write_in_steps
from fieldpo.store.vault import Vault

PACE = Pace(rows=20, most=60, indexed=5, beside_a_save=5)


class Written:
    """What a long write has written, by transaction; `at_first` is done within its first step."""

    def __init__(self) -> None:
        self.transactions: dict[int, list[int]] = {}
        self.ended = False

    def write(self, connection: Connection, some: Sequence[int]) -> None:
        """Take a step."""
        done = int(connection.scalar(text("SELECT count(*) FROM meta WHERE key LIKE 'row %'")) or 0)
        self.transactions.setdefault(self._began(connection, done), []).append(len(some))
        for one in some:
            put_meta(connection, f"row {one}", "")

    def _began(self, connection: Connection, done: int) -> int:
        """How many rows had been committed when this transaction began, by which it is known from the others."""
        if "began" not in connection.info or connection.info["began"][0] is not connection.get_transaction():
            connection.info["began"] = (connection.get_transaction(), done)
        return int(connection.info["began"][1])

    def end(self, _: Connection) -> None:
        """The last step is done."""
        self.ended = True


def test_alone_a_transaction_has_several_steps(bare_vault: Vault) -> None:
    """Nobody else writes: steps of twenty, three in a transaction, and the end with the last."""
    written = Written()
    write_in_steps(bare_vault, range(130), Steps(PACE, written.write, written.end))
    assert written.transactions == {0: [20, 20, 20], 60: [20, 20, 20], 120: [10]}
    assert written.ended


def test_while_somebody_saves_transactions_are_short(bare_vault: Vault) -> None:
    """A save that has to wait ends the transaction at its step; those that follow have five rows each."""
    written = Written()

    def save() -> None:
        with bare_vault.writing() as connection:
            put_meta(connection, "saved", str(sum(map(sum, written.transactions.values()))))

    officer = threading.Thread(target=save)

    def write(connection: Connection, some: Sequence[int]) -> None:
        if not written.transactions:
            officer.start()
            while not bare_vault.waited_for:
                pass
        written.write(connection, some)

    write_in_steps(bare_vault, range(35), Steps(PACE, write, written.end))
    officer.join()
    assert written.transactions == {0: [20], 20: [5], 25: [5], 30: [5]}
    with bare_vault.reading() as connection:
        assert connection.scalar(text("SELECT value FROM meta WHERE key = 'saved'")) == "20"


def test_a_large_log_is_folded_beside_a_writer(bare_vault: Vault) -> None:
    """Nine megabytes of log are moved into the database while somebody writes; neither waits."""
    bare_vault.checkpoint()
    database = bare_vault.folder / DATABASE
    before = database.stat().st_size
    for part in range(3):
        with bare_vault.writing() as connection:
            put_meta(connection, f"large {part}", "x" * 3 * 2**20)
    assert database.stat().st_size == before
    folding = threading.Thread(target=bare_vault.fold_when_large)
    with bare_vault.writing() as connection:
        put_meta(connection, "meanwhile", "1")
        folding.start()
        folding.join(60)
        assert not folding.is_alive()
        assert database.stat().st_size > before + 8 * 2**20
    with bare_vault.reading() as connection:
        assert connection.scalar(text("SELECT value FROM meta WHERE key = 'meanwhile'")) == "1"


def test_a_small_log_is_left_alone(bare_vault: Vault) -> None:
    """To fold it after every answer would cost two syncs of the disk each."""
    bare_vault.checkpoint()
    before = (bare_vault.folder / DATABASE).stat().st_size
    with bare_vault.writing() as connection:
        put_meta(connection, "large", "x" * 2**20)
    bare_vault.fold_when_large()
    assert (bare_vault.folder / DATABASE).stat().st_size == before
