"""Everything that fieldpo raises for a reason a person can act on.

A message is one sentence or two: what happened, what is safe, what to do next. It never holds a client's
name or note, a key or a token. The shell prints it to standard error and ends with the class's exit code;
the app shows it in place.

FieldpoError                1  a check failed, or nothing below fits
├── BadInput                2  an argument, a line or a file that cannot be read as meant
│   ├── ConfigError         2  a settings file: names the file and the key
│   ├── ImportRefused       2  an agency's file or its mapping; nothing of the bad rows was loaded
│   └── WeakPassphrase      2  a new passphrase that the rules do not accept
├── NotFound                2  no such person, case, record, pack or code
├── PolicyError             2  a policy pack that cannot be used
├── Offline                 3  central did not answer; the work is kept in the outbox
├── NeedsAttention          4  work is kept, and a person has to decide something
│   └── CentralRefused      4  central answered, and said no
│       └── SignInNeeded    4  the device's sign-in ended; enrol again, the work is kept
└── VaultError              5  the vault cannot be opened or used
    ├── WrongPassphrase     5
    ├── VaultLocked         5  locked, or another fieldpo holds it
    │   ├── VaultBusy       5  another fieldpo was writing for too long; nothing was written
    │   └── AlreadySyncing  5  another fieldpo is syncing this vault right now
    ├── VaultDamaged        5  the file does not check out; nothing was changed
    ├── VaultExists         5  a vault is already here, and stays as it is
    ├── DeviceSecretLost    5  this computer's keyring does not give its half of the key
    ├── StorageFailed       5  the disk did not take it; nothing was written
    │   ├── DiskFull        5  no room left
    │   └── ReadOnlyDisk    5  the folder or disk cannot be written
    └── NoVault             6  this computer is not enrolled

Further codes: 0 all went well; 130 ended by Ctrl+C.
"""

from __future__ import annotations

from typing import ClassVar


class FieldpoError(Exception):
    """Base of every error meant for a person; `str(error)` is what they read."""

    exit_code: ClassVar[int] = 1

    @property
    def message(self) -> str:
        """The sentence shown to the person."""
        return str(self)


class BadInput(FieldpoError):
    """What was given cannot be read as meant."""

    exit_code = 2


class ConfigError(BadInput):
    """A settings file is wrong; the message names the file and the key."""


class ImportRefused(BadInput):
    """An agency's file or its mapping cannot be loaded."""


class NotFound(FieldpoError):
    """Nothing here has that identifier."""

    exit_code = 2


class WeakPassphrase(BadInput):
    """The new passphrase is too short or too easily guessed."""


class PolicyError(FieldpoError):
    """A policy pack is missing, malformed or contradicts itself."""

    exit_code = 2


class Offline(FieldpoError):
    """Central did not answer; the work is kept and goes at the next sync."""

    exit_code = 3


class NeedsAttention(FieldpoError):
    """The work is kept, and a person has to decide before it can go on."""

    exit_code = 4


class CentralRefused(NeedsAttention):
    """Central answered and said no; the work is kept."""


class SignInNeeded(CentralRefused):
    """The device's sign-in has ended; the work is kept until the officer signs in again."""


class VaultError(FieldpoError):
    """The vault on this computer cannot be opened or used."""

    exit_code = 5


class WrongPassphrase(VaultError):
    """The passphrase opens no slot of this vault."""


class VaultLocked(VaultError):
    """The vault is locked, or another fieldpo holds it."""


class VaultBusy(VaultLocked):
    """Another fieldpo was writing for too long; nothing of this act was written."""


class AlreadySyncing(VaultLocked):
    """Another fieldpo is syncing this vault; one sync runs at a time."""


class VaultDamaged(VaultError):
    """The vault or its slot file does not check out; nothing was changed."""


class VaultExists(VaultError):
    """A vault is already in this folder; it was not touched."""


class DeviceSecretLost(VaultError):
    """The computer's keyring does not give the device's half of the key; the vault is unharmed."""


class StorageFailed(VaultError):
    """The disk did not take what was written; the vault stands as before."""


class DiskFull(StorageFailed):
    """No room is left on the disk."""


class ReadOnlyDisk(StorageFailed):
    """The folder or the disk cannot be written."""


class NoVault(VaultError):
    """This computer has no vault: it is not enrolled."""

    exit_code = 6
