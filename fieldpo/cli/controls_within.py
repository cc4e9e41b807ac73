"""What `fieldpo doctor` says of an opened vault: its pages, its log, what waits, and whether central answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from fieldpo import plain
from fieldpo.cli.controls import Control
from fieldpo.errors import BadInput, CentralRefused, NeedsAttention, SignInNeeded

if TYPE_CHECKING:
    from fieldpo.store.vault import Vault

LONG_AGO: Final = dt.timedelta(days=3)
"""A sync older than this is worth a word."""

_ANSWER_SECONDS: Final = 15.0

_NAMED: Final = 6
"""The most keys of a pack that a line names."""


def within(vault: Vault, now: dt.datetime) -> Iterator[Control]:
    """Every control of an opened vault; nothing of it is changed. `now` carries its UTC offset."""
    yield life(vault)
    yield integrity(vault)
    yield log(vault)
    yield from outbox(vault)
    yield from unreadable(vault)
    yield from policy(vault)
    yield last_sync(vault, now)
    if report := crash_report(vault):
        met = report.partition("\n")[0]
        said = f"fieldpo met a defect of its own at {met}; fieldpo doctor --report prints what it kept."
        yield Control("last defect", "unknown", said)
    yield from central(vault)


def crash_report(vault: Vault) -> str:
    """What the app kept of the last defect that ended it; empty where it met none."""
    from fieldpo.screens.crash import REPORT
    from fieldpo.store.database.meta import get_meta

    with vault.reading() as connection:
        return get_meta(connection, REPORT) or ""


def life(vault: Vault) -> Control:
    """What the open counters said."""
    from fieldpo.store.opening.state import Past

    said = {
        Past.CLEAN: "The vault was closed well the last time.",
        Past.CRASHED: "The last fieldpo ended in the middle of opening; nothing saved was lost.",
        Past.RESTORED: "An older copy of the vault was put back; central tells what is missing at the next sync.",
        Past.UNKNOWN: "The vault's state file was lost or is another's; entries are numbered anew, none twice.",
    }
    return Control("vault's past", "attention" if vault.opened_as.new_incarnation else "ok", said[vault.opened_as])


def integrity(vault: Vault) -> Control:
    """Every page checked against its own code, and the database's structure."""
    found = vault.integrity_problems()
    if found:
        said = f"{plain.count(len(found), 'page')} of the vault do not check out; stop work and tell your agency."
        return Control("integrity", "attention", said)
    return Control("integrity", "ok", "Every page of the vault checks out.")


def log(vault: Vault) -> Control:
    """The hash chain of what was done and read."""
    from fieldpo.store.audit import verify

    with vault.reading() as connection:
        broken = verify(connection)
    if broken is not None:
        return Control("audit log", "attention", f"The log is not whole from row {broken.n} on: {broken.reason}.")
    return Control("audit log", "ok", "Every row of the log follows from the one before it.")


def outbox(vault: Vault) -> Iterator[Control]:
    """What waits here, counted anew."""
    from fieldpo.store.acting.outbox import counts
    from fieldpo.store.acting.outbox_view import not_taken

    with vault.reading() as connection:
        found, parked = counts(connection), not_taken(connection)
    held = f"{plain.count(found.not_sent, 'entry')} not sent yet, {found.held:,} held for review at central."
    yield Control("entries", "ok", held)
    if parked:
        said = (
            f"Central could not take {plain.count(parked, 'entry')}, kept here; fieldpo outbox says why, and "
            "fieldpo outbox --try-again lets it go once more. Tell your administrator."
        )
        yield Control("not taken", "attention", said)
    if found.need_answer:
        verb = "needs" if found.need_answer == 1 else "need"
        said = f"{plain.count(found.need_answer, 'entry')} {verb} your answer: open fieldpo and press a."
        yield Control("your answers", "attention", said)


def unreadable(vault: Vault) -> Iterator[Control]:
    """What central sent in a form that does not fit, or of a kind that only a newer fieldpo knows."""
    from fieldpo.store.queries.agenda.unreadable import kind_words, newer_kinds, unreadable_ids

    with vault.reading() as connection:
        found, newer = len(unreadable_ids(connection)), newer_kinds(connection)
    if found:
        said = (
            f"Central sent {plain.count(found, 'record')} that fieldpo cannot read; fieldpo outbox lists them. "
            "They are kept as they came. Tell your administrator."
        )
        yield Control("records", "attention", said)
    if newer:
        kinds = ", ".join(kind_words(plain.clean(kind)) for kind in newer)
        said = f"Central sends what only a newer fieldpo shows: {kinds}. It is kept as it came. Update fieldpo."
        yield Control("records", "attention", said)


def policy(vault: Vault) -> Iterator[Control]:
    """The policy packs that central published: what this fieldpo cannot read of them."""
    from fieldpo.store.queries.rules.policy import pulled_packs

    with vault.reading() as connection:
        packs = pulled_packs(connection)
    for one in packs:
        if one.trouble:
            said = f"A policy pack that central published cannot be used. {one.trouble} Tell your administrator."
            yield Control("policy pack", "attention", said)
        elif one.passed_over:
            keys = ", ".join(one.passed_over[:_NAMED]) + (" and others" if len(one.passed_over) > _NAMED else "")
            said = f"{one.name} is for a newer fieldpo; this one passes over {keys}. Update fieldpo."
            yield Control("policy pack", "attention", said)
    if not any(one.trouble or one.passed_over for one in packs):
        said = f"{plain.count(len(packs), 'policy pack')} from central, read whole."
        yield Control("policy pack", "ok", said if packs else "Central published none; the demo's stands in.")


def last_sync(vault: Vault, now: dt.datetime) -> Control:
    """When central last answered for everything."""
    from fieldpo.store.database.meta import get_meta
    from fieldpo.sync.runner import LAST_SYNC

    with vault.reading() as connection:
        kept = get_meta(connection, LAST_SYNC)
    if kept is None:
        return Control("last sync", "attention", "This vault has never synced.")
    then = dt.datetime.fromisoformat(kept)
    said = f"Last synced {plain.moment(then.astimezone(now.tzinfo))}."
    return Control("last sync", "attention" if now - then > LONG_AGO else "ok", said)


def central(vault: Vault) -> Iterator[Control]:
    """Whether central answers this device; asks for nothing and sends no entry."""
    from fieldpo.store.applying.batches import Batch
    from fieldpo.sync.client import open_client
    from fieldpo.sync.disk import VaultDisk
    from fieldpo.sync.effects import Post
    from fieldpo.sync.engine import PATH
    from fieldpo.sync.packing import Prepared

    try:
        client = open_client(vault)
    except (SignInNeeded, NeedsAttention, BadInput) as refused:
        yield Control("central", "attention", refused.message)
        return
    try:
        body = Prepared(Batch((), 0)).body(VaultDisk(vault).standing(), 0)
        reply = client.post(Post(PATH, body, _ANSWER_SECONDS))
    except CentralRefused as refused:
        yield Control("central", "attention", refused.message)
        return
    finally:
        client.close()
    yield from _answered(reply)


def _answered(reply: object) -> Iterator[Control]:
    import msgspec

    from fieldpo.sync.effects import Answer, Fault
    from fieldpo.sync.protocol.exchange import PROTOCOL, Problem, SyncResponse

    match reply:
        case Fault(reason=reason):
            said = f"Central was not reached: {plain.clean(reason)}. Work goes on without it; everything is kept here."
            yield Control("central", "attention", said)
            return
        case Answer(status=200, body=body):
            try:
                msgspec.json.decode(body, type=SyncResponse)
            except (msgspec.DecodeError, UnicodeDecodeError):
                yield Control("central", "attention", "What answers at central's address is not central.")
                return
            yield Control("central", "ok", "Central answers and knows this device.")
            yield Control("protocol", "ok", f"Both sides speak protocol {PROTOCOL}.")
            return
        case Answer(status=401):
            said = "Central answers; the sign-in has run out and is renewed at the next sync, or asks you to enrol."
            yield Control("central", "ok", said)
            return
        case Answer(status=status, body=body):
            try:
                why = plain.clean(msgspec.json.decode(body, type=Problem).title)
            except (msgspec.DecodeError, UnicodeDecodeError):
                why = "it did not say why"
            yield Control("central", "attention", f"Central answered {status}: {why}")
