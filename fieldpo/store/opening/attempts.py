"""The failure counter: five failed unlocks in 15 minutes lock the vault (CJIS AC-7).

Each attempt is written down before it is made, in a file and, where there is one, in the keyring, and struck
out when it succeeds; so ending the program in mid-attempt counts as a failure, and deleting the file alone
gains nothing. Attempts are made one at a time.

The file also keeps when tries failed since the vault was last opened, for the log (CJIS AU-2): a closed vault cannot be
written to, so they go into the log with the next opening.

Release: a training vault releases itself 15 minutes after the last counted attempt; tries that are refused
while it is locked are not attempts. A real vault stays locked until its agency releases it, as AC-7 wants. There
is no release here yet: a signed release order comes with the wipe orders, and until then the agency enrols the
device anew. Time alone never releases a real vault.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, TypeVar

from fieldpo.errors import DeviceSecretLost, VaultLocked, WrongPassphrase
from fieldpo.store.files import ATTEMPTS, VAULT_LOCK, file_lock, write_private
from fieldpo.store.opening.device_secret import DeviceKeyring

WINDOW: Final = timedelta(minutes=15)
MOST_FAILURES: Final = 5

MOST_UNLOGGED: Final = 200
"""Failed tries that are kept for the log, the newest: enough for any guessing that the counter lets happen."""

Opened = TypeVar("Opened")
Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Standing:
    """Where the counter stands: attempts left, and when a locked training vault clears (UTC)."""

    locked: bool
    left: int
    clears_at: datetime | None = None


def utc_now() -> datetime:
    """The device's clock, in UTC."""
    return datetime.now(UTC)


def with_attempt(failures: frozenset[datetime], now: datetime) -> frozenset[datetime]:
    """The failures that count at `now`, and the new one. One stamped in the future counts too."""
    return frozenset(stamp for stamp in failures if now - stamp < WINDOW) | {now}


def standing(failures: frozenset[datetime], now: datetime, *, training: bool) -> Standing:
    """Judge the counter. Once full it stays full: only then are old failures kept."""
    if len(failures) >= MOST_FAILURES:
        clears_at = max(failures) + WINDOW if training else None
        # abs: with the clock set back, a training vault must not stay locked for years
        if clears_at is None or abs(now - max(failures)) < WINDOW:
            return Standing(True, 0, clears_at)
        return Standing(False, MOST_FAILURES)
    counting = sum(1 for stamp in failures if now - stamp < WINDOW)
    return Standing(False, MOST_FAILURES - counting)


def attempt(
    folder: Path,
    try_it: Callable[[], Opened],
    *,
    vault_id: str,
    training: bool,
    keyring: DeviceKeyring | None,
    clock: Clock = utc_now,
) -> Opened:
    """Make one counted attempt. Raises `VaultLocked` if none is left, else what `try_it` raises."""
    with file_lock(folder, VAULT_LOCK):
        now = clock()
        failures = read_failures(folder, vault_id, keyring)
        before = standing(failures, now, training=training)
        if before.locked:
            raise _locked(before)
        kept = frozenset() if len(failures) >= MOST_FAILURES else failures
        failures = with_attempt(kept, now)
        unlogged = failed_since_opened(folder)
        _write(folder, vault_id, keyring, failures, unlogged | {now})
        try:
            opened = try_it()
        except WrongPassphrase as error:
            after = standing(failures, now, training=training)
            if after.locked:
                raise _locked(after) from error
            tries = "1 try is" if after.left == 1 else f"{after.left} tries are"
            raise WrongPassphrase(f"{error} {tries} left before it locks.") from error
        _write(folder, vault_id, keyring, frozenset(), unlogged)
        return opened


def read_failures(folder: Path, vault_id: str, keyring: DeviceKeyring | None) -> frozenset[datetime]:
    """The failures that either the file or the keyring knows of. A file that cannot be read holds none."""
    text = _text(folder)
    mirrored: str | None = None
    if keyring is not None:
        with contextlib.suppress(DeviceSecretLost):  # the file still counts
            mirrored = keyring.read(_name(vault_id))
    return _parse(text) | _parse(mirrored or "")


def failed_since_opened(folder: Path) -> frozenset[datetime]:
    """When tries failed since the vault was last opened, as far as the file tells."""
    return _parse(_text(folder), "since_opened")


def forget_logged(folder: Path, logged: frozenset[datetime]) -> None:
    """These failed tries stand in the log now. The caller holds the vault's lock. Raises `StorageFailed`."""
    if logged:
        text = _text(folder)
        write_private(folder / ATTEMPTS, _content(_parse(text), _parse(text, "since_opened") - logged).encode())


def _text(folder: Path) -> str:
    try:
        return (folder / ATTEMPTS).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _write(
    folder: Path,
    vault_id: str,
    keyring: DeviceKeyring | None,
    failures: frozenset[datetime],
    unlogged: frozenset[datetime],
) -> None:
    write_private(folder / ATTEMPTS, _content(failures, unlogged).encode())
    if keyring is not None:
        with contextlib.suppress(DeviceSecretLost):  # the file still counts
            keyring.write(_name(vault_id), _content(failures, frozenset()))


def _content(failures: frozenset[datetime], unlogged: frozenset[datetime]) -> str:
    kept = {"version": 1, "failures": sorted(stamp.isoformat() for stamp in failures)}
    if unlogged:
        kept["since_opened"] = [stamp.isoformat() for stamp in sorted(unlogged)[-MOST_UNLOGGED:]]
    return json.dumps(kept)


def _parse(text: str, name: str = "failures") -> frozenset[datetime]:
    try:
        stamps = [datetime.fromisoformat(stamp) for stamp in json.loads(text)[name]]
    except (ValueError, KeyError, TypeError):
        return frozenset()
    return frozenset(stamp for stamp in stamps if stamp.tzinfo is not None)


def _name(vault_id: str) -> str:
    return f"{vault_id}:attempts"


def _locked(now: Standing) -> VaultLocked:
    what = f"Locked after {MOST_FAILURES} failed tries. Every entry is safe in the vault. "
    if now.clears_at is None:
        return VaultLocked(what + "Your agency's administrator has to release it.")
    return VaultLocked(what + f"This training vault opens again at {now.clears_at.astimezone():%H:%M}.")
