"""What a passphrase may be, and how it becomes bytes. NIST SP 800-63B and CJIS IA-5(1)."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

SHORTEST_WITH_DEVICE = 8
"""Characters of a passphrase that is one of two factors (CJIS IA-5(1))."""

SHORTEST_ALONE = 15
"""Characters of a passphrase that is the only factor (CJIS IA-5(1))."""

LONGEST = 1024
"""Refused rather than cut, so that nothing typed is silently ignored."""

# Known, guessable, or printed in every manual; compared without case, spaces and punctuation.
_BLOCKED = frozenset(
    """
    password password1 password12 password123 password1234 passwordpassword passw0rd p4ssw0rd pa55word
    passphrase mypassphrase thisismypassphrase thisismypassword mypassword mypassword1 letmein letmeinnow
    letmeinplease welcome1 welcome12 welcome123 welcome1234 changeme changeme1 changeme123 changemeplease
    trustno1 iloveyou iloveyou1 iloveyou2 sunshine sunshine1 princess princess1 football football1 baseball
    baseball1 superman superman1 batman123 starwars starwars1 whatever whatever1 computer computer1 internet
    monkey123 dragon123 master123 shadow123 michael1 jennifer jordan23 charlie1 liverpool liverpool1
    qwertyui qwertyuiop qwertyuiopasdfghjkl qwerty12 qwerty123 qwerty1234 qwerty12345 qwerty123456 asdfghjk
    asdfghjkl zxcvbnm1 zxcvbnm123 1q2w3e4r 1q2w3e4r5t 1qaz2wsx 1qaz2wsx3edc zaq12wsx q1w2e3r4 abcd1234
    abc12345 abcdefgh1 a1b2c3d4 aa123456 admin123 admin1234 administrator adminadmin rootroot summer2024
    summer2025 summer2026 winter2024 winter2025 winter2026 spring2026 autumn2026 fieldpo fieldpo1 fieldpo123
    probation probation1 probation123 probationofficer probationparole paroleofficer parole123 supervision
    supervision1 communitysupervision communitycorrections correcthorsebatterystaple correcthorsebattery
    thequickbrownfox thequickbrownfoxjumps thequickbrownfoxjumpsoverthelazydog tobeornottobe
    tobeornottobethatisthequestion loremipsumdolorsitamet maytheforcebewithyou openseasame opensesame
    opensesame123
    """.split()  # noqa: SIM905 - a list of words reads best as words
)
_FEW = 5  # different letters, or the length of a repeated piece, below which it is no phrase
_RUNS = (
    "abcdefghijklmnopqrstuvwxyz" * 2,
    "01234567890123456789" * 4,
    "qwertyuiopasdfghjklzxcvbnm" * 2,
)


class Strength(NamedTuple):
    """Whether a passphrase will do, and the sentence that says so."""

    ok: bool
    sentence: str


def normal_form(passphrase: str) -> str:
    """NFC: the same passphrase typed on another keyboard is the same. Spaces stay, nothing is cut."""
    return unicodedata.normalize("NFC", passphrase)


def as_bytes(passphrase: str) -> bytes:
    """The bytes that are stretched: UTF-8 of the NFC form (stray surrogates kept, so that nothing fails)."""
    return normal_form(passphrase).encode("utf-8", "surrogatepass")


def strength(passphrase: str, *, alone: bool = True) -> Strength:
    """Judge a new passphrase; `alone` when no device secret stands beside it.

    Characters are counted in NFC, spaces included. A phrase that is long enough only by repeating itself or
    by running along the keyboard is refused like one on the blocklist.
    """
    text = normal_form(passphrase)
    shortest = SHORTEST_ALONE if alone else SHORTEST_WITH_DEVICE
    if len(text) < shortest:
        more = shortest - len(text)
        return Strength(False, f"Too short: {more} more character{'' if more == 1 else 's'}, spaces count.")
    if len(text) > LONGEST:
        return Strength(False, f"Too long: at most {LONGEST:,} characters.")
    if _is_guessable(text):
        return Strength(False, "Too easily guessed: choose words that do not stand on every list.")
    if len(text) < SHORTEST_ALONE:
        return Strength(True, "Good enough together with this computer; longer is better.")
    return Strength(True, "Good.")


def _is_guessable(text: str) -> bool:
    bare = "".join(character for character in text.casefold() if character.isalnum())
    if not bare:
        return len(set(text)) < _FEW
    if bare in _BLOCKED or len(set(bare)) < _FEW:
        return True
    if any(bare in run or bare[::-1] in run for run in _RUNS):
        return True
    return any(len(bare) % size == 0 and _repeats(bare, size) for size in range(1, len(bare) // 2 + 1))


def _repeats(bare: str, size: int) -> bool:
    piece = bare[:size]
    return bare == piece * (len(bare) // size) and (size < _FEW or piece in _BLOCKED)
