"""Who sent a request: the user and device that a bearer token stands for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Caller:
    """The subject of a request's token; every op in the request must name both."""

    user_id: str
    device_id: str
