"""The device flow's two endpoints and `GET /v1/me`, as JSON."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Awaitable, Callable
from urllib.parse import quote

import msgspec
from sqlalchemy.engine import Connection, Engine
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from fieldpo.central.accounts import device_flow, throttling, tokens, users
from fieldpo.central.accounts.sign_in_types import Device, DeviceAuthorization, OAuthError, TokenAnswer
from fieldpo.central.books.database import reading, writing
from fieldpo.central.books.meta import epoch, is_training
from fieldpo.central.books.tables import device
from fieldpo.central.caller import Caller
from fieldpo.central.deciding import access
from fieldpo.central.log_lines import event
from fieldpo.central.settings import Settings

log = logging.getLogger(__name__)

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
MAX_WORD = 16 * 1024
"""The largest field of a form, in bytes; a form has ten at most."""

_CODES_A_SOURCE = 200
"""How many an address may ask for in fifteen minutes, whatever became of them."""
_NOT_AGAIN = {
    "invalid_grant": "no device of that id has had that token",
    "access_denied": "the device is revoked or its user disabled; an administrator can restore it",
}

Now = Callable[[], dt.datetime]


def routes(engine: Engine, settings: Settings, now: Now) -> list[Route]:
    """The endpoints by which a device signs in."""

    def authorize(request: Request, form: FormData) -> Response:
        posture = _word(form, "posture") or "passphrase"
        if posture not in device_flow.POSTURES:
            return refused("invalid_request", "posture is keyring or passphrase")
        source = throttling.source_of(request.client.host if request.client else "")
        with writing(engine) as conn:
            asked = _ask(conn, form, "keyring" if posture == "keyring" else "passphrase", settings, now(), source)
        if isinstance(asked, str):
            return _not_asked(asked)
        uri = (settings.public_url.rstrip("/") or str(request.base_url).rstrip("/")) + "/device"
        return answered(
            DeviceAuthorization(
                device_code=asked.device_code,
                user_code=asked.user_code,
                verification_uri=uri,
                verification_uri_complete=f"{uri}?user_code={quote(asked.user_code)}",
                expires_in=asked.seconds,
                interval=asked.pause,
            )
        )

    def token(_: Request, form: FormData) -> Response:
        moment = now()
        grant = _word(form, "grant_type")
        if grant == DEVICE_GRANT:
            with writing(engine) as conn:
                issued = device_flow.poll(conn, _word(form, "device_code"), settings, moment)
        elif grant == "refresh_token":
            with writing(engine) as conn:
                issued = tokens.refresh(conn, _word(form, "refresh_token"), moment, settings.access_seconds) or (
                    "invalid_grant"
                )
        else:
            return refused("unsupported_grant_type", "grant_type is device_code or refresh_token")
        if isinstance(issued, str):
            return refused(issued)
        with reading(engine) as conn:
            whose = _device(conn, issued.device_id, moment)
        return answered(
            TokenAnswer(
                access_token=issued.access,
                refresh_token=issued.refresh,
                token_type="Bearer",  # noqa: S106 - a word of RFC 6749, no secret
                expires_in=issued.seconds,
                **msgspec.structs.asdict(whose),
            )
        )

    def me(request: Request) -> Response:
        caller: Caller = request.state.caller
        with reading(engine) as conn:
            return answered(_device(conn, caller.device_id, now()))

    return [
        Route("/oauth/device_authorization", _posted(authorize), methods=["POST"]),
        Route("/oauth/token", _posted(token), methods=["POST"]),
        Route("/v1/me", me, methods=["GET"]),
    ]


def _ask(
    conn: Connection, form: FormData, posture: device_flow.Posture, settings: Settings, now: dt.datetime, source: str
) -> device_flow.Asked | device_flow.Refusal | device_flow.Full:
    device_id, again = _word(form, "device_id"), None
    label = _word(form, "label") or _word(form, "device_label")
    if device_id:
        found = device_flow.known(conn, device_id, _word(form, "refresh_token"), label)
        if isinstance(found, str):
            return found
        again = found
    if again is None or not again.proven:
        bucket = f"codes {source}"
        if throttling.is_blocked(conn, bucket, now, most=_CODES_A_SOURCE):
            return "slow_down"
        throttling.count_failure(conn, bucket, now)
    return device_flow.ask(conn, label, posture, settings, now, source=source, again=again)


def _not_asked(why: device_flow.Refusal | device_flow.Full) -> Response:
    if why in ("slow_down", "temporarily_unavailable"):
        event(log, logging.WARNING, "codes_refused", why="address" if why == "slow_down" else "all")
    if why == "slow_down":
        return refused(why, "too many codes of this address wait", status=429, retry_after=60)
    if why == "temporarily_unavailable":
        return refused(why, "too many codes are waiting", status=503, retry_after=60)
    return refused(why, _NOT_AGAIN[why])


def answered(body: msgspec.Struct, status: int = 200) -> Response:
    """A JSON answer that nobody may keep."""
    return Response(msgspec.json.encode(body), status, {"Cache-Control": "no-store"}, media_type="application/json")


def refused(error: str, description: str = "", *, status: int = 400, retry_after: int = 0) -> Response:
    """An OAuth error (RFC 6749, 5.2)."""
    response = answered(OAuthError(error, description), status)
    if retry_after:
        response.headers["Retry-After"] = str(retry_after)
    return response


def _posted(handle: Callable[[Request, FormData], Response]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            return refused("invalid_request", "send application/x-www-form-urlencoded")
        try:
            async with request.form(max_files=0, max_fields=10, max_part_size=MAX_WORD) as form:
                return await run_in_threadpool(handle, request, form)
        except HTTPException as unreadable:
            return refused("invalid_request", unreadable.detail)

    return endpoint


def _device(conn: Connection, device_id: str, now: dt.datetime) -> Device:
    row = conn.execute(device.select().where(device.c.id == device_id)).one()
    user = users.user_of(conn, row.user_id)
    return Device(
        device_id=device_id,
        device_label=row.name,
        user_id=row.user_id,
        user_name=user.name if user else "",
        user_title=user.title if user else "",
        role=user.role if user else "",
        training=is_training(conn),
        granted=access.granted(conn, row.user_id, now),
        epoch=epoch(conn),
    )


def _word(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""
