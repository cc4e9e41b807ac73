"""Long writes beside an officer who goes on saving."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import pytest
from sqlalchemy import Connection, text

from fieldpo.store.database.meta import put_meta
from fieldpo.store.steps import Pace, Steps
from fieldpo.store.vault import Vault

STEPS = Pace(rows=20, beside_a_save=5)


def test_alone_a_transaction_is_long(bare_vault: Vault) -> None:
    """Nobody else writes: twenty rows a transaction, and what follows goes on in the one that has room left."""
    written = list[int]()
    with Steps(bare_vault, STEPS) as steps:
        steps.each(range(50), lambda _, some: written.append(len(some)))
        steps.each(range(0), lambda _, some: written.append(len(some)))
        steps.each(range(15), lambda _, some: written.append(len(some)))
    assert written == [20, 20, 10, 10, 5]


def test_what_is_written_after_a_write_shares_its_transaction(bare_vault: Vault) -> None:
    """While there is room: then all of it is committed, in its order, and what was raised takes back no more."""

    def write() -> None:
        with Steps(bare_vault, STEPS) as steps:
            put_meta(steps.connection, "first", "1")
            steps.each(range(19), lambda connection, some: put_meta(connection, "rows", str(len(some))))
            assert not _reads(bare_vault)
            steps.wrote(1)
            assert _reads(bare_vault) == {"first": "1", "rows": "19"}
            put_meta(steps.connection, "later", "1")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write()
    assert _reads(bare_vault) == {"first": "1", "rows": "19"}


def _reads(vault: Vault) -> dict[str, str]:
    with vault.reading() as connection:
        found = connection.execute(text("SELECT key, value FROM meta WHERE key IN ('first', 'rows', 'later')"))
        return {row.key: row.value for row in found}


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

    with Steps(bare_vault, STEPS) as steps:
        steps.each(range(35), write)
    officer.join()
    assert written == [20, 5, 5, 5]
    with bare_vault.reading() as connection:
        assert connection.scalar(text("SELECT value FROM meta WHERE key = 'saved'")) == "20"
