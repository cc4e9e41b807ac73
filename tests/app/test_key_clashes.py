"""What the settings' keymap breaks is said at the start."""

from __future__ import annotations

from typing import Any

import pytest

from fieldpo.app import FieldpoApp
from fieldpo.bindings import by_id
from fieldpo.config import Config
from fieldpo.key_clashes import clash_words
from fieldpo.store.vault import Vault
from tests.snapshots import settled


@pytest.mark.parametrize(
    ("keymap", "told"),
    [
        ({}, ""),
        ({"log_contact": "b"}, ""),
        ({"log_contact": "s"}, "puts s on both “log contact” and “sync”"),
        ({"log_contact": "l"}, "puts l on both “level” and “log contact”"),
        ({"log_contact": "b", "attempted": "b"}, "puts b on both “log contact” and “no contact”"),
        ({"log_contact": "x", "attempted": "n"}, ""),
        ({"editor": "s"}, ""),
        ({"log_contact": "s,ctrl+s", "why": "t"}, "(1 more like it)"),
    ],
)
def test_two_commands_on_one_key_are_told(keymap: dict[str, str], told: str) -> None:
    """A clash is one where both commands work on a screen; two keys that were swapped are none."""
    said = clash_words(keymap)
    assert told in said
    assert bool(said) == bool(told)


def test_the_keys_as_shipped_do_not_clash() -> None:
    """Every key named in the keymap with the keys it has anyway."""
    assert clash_words({key.id: key.keys for key in by_id().values()}) == ""


async def test_the_app_says_it_once_the_vault_is_open(bare_vault: Vault) -> None:
    """One toast at the start."""
    app: Any = FieldpoApp(Config(keymap={"log_contact": "s"}), vault=bare_vault, sync=False)
    async with app.run_test(notifications=True) as pilot:
        await settled(pilot)
        assert [note.message.split(":")[0] for note in app._notifications] == [
            "The settings' [keymap] puts s on both “log contact” and “sync”"
        ]
