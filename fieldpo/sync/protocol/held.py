"""What a supervisor may decide on what central holds, and why a person may be the one not listed."""

from __future__ import annotations

from typing import Final

RELEASE: Final = "release"
REFUSE: Final = "refuse"
"""For a late entry or a whole group; someone not listed may be refused too."""
MATCH: Final = "match"
CREATE: Final = "create"
"""Someone not listed is a person whom central knows, or is made one with a case."""

CARRIES: Final = "carries"
CLAIMED: Final = "claimed"
"""A candidate carries the ID that was told, as central itself knows; or an officer alone has typed it there."""
