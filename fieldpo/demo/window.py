"""The app on a training ground, in a process of its own that ends when the demo does.

    python -m fieldpo.demo.window BEFORE ALIVE

BEFORE is the exit code of the window before this one, 0 for the first. ALIVE is a file descriptor that ends when the
demo dies, or -1 where the system hands none on. The environment names the ground.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Sequence

from fieldpo.demo.ground import PASSPHRASE
from fieldpo.errors import FieldpoError


def main(argv: Sequence[str]) -> int:
    """Open the app with its passphrase shown on Unlock; the exit code says whether it locked itself."""
    before, alive = (int(word) for word in argv)
    from fieldpo.store.opening.hardening import harden

    harden()
    from fieldpo.app import FieldpoApp
    from fieldpo.config import load
    from fieldpo.screens.pasted import guard_pastes

    app = FieldpoApp(load(), shown_passphrase=PASSPHRASE, screenshots=True, locked_because=before)

    def leave(*_: object) -> None:
        # From a thread, so that the app's own loop wakes for it.
        threading.Thread(target=lambda: app.call_from_thread(app.action_leave), daemon=True).start()

    def follow() -> None:
        os.read(alive, 1)
        leave()

    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), leave)
    if alive >= 0:
        threading.Thread(target=follow, daemon=True).start()
    guard_pastes()
    app.run()
    app.close()
    return app.return_value if app.return_value is not None else (app.return_code or 0)


if __name__ == "__main__":
    try:
        raise SystemExit(main(sys.argv[1:]))
    except FieldpoError as error:
        print(f"fieldpo: {error.message}", file=sys.stderr)
        raise SystemExit(error.exit_code) from None
