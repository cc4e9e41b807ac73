"""`GET /metrics`: on a port of loopback's own, or on the main port for programs on this computer only."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from prometheus_client.registry import Collector
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from fieldpo.central.serving.metrics import MEDIA_TYPE, Meters
from fieldpo.central.settings import Settings
from fieldpo.loopback import is_loopback

_FORWARDED = ("forwarded", "x-forwarded-", "x-real-ip", "via")
"""How the headers begin by which proxies tell that they pass something on."""


class Scrape:
    """Answers a scrape."""

    def __init__(self, meters: Meters, state: Collector) -> None:
        self.meters = meters
        self.state = state

    async def anyone(self, _: Request) -> Response:
        """Whoever reaches the port may read it."""
        text = await run_in_threadpool(self.meters.text, self.state)
        return Response(text, headers={"Cache-Control": "no-store", "Content-Type": MEDIA_TYPE})

    def here(self, settings: Settings) -> Callable[[Request], Awaitable[Response]]:
        """For the main port: as if it were not there, but for a program on this computer.

        Behind a proxy everybody comes from this computer: so never where a public URL is set, a header tells of one, or
        another host was asked for. (Some proxies say nothing of themselves; a browser may be led here by a name.)
        """
        closed = settings.metrics_port is not None or bool(settings.public_url)

        async def endpoint(request: Request) -> Response:
            if closed or not _from_here(request):
                return Response("Not Found", 404, media_type="text/plain")
            return await self.anyone(request)

        return endpoint


def _from_here(request: Request) -> bool:
    if request.client is None or any(name.lower().startswith(_FORWARDED) for name in request.headers):
        return False
    return is_loopback(request.client.host) and is_loopback(request.url.hostname or "")
