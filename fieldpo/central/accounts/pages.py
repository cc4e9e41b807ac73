"""The page at /device on which an officer signs in, types a laptop's code, and approves or denies it."""

from __future__ import annotations

import datetime as dt
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from fieldpo.central.accounts import device_flow, throttling, users
from fieldpo.central.accounts.tokens import digest
from fieldpo.central.accounts.users import User
from fieldpo.central.accounts.views import POSTURE_WORDS, page, style
from fieldpo.central.books.auth_tables import page_session
from fieldpo.central.books.database import reading, writing
from fieldpo.central.books.meta import is_training
from fieldpo.central.books.moments import stamp
from fieldpo.central.books.rows import insert_rows
from fieldpo.central.settings import Settings

SESSION = dt.timedelta(minutes=10)
MOST_WRONG_CODES = 10
MOST_FAILURES_A_SOURCE = 50
_COOKIE = "fieldpo_session"
_FORM_COOKIE = "fieldpo_form"
_CODE_PLACES = 20
_MOST_BYTES = 16 * 1024


@dataclass(frozen=True)
class Visit:
    """A signed-in officer's visit to the page."""

    sha: str
    user: User
    csrf: str


def routes(engine: Engine, settings: Settings, now: Callable[[], dt.datetime]) -> list[Route]:
    """The page's routes."""
    desk = _Desk(engine, settings, now)
    return [
        Route("/device", desk.show, methods=["GET"]),
        Route("/device/style.css", lambda _: style(), methods=["GET"]),
        Route("/device/sign-in", desk.posted(desk.sign_in), methods=["POST"]),
        Route("/device/code", desk.posted(desk.code), methods=["POST"]),
        Route("/device/answer", desk.posted(desk.answer), methods=["POST"]),
        Route("/device/sign-out", desk.posted(desk.sign_out), methods=["POST"]),
    ]


class _Desk:
    """Serves the page: each method is one form."""

    def __init__(self, engine: Engine, settings: Settings, now: Callable[[], dt.datetime]) -> None:
        self.engine = engine
        self.settings = settings
        self.now = now
        with reading(engine) as conn:
            self.training = is_training(conn)

    def show(self, request: Request) -> Response:
        code = request.query_params.get("user_code", "")[:_CODE_PLACES]
        visit = self._visit(request)
        if visit is None:
            return self._sign_in_page(request, code)
        return self._code_page(visit, code)

    def posted(self, handle: Callable[[Request, FormData], Response]) -> Callable[[Request], Any]:
        """A form's endpoint: refuses another site's forms, then works in a thread."""

        async def endpoint(request: Request) -> Response:
            origin = request.headers.get("origin")
            allowed = {
                f"{request.url.scheme}://{request.headers.get('host', '')}",
                self.settings.public_url.rstrip("/"),
            }
            if origin is not None and origin not in allowed:
                return self._sign_in_page(request, "", 403, "That form came from another site. Nothing was done.")
            try:
                async with request.form(max_files=0, max_fields=10, max_part_size=_MOST_BYTES) as form:
                    return await run_in_threadpool(handle, request, form)
            except HTTPException:
                return self._sign_in_page(request, "", 400, "That form cannot be read. Nothing was done.")

        return endpoint

    def sign_in(self, request: Request, form: FormData) -> Response:
        code = _word(form, "user_code")[:_CODE_PLACES]
        expected = request.cookies.get(_FORM_COOKIE, "")
        if not expected or not hmac.compare_digest(expected.encode(), _word(form, "csrf").encode()):
            return self._sign_in_page(request, code, 403, "The page was too old. Sign in again.")
        now = self.now()
        source = f"sign-in {throttling.source_of(request.client.host if request.client else '')}"
        with reading(self.engine) as conn:
            crowded = throttling.is_blocked(conn, source, now, most=MOST_FAILURES_A_SOURCE)
        user = None if crowded else users.sign_in(self.engine, _word(form, "login"), _word(form, "password"), now)
        if user is None:
            with writing(self.engine) as conn:
                throttling.count_failure(conn, source, now)
            return self._sign_in_page(
                request,
                code,
                429 if crowded else 403,
                "That did not sign you in. After five failures a user name rests for 15 minutes.",
            )
        response = RedirectResponse("/device" + (f"?user_code={code}" if code.replace("-", "").isalnum() else ""), 303)
        self._set_cookie(response, _COOKIE, self._begin_session(user, now))
        response.delete_cookie(_FORM_COOKIE, path="/device")
        return response

    def code(self, request: Request, form: FormData) -> Response:
        visit = self._visit(request, form)
        typed = _word(form, "user_code")[:_CODE_PLACES]
        if visit is None:
            return self._sign_in_page(request, typed, 403, "You were signed out. Sign in again.")
        found = self._look_up(visit, typed)
        if isinstance(found, str):
            return self._code_page(visit, typed, 422, found)
        return page(
            "confirm.html",
            "Connect this computer?",
            training=self.training,
            user=_called(visit.user),
            csrf=visit.csrf,
            label=found.label,
            user_code=typed.upper(),
            posture=POSTURE_WORDS[found.posture],
        )

    def answer(self, request: Request, form: FormData) -> Response:
        visit = self._visit(request, form)
        typed = _word(form, "user_code")[:_CODE_PLACES]
        if visit is None:
            return self._sign_in_page(request, typed, 403, "You were signed out. Sign in again.")
        given = _word(form, "answer")
        if given not in ("approve", "deny"):
            return self._code_page(visit, typed, 422, "Choose Approve or Deny.")
        found = self._look_up(visit, typed)
        if isinstance(found, str):
            return self._code_page(visit, typed, 422, found)
        with writing(self.engine) as conn:
            done = device_flow.answer(conn, found.sha, visit.user, approve=given == "approve", now=self.now())
            if done:
                conn.execute(sa.delete(page_session).where(page_session.c.sha == visit.sha))
        if not done:
            return self._code_page(visit, typed, 409, "That code has been answered already.")
        if given == "approve":
            text = f"{found.label} is connected. It goes on by itself."
            response = page("done.html", "Connected", training=self.training, text=text)
        else:
            text = f"{found.label} was refused and gets nothing."
            response = page("done.html", "Denied", training=self.training, text=text)
        response.delete_cookie(_COOKIE, path="/device")
        return response

    def sign_out(self, request: Request, form: FormData) -> Response:
        visit = self._visit(request, form)
        if visit is not None:
            with writing(self.engine) as conn:
                conn.execute(sa.delete(page_session).where(page_session.c.sha == visit.sha))
        response = RedirectResponse("/device", 303)
        response.delete_cookie(_COOKIE, path="/device")
        return response

    def _begin_session(self, user: User, now: dt.datetime) -> str:
        """A new session's secret, for the cookie."""
        secret = secrets.token_urlsafe(32)
        with writing(self.engine) as conn:
            conn.execute(sa.delete(page_session).where(page_session.c.expires_at < stamp(now)))
            row = {
                "sha": digest(secret),
                "user_id": user.id,
                "csrf": secrets.token_urlsafe(32),
                "expires_at": stamp(now + SESSION),
            }
            insert_rows(conn, page_session, [row])
        return secret

    def _look_up(self, visit: Visit, typed: str) -> device_flow.Waiting | str:
        bucket = f"code {visit.user.id}"
        now = self.now()
        with writing(self.engine) as conn:
            if throttling.is_blocked(conn, bucket, now, most=MOST_WRONG_CODES):
                return "Too many wrong codes. Wait 15 minutes."
            found = device_flow.find(conn, typed, now)
            if found is None:
                throttling.count_failure(conn, bucket, now)
                return "No computer waits with that code. Look at its screen again; codes last 15 minutes."
            if found.user_id not in (None, visit.user.id):
                return "That computer is another officer's, and only they can sign in on it again."
            return found

    def _visit(self, request: Request, form: FormData | None = None) -> Visit | None:
        """Who is signed in here; for a posted form only with the session's own CSRF token."""
        secret = request.cookies.get(_COOKIE, "")
        if not secret:
            return None
        with reading(self.engine) as conn:
            row = conn.execute(
                sa.select(page_session).where(
                    page_session.c.sha == digest(secret), page_session.c.expires_at > stamp(self.now())
                )
            ).one_or_none()
            user = users.user_of(conn, row.user_id) if row else None
        if row is None or user is None:
            return None
        if form is not None and not hmac.compare_digest(row.csrf.encode(), _word(form, "csrf").encode()):
            return None
        return Visit(row.sha, user, row.csrf)

    def _sign_in_page(self, request: Request, code: str, status: int = 200, notice: str = "") -> Response:
        token = request.cookies.get(_FORM_COOKIE) or secrets.token_urlsafe(32)
        response = page(
            "sign_in.html", "Sign in", status=status, notice=notice, training=self.training, csrf=token, user_code=code
        )
        self._set_cookie(response, _FORM_COOKIE, token)
        return response

    def _code_page(self, visit: Visit, code: str, status: int = 200, notice: str = "") -> Response:
        return page(
            "code.html",
            "Type the code",
            status=status,
            notice=notice,
            training=self.training,
            user=_called(visit.user),
            csrf=visit.csrf,
            user_code=code,
        )

    def _set_cookie(self, response: Response, name: str, value: str) -> None:
        response.set_cookie(
            name,
            value,
            max_age=int(SESSION.total_seconds()),
            path="/device",
            secure=self.settings.encrypted,
            httponly=True,
            samesite="strict",
        )


def _word(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""


def _called(user: User) -> str:
    return f"{user.name}, {user.title}" if user.title else user.name
