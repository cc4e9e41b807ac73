"""A save does not wait for a whole sync: writers come in the order in which they asked."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import text

from fieldpo.store.database.turns import Turns
from fieldpo.store.vault import Vault


def test_a_save_waits_for_the_slice_under_way_and_no_more(bare_vault: Vault) -> None:
    """While another thread writes slice after slice without a pause, a save comes after the one under way."""
    stop, begun = threading.Event(), threading.Event()
    slices = 0

    def sync() -> None:
        nonlocal slices
        while not stop.is_set():
            with bare_vault.writing() as connection:
                connection.execute(
                    text("INSERT OR REPLACE INTO meta (key, value) VALUES ('slice', :n)"), {"n": str(slices)}
                )
                slices += 1
            begun.set()

    thread = threading.Thread(target=sync)
    thread.start()
    try:
        assert begun.wait(30)
        waited = []
        for _ in range(20):
            before = slices
            with bare_vault.writing() as connection:
                waited.append(slices - before)
                connection.execute(text("INSERT OR REPLACE INTO meta (key, value) VALUES ('save', 'x')"))
    finally:
        stop.set()
        thread.join()
    assert sorted(waited)[len(waited) // 2] <= 2
    assert max(waited) <= 10


def test_who_gives_up_leaves_the_row_to_the_others() -> None:
    """A turn that does not come in time is refused, and the next one in the row still gets it."""
    turns, order = Turns(), list[str]()
    with turns.turn(1):
        with pytest.raises(TimeoutError), turns.turn(0):
            order.append("never")

        def wait() -> None:
            with turns.turn(30):
                order.append("waited")

        thread = threading.Thread(target=wait)
        thread.start()
    thread.join()
    with turns.turn(0):
        order.append("free again")
    assert order == ["waited", "free again"]
