"""What came of one exchange: an answer, or why there is none and what that says about the request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import msgspec

from fieldpo.errors import CentralRefused, FieldpoError, Offline
from fieldpo.sync.effects import Answer, Fault, Reply
from fieldpo.sync.protocol.exchange import Problem, SyncResponse

PASSING: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Statuses after which the same bytes go again."""
ASKS_FOR_TIME: Final = frozenset({429, 503})
"""Central's disk is full, or a proxy is busy: it says so itself, and no op is to blame."""
UNREAD: Final = frozenset({400, 415})
"""What a central says that does not know the request's coding, or was never told of it."""
ANY_CODING: Final = ASKS_FOR_TIME | {413}
"""Another coding would not help."""

OFFLINE: Final = "Central did not answer. Every entry is kept here and goes at the next sync."

_decoder = msgspec.json.Decoder(SyncResponse)


@dataclass(frozen=True)
class Failed:
    """An exchange without verdicts: why, and whether the very request may be to blame."""

    reason: str
    status: int = 0
    reached: bool = True
    retry_after: float | None = None


def outcome_of(reply: Reply) -> SyncResponse | Failed:
    """An answer's meaning. HTML under 200, as a captive portal gives, is a fault of the network."""
    match reply:
        case Answer(status=200, body=body):
            try:
                return _decoder.decode(body)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                return Failed("what answered is not central")
        case Answer(status=status, body=body, retry_after=retry_after):
            return Failed(_title(body), status, retry_after=retry_after)
        case Fault(reason=reason, reached=reached):
            return Failed(reason, reached=reached)
    return Failed("no answer", reached=False)


def ended(failed: Failed) -> FieldpoError:
    """What the sync ends with when nothing else can be tried."""
    if failed.status and failed.status not in PASSING:
        return CentralRefused(
            f"Central did not take the exchange ({failed.status}: {failed.reason}). Every entry is kept here. "
            "Tell your administrator."
        )
    return Offline(OFFLINE)


def _title(body: bytes) -> str:
    try:
        return msgspec.json.decode(body, type=Problem).title
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return "central did not say why"
