"""What central needs to know to serve: where its database is, how it is reached, how long tokens last."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ACCESS_SECONDS = 3_600
REFRESH_SECONDS = 90 * 24 * 3_600
PROOF_SECONDS = 365 * 24 * 3_600
"""How long after its end a refresh token still proves which device signs in again."""

CODE_SECONDS = 900
"""How long a device's code waits to be approved."""

POLL_SECONDS = 2
"""How long a device waits between two polls, unless told otherwise (RFC 8628, 3.2)."""


@dataclass(frozen=True)
class Settings:
    """One central. Without a certificate it listens on loopback only; see `serve`."""

    database_url: str
    host: str = "127.0.0.1"
    port: int = 8_700
    certificate: Path | None = None
    key: Path | None = None
    public_url: str = ""
    """The address that devices and officers use, where it is not the one central listens on (a proxy)."""
    poll_seconds: int = POLL_SECONDS
    access_seconds: int = ACCESS_SECONDS
    code_seconds: int = CODE_SECONDS
    workers: int = 1
    """Processes that answer requests. More than one only on PostgreSQL."""
    metrics_port: int | None = None
    """A port of its own for /metrics; without it the main port answers it, to loopback only."""
    metrics_host: str = "127.0.0.1"
    """The address of that port. Another than loopback only with the certificate."""
    drain_seconds: int = 0
    """How long requests are still taken after a stop was asked for, while readiness already answers 503."""
    log_level: str = "info"

    @property
    def encrypted(self) -> bool:
        """Whether browsers reach central over TLS, so that cookies must not go without it."""
        return self.certificate is not None or self.public_url.startswith("https://")
