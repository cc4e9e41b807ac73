"""Made-up names for files that have none: the same row always gets the same name, and no name is anybody's."""

from __future__ import annotations

import hashlib
from importlib import resources

_LISTS = [
    line.split()
    for line in resources.files("fieldpo.central.importing").joinpath("names.txt").read_text("utf-8").splitlines()
    if not line.startswith("#")
]
_MALE, _FEMALE, _FAMILY_FIRST, _FAMILY_LAST = _LISTS
_GIVEN = {"male": _MALE, "female": _FEMALE}


def given_name(seed: str, sex: str = "") -> str:
    """A given name for this seed; of either list where the sex is not known."""
    number = _number("given", seed)
    names = _GIVEN.get(sex) or _GIVEN["male" if number % 2 else "female"]
    return names[(number // 2) % len(names)]


def family_name(seed: str) -> str:
    """A family name for this seed, made of two parts."""
    number = _number("family", seed)
    first = _FAMILY_FIRST[number % len(_FAMILY_FIRST)]
    return first + _FAMILY_LAST[(number // len(_FAMILY_FIRST)) % len(_FAMILY_LAST)]


def _number(purpose: str, seed: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{purpose}\x1f{seed}".encode()).digest()[:8], "big")
