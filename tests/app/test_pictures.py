"""Pictures of the shell's own screens."""

from __future__ import annotations

from syrupy.assertion import SnapshotAssertion

from fieldpo.app import FieldpoApp
from fieldpo.paths import paths
from tests.app.conftest import Open
from tests.filled_vault import NOW, Template, open_copy
from tests.snapshots import assert_pictures


def closed() -> FieldpoApp:
    """The app before unlocking, as the demo opens it."""
    return FieldpoApp(clock=lambda: NOW, sync=False, shown_passphrase="correct horse of the demo")


async def test_unlock(empty_template: Template, fieldpo_home: object, snapshot: SnapshotAssertion) -> None:
    """The banner, the field, what waits, and the demo's passphrase."""
    with open_copy(empty_template, paths().data) as vault:
        vault.note_entries_not_sent(7)
    await assert_pictures(snapshot, closed)


async def test_first_run(fieldpo_home: object, snapshot: SnapshotAssertion) -> None:
    """A computer that is not enrolled."""
    await assert_pictures(snapshot, closed)


async def test_help(on_list: Open, snapshot: SnapshotAssertion) -> None:
    """The keys of a list."""
    await assert_pictures(snapshot, on_list, press=["question_mark"])


async def test_the_curtain(on_list: Open, snapshot: SnapshotAssertion) -> None:
    """Nothing but the way back."""
    await assert_pictures(snapshot, on_list, press=["f2"])
