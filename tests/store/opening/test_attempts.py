"""Five failed unlocks in 15 minutes lock the vault."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldpo.errors import VaultLocked, WrongPassphrase
from fieldpo.store.files import ATTEMPTS
from fieldpo.store.opening.attempts import MOST_FAILURES, WINDOW, attempt, read_failures, standing, with_attempt

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)).map(lambda stamp: stamp.replace(tzinfo=UTC))  # noqa: DTZ001


def wrong() -> None:
    """A try with a wrong passphrase."""
    raise WrongPassphrase("That passphrase does not open this vault.")


def once(folder: Path, moment: datetime, *, training: bool = False, right: bool = False) -> None:
    """One attempt at this moment."""
    attempt(
        folder,
        (lambda: None) if right else wrong,
        vault_id="v",
        training=training,
        keyring=None,
        clock=lambda: moment,
    )


def test_the_fifth_failure_in_a_quarter_hour_locks(tmp_path: Path) -> None:
    """The fifth wrong try says that it is locked, and then the right passphrase is refused too."""
    for minute in range(4):
        with pytest.raises(WrongPassphrase):
            once(tmp_path, NOON + timedelta(minutes=minute))
    with pytest.raises(VaultLocked, match="5 failed tries"):
        once(tmp_path, NOON + timedelta(minutes=4))
    with pytest.raises(VaultLocked):
        once(tmp_path, NOON + timedelta(days=30), right=True)


def test_failures_an_hour_apart_never_lock(tmp_path: Path) -> None:
    """Only failures within 15 minutes of each other add up."""
    for hour in range(20):
        with pytest.raises(WrongPassphrase, match="4 tries are left"):
            once(tmp_path, NOON + timedelta(hours=hour))


def test_the_right_passphrase_clears_the_counter(tmp_path: Path) -> None:
    """Four failures and a success start from five again."""
    for _ in range(3):
        for second in range(4):
            with pytest.raises(WrongPassphrase):
                once(tmp_path, NOON + timedelta(seconds=second))
        once(tmp_path, NOON + timedelta(seconds=5), right=True)
    assert read_failures(tmp_path, "v", None) == frozenset()


def test_a_training_vault_opens_again_by_itself(tmp_path: Path) -> None:
    """Fifteen minutes after the last counted attempt it may be tried again, with five tries."""
    for second in range(4):
        with pytest.raises(WrongPassphrase):
            once(tmp_path, NOON + timedelta(seconds=second), training=True)
    with pytest.raises(VaultLocked, match="opens again at"):
        once(tmp_path, NOON + timedelta(seconds=4), training=True)
    with pytest.raises(VaultLocked):
        once(tmp_path, NOON + timedelta(minutes=14), training=True, right=True)
    with pytest.raises(WrongPassphrase, match="4 tries are left"):
        once(tmp_path, NOON + timedelta(minutes=16), training=True)
    once(tmp_path, NOON + timedelta(minutes=16), training=True, right=True)


def test_a_program_that_dies_in_mid_attempt_has_failed(tmp_path: Path) -> None:
    """The attempt is on the disk before it is made: killing the program does not give it back."""
    script = (
        "import os, pathlib, signal, sys; from fieldpo.store.opening.attempts import attempt\n"
        "attempt(pathlib.Path(sys.argv[1]), lambda: os.kill(os.getpid(), signal.SIGKILL),"
        " vault_id='v', training=False, keyring=None)"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=False)
    assert len(read_failures(tmp_path, "v", None)) == 1


@pytest.mark.parametrize("text", ["", "[]", '{"failures": [1]}', '{"failures": ["2026-11-22T12:00:00"]}', "\0"])
def test_a_counter_that_cannot_be_read_holds_none(tmp_path: Path, text: str) -> None:
    """A damaged counter neither locks the officer out nor ends in a traceback."""
    (tmp_path / ATTEMPTS).write_text(text)
    assert read_failures(tmp_path, "v", None) == frozenset()


def test_the_file_holds_times_and_nothing_else(tmp_path: Path) -> None:
    """No passphrase that was tried, and no name."""
    with pytest.raises(WrongPassphrase):
        once(tmp_path, NOON)
    kept = [NOON.isoformat()]
    assert json.loads((tmp_path / ATTEMPTS).read_text()) == {"version": 1, "failures": kept, "since_opened": kept}


@given(st.frozensets(moments, max_size=9), moments)
def test_a_full_counter_of_a_real_vault_is_locked_at_any_time(failures: frozenset[datetime], now: datetime) -> None:
    """No clock, set forward or back, releases a real vault, and none locks one with fewer failures."""
    assert standing(failures, now, training=False).locked is (len(failures) >= MOST_FAILURES)


@given(st.frozensets(moments, max_size=9), moments)
def test_an_attempt_never_takes_the_count_down_within_the_window(failures: frozenset[datetime], now: datetime) -> None:
    """Every failure of the last 15 minutes, or stamped in the future, still counts after the next."""
    after = with_attempt(failures, now)
    assert now in after
    assert {stamp for stamp in failures if now - stamp < WINDOW} <= after
