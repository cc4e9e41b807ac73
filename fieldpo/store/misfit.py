"""Why a value does not fit its record, as a person says it."""

from __future__ import annotations

import re

import msgspec

_TOO_LONG = re.compile(r"Expected `str` of length <= (\d+) - at `\$.*?(\w+)(?:\[\.\.\.\])*`")


def misfit(error: msgspec.ValidationError) -> str:
    """The field and what is wrong with it, without a full stop; a fault that nobody can type, as the check names it."""
    if (found := _TOO_LONG.fullmatch(str(error))) is None:
        return str(error)
    most, name = int(found[1]), found[2].replace("_", " ")
    return f"{name} is longer than {most:,} characters; shorten it, or split it in two"
