"""Reading a response matrix from TOML: a file, a text that came with a sync, or one that ships with fieldpo."""

from __future__ import annotations

from fieldpo.supervision.responses.checks import problems
from fieldpo.supervision.toml.sort_of_rules import SortOfRules
from fieldpo.supervision.written.responses import Matrix

MATRICES = SortOfRules("fieldpo.supervision.responses", "response matrix", Matrix, problems)
