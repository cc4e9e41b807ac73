"""Text as people read it: cleaning what people (or a hostile file) wrote, and dates, counts and durations as words.

Strings in, strings out; imports nothing of ours. Cleaning happens once, where text enters; what is stored is clean.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime

# Whole sequences first, so that their letters and digits do not stay behind as text. A string sequence
# (OSC, DCS, SOS, PM, APC) is only taken with its end on the same line; a lone introducer takes nothing with it.
_SEQUENCE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c\r\n]*(?:\x07|\x1b\\|\x9c)"
    r"|\x1b[ -/]+[0-~]"
    r"|\x1b[0-~]"
)
# Controls but newline, soft hyphen, bidi controls and isolates, zero-width and other invisible marks, tags,
# Hangul fillers. U+200D (ZWJ) is looked at apart. The Arabic number signs are Cf too, but visible: they stay.
_UNSEEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
    "\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"
)
_REMOVED = re.compile(f"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f{_UNSEEN}]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_ZWJ = "\u200d"
_TAB = "    "


def clean(text: str) -> str:
    """Make one safe line of person-made text: NFC, no control or invisible characters, runs of space as one."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    return " ".join(_bare(_LINE_END.sub(" ", text).replace("\t", " ")).split())


def clean_text(text: str) -> str:
    """Make safe lines of person-made text: as `clean`, but line ends (as a newline) and spaces stay; a tab is four.

    Empty lines before the text and white space after it are dropped.
    """
    if not (text.isascii() and text.isprintable()):
        text = _bare(_LINE_END.sub("\n", text).replace("\t", _TAB))
    return text.lstrip("\n").rstrip()


def has_controls(text: str) -> bool:
    """Say whether text holds what `clean_text` would take out: controls, sequences, bidi or invisible marks."""
    return bool(_REMOVED.search(text) or _SURROGATE.search(text)) or _joined(text) != text


def _bare(text: str) -> str:
    # To the end: taking one sequence out may put another together.
    while (without := _SEQUENCE.sub("", text)) != text:
        text = without
    text = _SURROGATE.sub("\ufffd", _REMOVED.sub("", text))
    return unicodedata.normalize("NFC", _joined(text))


def _joined(text: str) -> str:
    """Keep a zero-width joiner only where it joins two emoji (a family, a profession)."""
    if _ZWJ not in text:
        return text
    kept: list[str] = []
    for index, char in enumerate(text):
        if char == _ZWJ and not (kept and _in_emoji(kept[-1], last=True) and _in_emoji(text[index + 1 : index + 2])):
            continue
        kept.append(char)
    return "".join(kept)


def _in_emoji(char: str, *, last: bool = False) -> bool:
    if last and char == "\ufe0f":
        return True
    return char != "" and (0x1F000 <= ord(char) <= 0x1FAFF or 0x2190 <= ord(char) <= 0x2BFF)


_NOT_COMPOSED = str.maketrans(
    {"ł": "l", "đ": "d", "ð": "d", "ø": "o", "ı": "i", "ħ": "h", "æ": "ae", "œ": "oe", "þ": "th"}
)


def sort_key(text: str) -> str:
    """Fold text to sort by: 'Łukasz' beside 'Lukas', 'Şahin' beside 'Sahin'; letters of other scripts stay."""
    parts = unicodedata.normalize("NFKD", text.casefold().translate(_NOT_COMPOSED))
    return "".join(char for char in parts if not unicodedata.combining(char))


_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _date(when: str | date) -> date:
    """The calendar day of a date, a datetime (in its own zone) or ISO 8601 text of either."""
    if isinstance(when, str):
        return date.fromisoformat(when) if len(when) <= len("2026-11-23") else datetime.fromisoformat(when).date()
    return when.date() if isinstance(when, datetime) else when


def day(when: str | date) -> str:
    """'2026-11-23' → 'Mon 23 Nov 2026'. Raises ValueError when the text is no ISO 8601 date."""
    return f"{short_day(when)} {_date(when).year:04}"


def short_day(when: str | date) -> str:
    """'2026-11-23' → 'Mon 23 Nov', for where the year is plain."""
    that = _date(when)
    return f"{_DAYS[that.weekday()]} {that.day:02} {_MONTHS[that.month - 1]}"


def clock(when: str | datetime) -> str:
    """'2026-11-23T14:02:00-06:00' → '14:02', in the zone the value carries; convert before calling."""
    that = datetime.fromisoformat(when) if isinstance(when, str) else when
    return f"{that.hour:02}:{that.minute:02}"


def moment(when: str | datetime) -> str:
    """'2026-11-23T14:02:00-06:00' → 'Mon 23 Nov 2026 14:02', in the zone the value carries."""
    return f"{day(when)} {clock(when)}"


def late(due: str | date, today: str | date) -> str:
    """How a due date stands on a day: '12 d late', 'due today', 'in 3 d'."""
    days = (_date(today) - _date(due)).days
    if days == 0:
        return "due today"
    return f"{days} d late" if days > 0 else f"in {-days} d"


def ago(then: str | date, today: str | date) -> str:
    """How long ago a day was: 'today', 'yesterday', '12 d ago'; a later day is 'tomorrow' or 'in 3 d'."""
    days = (_date(today) - _date(then)).days
    near = {0: "today", 1: "yesterday", -1: "tomorrow"}
    return near.get(days) or (f"{days} d ago" if days > 0 else f"in {-days} d")


def minutes(count_of_minutes: int) -> str:
    """15 → '15 min', 60 → '1 h', 95 → '1 h 35 min'; less than none is none."""
    hours, rest = divmod(max(count_of_minutes, 0), 60)
    return f"{rest} min" if not hours else f"{hours} h {rest} min" if rest else f"{hours} h"


def count(number: int, one: str, many: str | None = None) -> str:
    """(1, 'entry') → '1 entry'; (7000, 'entry') → '7,000 entries'; `many` where the plural is not regular."""
    return f"{number:,} {one if number == 1 else many or _plural(one)}"


def _plural(one: str) -> str:
    if one.endswith("y") and one[-2:-1] not in tuple("aeiou"):
        return one[:-1] + "ies"
    return one + ("es" if one.endswith(("s", "x", "z", "ch", "sh")) else "s")
