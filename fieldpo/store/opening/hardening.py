"""What a process does first, before it reads a key: no core dumps, private files, no keystroke log."""

from __future__ import annotations

import os
import sys

_PR_SET_DUMPABLE = 4


def harden() -> None:
    """Close the leaks that are open by default; call before Textual is imported and any vault opened.

    Removes every `TEXTUAL*` variable (`TEXTUAL_LOG` would write the passphrase's keystrokes) and `SSLKEYLOGFILE`
    (the keys of every TLS connection), makes new files private, and stops crash dumps: `RLIMIT_CORE=0`, on Linux
    `PR_SET_DUMPABLE=0` too, on Windows no error reporting box. Cannot be undone in this process; its children
    inherit the limits.
    """
    for name in [name for name in os.environ if name.upper().startswith("TEXTUAL")]:
        del os.environ[name]
    os.environ.pop("SSLKEYLOGFILE", None)
    os.umask(0o077)
    _no_crash_dumps()


if sys.platform == "win32":

    def _no_crash_dumps() -> None:
        import ctypes

        # SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX: no report box, hence no dump through it.
        ctypes.windll.kernel32.SetErrorMode(0x0001 | 0x0002)
        # WER_FAULT_REPORTING_FLAG_NOHEAP: a report that is made anyway leaves the heap out.
        ctypes.windll.kernel32.WerSetFlags(1)

else:

    def _no_crash_dumps() -> None:
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if sys.platform == "linux":
            import ctypes

            ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
