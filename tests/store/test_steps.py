"""Long writes beside an officer who goes on saving."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from sqlalchemy import Connection, text

from fieldpo.store.database.meta import put_meta
from fieldpo.store.steps import Pace, Steps, write_in_steps
from fieldpo.store.vault import Vault

STEPS = Pace(rows=20, beside_a_save=5)


def test_alone_a_transaction_is_long(bare_vault: Vault) -> None:
    """Nobody else writes: twenty rows a transaction, and the end with the last of them; nothing to write still ends."""
    written = list[int]()
    steps: Steps[int] = Steps(STEPS, lambda _, some: written.append(len(some)), lambda _: written.append(0))
    write_in_steps(bare_vault, range(50), steps)
    write_in_steps(bare_vault, range(0), steps)
    assert written == [20, 20, 10, 0, 0]


def test_while_somebody_saves_transactions_are_short(bare_vault: Vault) -> None:
    """A save that has to wait comes after the transaction under way; those that follow have five rows each."""
    written, waits = list[int](), threading.Event()

    def save() -> None:
        waits.set()
        with bare_vault.writing() as connection:
            put_meta(connection, "saved", str(sum(written)))

    officer = threading.Thread(target=save)

    def write(_: Connection, some: Sequence[int]) -> None:
        if not written:
            officer.start()
            waits.wait()
            while not bare_vault.waited_for_lately:  # it has asked for its turn
                pass
        written.append(len(some))

    write_in_steps(bare_vault, range(35), Steps(STEPS, write, lambda _: None))
    officer.join()
    assert written == [20, 5, 5, 5]
    with bare_vault.reading() as connection:
        assert connection.scalar(text("SELECT value FROM meta WHERE key = 'saved'")) == "20"
