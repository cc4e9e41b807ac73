"""`python -m fieldpo`: the same program as the `fieldpo` command."""

from __future__ import annotations

from fieldpo.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
