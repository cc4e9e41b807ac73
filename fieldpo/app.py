"""The Textual app: what is open, the keys that work everywhere, the lock and the workers; screens do the rest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

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
from fieldpo.screens.leaving import IDLE_LOOK, LOCKED, LOCKED_IDLE, IdleClock, Leaving, local_now
from fieldpo.screens.routes import screen_class
from fieldpo.screens.standing import pack_in_force, stand_in_pack, standing
from fieldpo.screens.sync_told import Central, Told, begun, counted, failed, finished, progressed, waited
from fieldpo.screens.undoing import TakenBack, take_back, undone_words
from fieldpo.screens.widgets.status_line import Status, StatusLine
from fieldpo.workers import Enrolling, SigningIn, SyncWorker, load_the_rest

if TYPE_CHECKING:
    from fieldpo.store.vault import Vault
    from fieldpo.supervision.pack import Pack


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
        self._central = Central()
        self._minute = ""
        self._trouble = ""
        self._leaving = Leaving(self)
        self._idle = IdleClock(self.config.idle_lock_minutes, clock)
        self.theme = self.config.theme
        self.set_keymap(bindings.keymap(self.config.keymap))

    # -- what screens may ask (screens.shell.Shell)

    @property
    def vault(self) -> Vault:
        """The open vault. Raises VaultLocked."""
        if self._vault is None:
            raise VaultLocked("The vault is locked. Open it with the passphrase.")
        return self._vault

    @property
    def pack(self) -> Pack:
        """The agency's policy pack in force; the shipped one until the vault has been asked."""
        return self._pack or stand_in_pack()

    def now(self) -> dt.datetime:
        """This moment on the agency's clock; before the vault is open on the device's."""
        if self._vault is None:
            return self._clock()
        from fieldpo.supervision.calendar import local

        return local(self._clock(), self.pack)

    def opened(self, vault: Vault) -> None:
        """Unlock or First run opened the vault: on to Today."""
        self._vault = vault
        self._begin()
        self.push_screen(screen_class("today")())

    def enrolment(self) -> Enrolling:
        """The steps of enrolling, for First run."""
        return Enrolling()

    def signing_in(self) -> SigningIn:
        """The steps of signing in again."""
        return SigningIn(self.vault)

    def signed_in(self) -> None:
        """The officer has signed in again: what waits goes at once."""
        self._central = Central()
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
        self.set_timer(0.1, load_the_rest)

    def _begin(self) -> None:
        self._idle.opened()
        self.recount()
        if self._sync:
            self._syncing = SyncWorker(self.vault, self.post_message, self.now, self.config.sync_every_minutes)
            self._syncing.start()
        self.look_at_idle()
        if self.config.keymap and (clash := clash_words(self.config.keymap)):
            self.say(clash, severity="warning")

    def recount(self) -> None:
        """Count anew what the status line tells, in a thread."""
        vault = self.vault

        def count() -> None:
            self.call_from_thread(self._counted, standing(vault), *pack_in_force(vault, self._clock()))

        self.run_worker(count, group="standing", thread=True, exclusive=True)

    def _counted(self, found: Status, pack: Pack, trouble: str) -> None:
        was, self._pack = self.pack, pack
        if trouble and trouble != self._trouble:
            self.say(trouble, severity="warning")
        self._trouble = trouble
        if (was.id, was.version) != (pack.id, pack.version):
            self._read_anew()
        self.status = counted(self.status, found)

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
        if self._central.sign_in_ended:
            self.go("sign_in_again")
            return
        self.status = begun(self.status)
        self._syncing.force()

    def look_at_silence(self) -> None:
        """Say that central does not answer long before the sync gives up on it."""
        if self._syncing is not None:
            self.status = waited(self.status, self._syncing.silent_for(), self.now())

    def on_sync_progress(self, done: SyncProgress) -> None:
        """Say how far it is."""
        self.status = progressed(self.status, done)

    def on_sync_finished(self, ended: SyncFinished) -> None:
        """Its receipt, and what it changed."""
        self._take(finished(self.status, ended))
        if ended.changed:
            self.records_changed()
        else:
            self.recount()

    def on_sync_failed(self, ended: SyncFailed) -> None:
        """Offline is no error; a refusal is said once."""
        self._take(failed(self.status, self._central, ended))

    def _take(self, told: Told) -> None:
        self.status, self._central = told.status, told.central
        if told.toast is not None:
            self.say(told.toast.text, title=told.toast.title, severity=told.toast.severity)

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

    def action_undo(self) -> None:
        """Take back the last act, and say what it was."""
        vault, now = self.vault, self.now()
        if isinstance(self.screen, FieldScreen):
            self.screen.compute(lambda: take_back(vault, now), self._undone, group="undo", keep=True)

    def _undone(self, taken: TakenBack | None) -> None:
        safe = isinstance(self.screen, FieldScreen) and self.screen.client_safe
        self.say(undone_words(taken, client_safe=safe))
        if taken is not None and not taken.last.stands:
            self.post_message(ActSaved(taken.last.act_id, taken.last.label))

    def records_changed(self) -> None:
        """Every screen reads anew, and so does the status line."""
        self.recount()
        self._read_anew()

    def _read_anew(self) -> None:
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
        if self._idle.due():
            self._leaving.leave(LOCKED_IDLE, self._vault, insist=True)

    def action_lock(self) -> None:
        """Keep drafts and end this process, which held the key."""
        self._leaving.leave(LOCKED, self._vault)

    def action_leave(self) -> None:
        """Keep drafts and close."""
        self._leaving.leave(0, self._vault)

    def close(self) -> None:
        """End the sync and close the vault, after the app has ended; the key goes with the process."""
        if self._syncing is not None:
            self._syncing.stop()
        if self._vault is not None:
            self._vault.close()


def run(locked_because: int = 0) -> int:
    """Run the app in this process; the exit code is for the launcher. Raises ConfigError."""
    from fieldpo.config import load
    from fieldpo.screens.pasted import guard_pastes

    guard_pastes()
    app = FieldpoApp(load(), locked_because=locked_because)
    app.run()
    app.close()
    return app.return_value if app.return_value is not None else (app.return_code or 0)
