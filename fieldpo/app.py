"""The Textual app: what is open, the keys that work everywhere, the lock and the workers; screens do the rest."""

from __future__ import annotations

import datetime as dt
import gc
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from textual import events
from textual.reactive import reactive
from textual.screen import Screen

from fieldpo import bindings
from fieldpo.config import Config
from fieldpo.errors import VaultLocked
from fieldpo.key_clashes import clash_words
from fieldpo.messages import ActSaved, SyncFailed, SyncFinished, SyncProgress
from fieldpo.paths import paths
from fieldpo.screens.base import FieldScreen
from fieldpo.screens.frame import Frame
from fieldpo.screens.leaving import LOCKED, LOCKED_IDLE, IdleClock, Leaving
from fieldpo.screens.routes import PLACES, ROUTES, screen_class
from fieldpo.screens.standing import pack_in_force, standing
from fieldpo.screens.undoing import take_back, undone_words
from fieldpo.screens.widgets.status_line import Status, StatusLine

if TYPE_CHECKING:
    from fieldpo.store.acting.undo import Undoable
    from fieldpo.store.vault import Vault
    from fieldpo.supervision.pack import Pack
    from fieldpo.workers import Enrolling, SigningIn, SyncWorker

BEFORE_UNLOCK: Final = frozenset({"unlock", "first_run", "help"})
IDLE_LOOK: Final = 5.0
"""Seconds between two looks at the idle clock."""
SILENCE: Final = 5.0
"""Seconds without an answer of central after which the status line says so."""
SIGNED_IN: Final = dt.timedelta(hours=12)
"""After this the passphrase is asked again, whatever was typed meanwhile (CJIS IA-2)."""


def local_now() -> dt.datetime:
    """The device's clock with its offset."""
    return dt.datetime.now().astimezone()


class FieldpoApp(Frame):
    """fieldpo on the screen. `vault` is given by tests, and then nothing syncs unless `sync` says so; else Unlock or
    First run opens it.

    `locked_because` is the exit code of the process before this one, where that locked itself.
    """

    CSS_PATH = "fieldpo.tcss"
    TITLE = "fieldpo"

    status: reactive[Status] = reactive(Status(), init=False)

    def __init__(
        self,
        config: Config | None = None,
        *,
        vault: Vault | None = None,
        shown_passphrase: str | None = None,
        clock: Callable[[], dt.datetime] = local_now,
        screenshots: bool = False,
        sync: bool | None = None,
        locked_because: int = 0,
    ) -> None:
        super().__init__(screenshots=screenshots)
        self.config = config or Config()
        self.shown_passphrase = shown_passphrase
        self.locked_because = locked_because
        self._clock = clock
        self._vault = vault
        self._pack: Pack | None = None
        self._sync = vault is None if sync is None else sync
        self._syncing: SyncWorker | None = None
        self._last_refusal = ""
        self._sign_in_ended = False
        self._minute = ""
        self._leaving = Leaving(self)
        self._idle = IdleClock(self.config.idle_lock_minutes, clock)
        self.theme = self.config.theme
        self.set_keymap(bindings.keymap(self.config.keymap))

    # -- what screens may ask (screens.base.Shell)

    @property
    def vault(self) -> Vault:
        """The open vault. Raises VaultLocked."""
        if self._vault is None:
            raise VaultLocked("The vault is locked. Open it with the passphrase.")
        return self._vault

    @property
    def pack(self) -> Pack:
        """The agency's policy pack in force; the shipped one until the vault has been asked."""
        if self._pack is None:
            from fieldpo.supervision.pack_file import shipped

            return shipped("demo")
        return self._pack

    def now(self) -> dt.datetime:
        """This moment on the agency's clock; before the vault is open on the device's."""
        if self._vault is None:
            return self._clock()
        from fieldpo.supervision.calendar import local

        return local(self._clock(), self.pack)

    def go(self, name: str, **params: Any) -> None:
        """Open a screen by its route; a place that is on the stack already is come back to."""
        if self._vault is None and name not in BEFORE_UNLOCK:
            return
        wanted = screen_class(name)
        if name in PLACES:
            for count, screen in enumerate(reversed(self.screen_stack)):
                if type(screen) is wanted:
                    self._drop(count)
                    return
        self.push_screen(wanted(**params))

    def opened(self, vault: Vault) -> None:
        """Unlock or First run opened the vault: on to Today."""
        self._vault = vault
        self._begin()
        self.push_screen(screen_class("today")())

    def enrolment(self) -> Enrolling:
        """The steps of enrolling, for First run."""
        from fieldpo.workers import Enrolling

        return Enrolling()

    def signing_in(self) -> SigningIn:
        """The steps of signing in again."""
        from fieldpo.workers import SigningIn

        return SigningIn(self.vault)

    def signed_in(self) -> None:
        """The officer has signed in again: what waits goes at once."""
        self._sign_in_ended = False
        self.action_sync()

    # -- life

    def on_mount(self) -> None:
        """Begin; nothing slow may come before the first paint."""
        if self._vault is not None:
            self._begin()
        self.set_interval(IDLE_LOOK, self.look_at_idle)
        self.set_interval(1.0, self.look_at_silence)

    def get_default_screen(self) -> Screen[Any]:
        """The first screen itself: an empty one below it would be laid out and painted first."""
        from fieldpo.store.files import vault_stands

        closed = "unlock" if self._vault is None and vault_stands(paths().data) else "first_run"
        return screen_class("today" if self._vault is not None else closed)()

    def on_ready(self) -> None:
        """Load the database libraries and the other screens while the passphrase is typed."""
        self.set_timer(0.1, lambda: threading.Thread(target=_load_the_rest, name="imports", daemon=True).start())

    def _begin(self) -> None:
        self._opened_at = self.now()
        self.recount()
        if self._sync:
            from fieldpo.workers import SyncWorker

            self._syncing = SyncWorker(self.vault, self.post_message, self.now, self.config.sync_every_minutes)
            self._syncing.start()
        self.look_at_idle()
        if self.config.keymap and (clash := clash_words(self.config.keymap)):
            self.say(clash, severity="warning")

    def recount(self) -> None:
        """Count anew what the status line tells, in a thread."""
        vault = self.vault

        def count() -> None:
            self.call_from_thread(self._counted, standing(vault), pack_in_force(vault, self._clock()))

        self.run_worker(count, group="standing", thread=True, exclusive=True)

    def _counted(self, found: Status, pack: Pack) -> None:
        was, self._pack = self.pack, pack
        if (was.id, was.version) != (pack.id, pack.version):
            self.records_changed()
        now = self.status
        self.status = replace(
            found,
            online=now.online,
            since=now.since,
            last_sync=found.last_sync or now.last_sync,
            minutes_to_lock=now.minutes_to_lock,
            activity=now.activity,
            silent_since=now.silent_since,
        )

    def watch_status(self) -> None:
        """Repaint every status line."""
        for screen in self.screen_stack:
            for line in screen.query(StatusLine):
                line.refresh()

    def on_act_saved(self, _: ActSaved) -> None:
        """An act is durable: every screen reads anew, and it is sent soon."""
        self.records_changed()
        if self._syncing is not None:
            self._syncing.saved()

    # -- sync

    def action_sync(self) -> None:
        """Sync now."""
        if self._syncing is None:
            self.say("Sync is off here.")
            return
        if self._sign_in_ended:
            self.go("sign_in_again")
            return
        self.status = replace(self.status, activity="syncing…")
        self._syncing.force()

    def look_at_silence(self) -> None:
        """Say that central does not answer long before the sync gives up on it."""
        waited = self._syncing.silent_for() if self._syncing is not None else None
        if waited is None or waited < SILENCE:
            if self.status.silent_since is not None:
                self.status = replace(self.status, silent_since=None)
        elif self.status.silent_since is None:
            since = self.now() - dt.timedelta(seconds=waited)
            self.status = replace(self.status, silent_since=since)

    def on_sync_progress(self, done: SyncProgress) -> None:
        """Say how far it is."""
        total = done.received + done.to_send
        sent = f" {done.received:,} of {total:,} received" if total else ""
        pulled = f", {done.pulled:,} in" if done.pulled else ""
        self.status = replace(self.status, activity=f"syncing…{sent}{pulled}")

    def on_sync_finished(self, ended: SyncFinished) -> None:
        """Its receipt, and what it changed."""
        since = self.status.since if self.status.online else ended.at
        self.status = replace(self.status, online=True, since=since, last_sync=ended.at, activity="")
        self._last_refusal, self._sign_in_ended = "", False
        if ended.asked or ended.unread:
            what = "what needs your answer" if ended.asked else "what cannot be read"
            self.say(f"{ended.receipt}. a opens {what}.", title="Synced", severity="warning")
        elif ended.forced:
            self.say(ended.receipt, title="Synced")
        if ended.changed:
            self.records_changed()
        else:
            self.recount()

    def on_sync_failed(self, ended: SyncFailed) -> None:
        """Offline is no error; a refusal is said once."""
        online = self.status.online if not ended.offline else False
        since = ended.at if online != self.status.online else self.status.since
        self.status = replace(self.status, online=online, since=since, activity="")
        if ended.forced or not (ended.offline or ended.reason == self._last_refusal):
            self.say(ended.reason, title="Offline" if ended.offline else "Not synced", severity="warning")
        self._last_refusal = "" if ended.offline else ended.reason
        self._sign_in_ended = ended.sign_in or (ended.offline and self._sign_in_ended)

    # -- keys

    async def on_event(self, event: events.Event) -> None:
        """A key or a mouse puts off the idle lock."""
        if isinstance(event, events.Key | events.MouseEvent | events.Paste):
            self._idle.pressed()
        await super().on_event(event)

    def action_go(self, name: str) -> None:
        """A key that opens a screen; Review only where a team is granted, as far as that has been looked up."""
        if name == "review" and self.status.not_sent is not None and not self.status.supervises:
            self.say("Review is for supervisors: no team is granted to you on this computer.")
            return
        self.go(name)

    def action_help(self) -> None:
        """The keys of this screen."""
        if isinstance(self.screen, FieldScreen) and self.screen.section != ("help",):
            self.go("help", about=self.screen)

    def action_undo(self) -> None:
        """Take back the last act, and say what it was."""
        vault, now = self.vault, self.now()
        if isinstance(self.screen, FieldScreen):
            self.screen.compute(lambda: take_back(vault, now), self._undone, group="undo", keep=True)

    def _undone(self, last: Undoable | None) -> None:
        safe = isinstance(self.screen, FieldScreen) and self.screen.client_safe
        self.say(undone_words(last, client_safe=safe))
        if last is not None and not last.stands:
            self.post_message(ActSaved(last.act_id, last.label))

    def records_changed(self) -> None:
        """Every screen reads anew, and so does the status line."""
        self.recount()
        for screen in self.screen_stack:
            if isinstance(screen, FieldScreen):
                screen.refresh_records()

    # -- lock and leave

    def look_at_clock(self) -> None:
        """Tell the screen that is seen of every new minute, also of those that passed while another was."""
        seen = f"{id(self.screen)} {self.now():%F %R}"
        if seen != self._minute and isinstance(self.screen, FieldScreen):
            self._minute = seen
            self.screen.minute_passed()

    def look_at_idle(self) -> None:
        """Lock when nobody pressed a key for as long as the settings allow; else tell how long is left."""
        if self._vault is None:
            return
        self.look_at_clock()
        self.status = replace(self.status, minutes_to_lock=self._idle.minutes_left())
        if self._idle.seconds_left() <= 0 or self.now() - self._opened_at > SIGNED_IN:
            self._leave(LOCKED_IDLE, insist=True)

    def action_lock(self) -> None:
        """Keep drafts and end this process, which held the key."""
        self._leave(LOCKED)

    def action_leave(self) -> None:
        """Keep drafts and close."""
        self._leave(0)

    def _leave(self, code: int, *, insist: bool = False) -> None:
        self._leaving.leave(code, self._vault, self.say, insist=insist)

    def close(self) -> None:
        """End the sync and close the vault, after the app has ended; the key goes with the process."""
        if self._syncing is not None:
            self._syncing.stop()
        if self._vault is not None:
            self._vault.close()


def _load_the_rest() -> None:
    """SQLModel and the cipher cost 350 ms, the screens and httpx as much again, which nobody notices here.

    Garbage is collected again from here on, where the launcher put it off; what is loaded stays, and is not looked
    through again.
    """
    try:
        import fieldpo.store.database.migrations
        import fieldpo.store.opening.slots

        for name in ROUTES:
            screen_class(name)
        import fieldpo.sync.background  # noqa: F401
    finally:
        if not gc.isenabled():
            gc.freeze()
            gc.enable()


def run(locked_because: int = 0) -> int:
    """Run the app in this process; the exit code is for the launcher. Raises ConfigError."""
    from fieldpo.config import load
    from fieldpo.screens.pasted import guard_pastes

    guard_pastes()
    app = FieldpoApp(load(), locked_because=locked_because)
    app.run()
    app.close()
    return app.return_value if app.return_value is not None else (app.return_code or 0)
