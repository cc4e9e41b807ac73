"""The two counters, what they say of the vault's past, and the locks between programs."""

from __future__ import annotations

import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldpo.errors import AlreadySyncing, NoVault
from fieldpo.store.files import STATE
from fieldpo.store.opening.state import (
    OpenCounter,
    Past,
    VaultState,
    judge,
    new_incarnation,
    read_state,
    record_entries_not_sent,
    sync_lock,
    write_state,
)

counters = st.builds(OpenCounter, st.sampled_from(["a", "b"]), st.integers(0, 12))


@given(counters, st.none() | counters)
def test_only_equal_counters_and_a_lead_of_one_keep_the_incarnation(
    database: OpenCounter, file: OpenCounter | None
) -> None:
    """Same life and equal, or the database exactly one ahead: the incarnation stays; anything else is new."""
    same_life = file is not None and file.incarnation == database.incarnation
    lead = database.opens - file.opens if file is not None else 99
    verdict = judge(database, file)
    assert verdict.new_incarnation is not (same_life and lead in (0, 1))
    assert (verdict is Past.CRASHED) is (same_life and lead == 1)
    assert (verdict is Past.RESTORED) is (same_life and lead < 0)


@dataclass(frozen=True)
class Disk:
    """A model of the database: its counter and the next sequence number it would give out."""

    counter: OpenCounter
    next_seq: int = 1


@given(st.lists(st.sampled_from(["open", "die between", "keep a copy", "put the copy back"]), max_size=30))
def test_no_life_gives_out_a_sequence_number_twice(history: list[str]) -> None:
    """Whatever crashes and restores come, two entries never get the same number in the same life.

    The model: an open that completes gives out one number; one that dies between the two writes gives out none.
    """
    file = OpenCounter("life 0", 0)
    database = copy = Disk(file)
    given_out: set[tuple[str, int]] = set()
    lives = 0
    for step in history:
        if step == "keep a copy":
            copy = database
        elif step == "put the copy back":
            database = copy
        else:
            verdict = judge(database.counter, file)
            if verdict is Past.CRASHED:
                file = database.counter
            opens = max(database.counter.opens, file.opens) + 1
            if verdict.new_incarnation:
                lives += 1
                database = Disk(OpenCounter(f"life {lives}", opens))
            else:
                database = Disk(OpenCounter(database.counter.incarnation, opens), database.next_seq)
            if step == "open":
                file = database.counter
                number = (database.counter.incarnation, database.next_seq)
                assert number not in given_out
                given_out.add(number)
                database = Disk(database.counter, database.next_seq + 1)


def test_incarnations_are_random() -> None:
    """Two clones of one vault get different ones."""
    assert len({new_incarnation() for _ in range(100)}) == 100


@given(counters, st.none() | st.integers(0, 10**6))
def test_the_state_file_reads_back_as_written(
    tmp_path_factory: pytest.TempPathFactory, counter: OpenCounter, count: int | None
) -> None:
    """What is written is read."""
    folder = tmp_path_factory.mktemp("state")
    write_state(folder, VaultState(counter, count))
    assert read_state(folder) == VaultState(counter, count)


@pytest.mark.parametrize("raw", [b"", b"{}", b"[1]", b"\xff", b'{"incarnation": "a", "opens": "x"}'])
def test_a_state_file_that_cannot_be_read_counts_as_missing(tmp_path: Path, raw: bytes) -> None:
    """Half a file or a foreign one is no traceback: the vault will get a new incarnation."""
    (tmp_path / STATE).write_bytes(raw)
    assert read_state(tmp_path) is None


def test_the_count_of_unsent_entries_leaves_the_counter_alone(tmp_path: Path) -> None:
    """Noting what waits changes only that."""
    write_state(tmp_path, VaultState(OpenCounter("a", 4), 0))
    record_entries_not_sent(tmp_path, 7)
    assert read_state(tmp_path) == VaultState(OpenCounter("a", 4), 7)


def test_one_sync_at_a_time_in_one_program(tmp_path: Path) -> None:
    """A second thread that wants to sync is told so at once, and may when the first has ended."""
    refused: list[BaseException] = []

    def second() -> None:
        try:
            with sync_lock(tmp_path):
                pass
        except AlreadySyncing as error:
            refused.append(error)

    with sync_lock(tmp_path):
        thread = threading.Thread(target=second)
        thread.start()
        thread.join()
    assert len(refused) == 1
    second()
    assert len(refused) == 1


def test_one_sync_at_a_time_between_programs_and_a_killed_one_lets_go(tmp_path: Path) -> None:
    """Another program's sync refuses ours; killed with SIGKILL, it holds nothing any more."""
    script = (
        "import pathlib, sys; from fieldpo.store.opening.state import sync_lock\n"
        "with sync_lock(pathlib.Path(sys.argv[1])):\n    print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(AlreadySyncing, match="syncing this vault right now"), sync_lock(tmp_path):
            pass
        other.kill()
    with sync_lock(tmp_path):
        pass


def test_no_folder_is_no_vault(tmp_path: Path) -> None:
    """A sync without a vault says that the computer is not enrolled."""
    with pytest.raises(NoVault), sync_lock(tmp_path / "nowhere"):
        pass
