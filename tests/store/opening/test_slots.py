"""The key file and its slots."""

from __future__ import annotations

import json
import stat
import sys
from pathlib import Path
from typing import Any

import pytest

from fieldpo.errors import NoVault, VaultDamaged, WeakPassphrase, WrongPassphrase
from fieldpo.store.files import KEYS
from fieldpo.store.opening.keys import Unlocked, change_passphrase, make_keys, read_keys, unlock, write_keys

PHRASE = "grey heron over the weir"
OTHER = "seven lamps on the quay"


def never_asked() -> None:
    """A keyring finder for vaults that must not ask."""
    raise AssertionError("the keyring was asked")


@pytest.fixture(scope="module")
def keys() -> Unlocked:
    """Keys of a training vault, not written anywhere."""
    return make_keys(PHRASE, user_id="po.reyes", device_id="d1", training=True, keyring=never_asked)


@pytest.fixture
def made(tmp_path: Path, keys: Unlocked) -> Unlocked:
    """The same keys, written to the test's folder."""
    write_keys(tmp_path, keys.keys)
    return keys


def change(folder: Path, path: tuple[str | int, ...], value: object) -> None:
    """Change one value of the key file in place."""
    content: Any = json.loads((folder / KEYS).read_text())
    target = content
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = value
    (folder / KEYS).write_text(json.dumps(content))


def test_the_passphrase_gives_the_data_key_back(tmp_path: Path, made: Unlocked) -> None:
    """What was made is what is unlocked, however the letters are composed, and only by this passphrase."""
    assert unlock(tmp_path, PHRASE, keyring=never_asked) == made
    assert len(made.data_key) == 32
    with pytest.raises(WrongPassphrase):
        unlock(tmp_path, PHRASE + " ", keyring=never_asked)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows guards files by ACL")
def test_the_key_file_is_private_even_under_a_loose_umask(tmp_path: Path, made: Unlocked) -> None:
    """Key file, counter and lock are 0600 whatever the umask, and no temporary file stays."""
    unlock(tmp_path, PHRASE, keyring=never_asked)
    files = [path for path in tmp_path.iterdir() if path.is_file()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert not [path for path in files if path.suffix == ".tmp"]


def test_neither_passphrase_nor_key_is_in_the_file_or_in_a_repr(tmp_path: Path, made: Unlocked) -> None:
    """The key file holds nothing in plain but who it belongs to."""
    raw = (tmp_path / KEYS).read_bytes()
    assert PHRASE.encode() not in raw
    assert made.data_key.hex().encode() not in raw
    assert repr(made.data_key) not in repr(made)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("vault_id",), "another"),
        (("device_id",), "d2"),
        (("user_id",), "po.other"),
        (("slots", 0, "rounds"), 600_001),
        (("slots", 0, "salt"), "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
        (("slots", 0, "note"), "added"),
    ],
)
def test_every_field_of_the_header_is_authenticated(
    tmp_path: Path, made: Unlocked, path: tuple[str | int, ...], value: object
) -> None:
    """A changed head or slot header opens nothing."""
    change(tmp_path, path, value)
    with pytest.raises(WrongPassphrase):
        unlock(tmp_path, PHRASE, keyring=never_asked)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("slots", 0, "rounds"), 1),
        (("slots", 0, "rounds"), 10**12),
        (("slots", 0, "kdf"), "md5"),
        (("slots", 0, "nonce"), "!!"),
        (("slots", 0, "sealed"), 7),
        (("slots", 0, "kind"), "unknown"),
        (("slots",), {}),
        (("training",), "yes"),
        (("version",), 2),
    ],
)
def test_a_malformed_key_file_is_damaged_not_a_wrong_passphrase(
    tmp_path: Path, made: Unlocked, path: tuple[str | int, ...], value: object
) -> None:
    """Values that no fieldpo wrote are refused at once, and no attempt is made with them."""
    change(tmp_path, path, value)
    with pytest.raises(VaultDamaged):
        unlock(tmp_path, PHRASE, keyring=never_asked)


@pytest.mark.parametrize("raw", [b"", b"[]", b"\xff\xfe", b'{"version": 1}'])
def test_a_file_that_is_no_key_file_is_damaged(tmp_path: Path, raw: bytes) -> None:
    """Whatever stands in the file, a sentence comes out."""
    (tmp_path / KEYS).write_bytes(raw)
    with pytest.raises(VaultDamaged):
        read_keys(tmp_path)


def test_no_key_file_is_no_vault(tmp_path: Path) -> None:
    """A computer without a vault says that it is not enrolled."""
    with pytest.raises(NoVault, match="not enrolled"):
        unlock(tmp_path / "nowhere", PHRASE)


def test_changing_the_passphrase_rewrites_one_slot(tmp_path: Path, made: Unlocked) -> None:
    """The data key stays, the old passphrase ends, and a slot of another kind stays as it was."""
    recovery = {"kind": "agency-recovery", "key_id": "k7", "sealed": "AAAA"}
    content = json.loads((tmp_path / KEYS).read_text())
    content["slots"].append(recovery)
    (tmp_path / KEYS).write_text(json.dumps(content))

    change_passphrase(tmp_path, PHRASE, OTHER, keyring=never_asked)

    assert unlock(tmp_path, OTHER, keyring=never_asked).data_key == made.data_key
    assert read_keys(tmp_path).slots[1] == recovery
    with pytest.raises(WrongPassphrase):
        unlock(tmp_path, PHRASE, keyring=never_asked)


def test_a_refused_change_leaves_the_old_passphrase(tmp_path: Path, made: Unlocked) -> None:
    """A weak new passphrase, or a wrong old one, changes not a byte."""
    before = (tmp_path / KEYS).read_bytes()
    with pytest.raises(WeakPassphrase):
        change_passphrase(tmp_path, PHRASE, "short", keyring=never_asked)
    with pytest.raises(WrongPassphrase):
        change_passphrase(tmp_path, OTHER, OTHER, keyring=never_asked)
    assert (tmp_path / KEYS).read_bytes() == before


def test_a_training_vault_wants_fifteen_characters_too(tmp_path: Path) -> None:
    """Its passphrase stands alone, since the keyring is never asked."""
    with pytest.raises(WeakPassphrase):
        make_keys("heron14weir", user_id="u", device_id="d", training=True, keyring=never_asked)
