"""Signing in and out: links become sessions, the single sign-on leads away and back, and whoever is not let in reads why."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, FastAPI, Query, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from bot.database import Database
from bot.errors import SettingsError
from bot.secrets_file import read_or_create_secret
from bot.sessions import SESSION_LIFETIME, SessionStore
from bot.settings import Settings
from bot.web import cookies
from bot.web.door import LINK_TOKEN, AdminsOnly, CrossSite, LinkUsed, NotServedHere, SignInNeeded, same_origin
from bot.web.templating import page

router = APIRouter(include_in_schema=False)
_UNSEEN = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
"""For answers to addresses that hold a token or a code: neither kept nor told to the next page."""
_COOKIE_REALM = 'Cookie realm="sopbot"'


def install(app: FastAPI, settings: Settings, database: Database) -> None:
    """Let people sign in: the store of sessions, the routes, the pages that say why somebody is not let in.

    Args:
        app: `app.state.settings` are these settings.
        settings: the way of signing in.
        database: migrated.

    Raises:
        SettingsError: the libraries for the single sign-on are not installed.
        SecretError: the secret that signs its cookie cannot be made or read.
    """
    app.state.sessions = SessionStore(database)
    if settings.sign_in == "oidc":
        try:
            from bot.web.oidc import SingleSignOn
        except ImportError as error:
            raise SettingsError(
                f"SOPBOT_SIGN_IN is 'oidc', which needs more libraries ({error.name}). Install them with: pip install 'sopbot[oidc]'"
            ) from error
        app.state.single_sign_on = SingleSignOn(settings, read_or_create_secret(settings.data_dir / "keys" / "cookies"))
        app.include_router(_single_sign_on())
    app.include_router(router)
    app.add_exception_handler(LinkUsed, _link_used)
    app.add_exception_handler(SignInNeeded, _sign_in_needed)
    app.add_exception_handler(NotServedHere, _not_served)
    app.add_exception_handler(CrossSite, _cross_site)
    app.add_exception_handler(AdminsOnly, _admins_only)


@router.get("/sign-in")
def sign_in(request: Request) -> Response:
    """How one signs in here."""
    return _sign_in_page(request, "You are signed out.", 200)


@router.post("/sign-out", dependencies=[Depends(same_origin)])
def sign_out(request: Request) -> Response:
    """End the session of this browser."""
    sessions: SessionStore = request.app.state.sessions
    token = cookies.read(request, cookies.SESSION)
    if token:
        sessions.end(token)
    response = RedirectResponse("/sign-in", 303, _UNSEEN)
    cookies.drop(response, request, cookies.SESSION)
    return response


def _single_sign_on() -> APIRouter:
    """The routes that only a server with a single sign-on has."""
    from bot.web.oidc import CALLBACK, SignOnFailed, SingleSignOn

    away = APIRouter(include_in_schema=False)

    @away.get("/sign-in/start")
    async def start(request: Request, wanted: Annotated[str, Query(alias="next")] = "/ask") -> Response:
        sso: SingleSignOn = request.app.state.single_sign_on
        try:
            response = await sso.leave(request, wanted)
        except SignOnFailed as error:
            return _sign_in_page(request, str(error), 503)
        response.headers.update(_UNSEEN)
        return response

    @away.get(CALLBACK)
    async def done(request: Request) -> Response:
        sso: SingleSignOn = request.app.state.single_sign_on
        sessions: SessionStore = request.app.state.sessions
        try:
            signed_on = await sso.come_back(request)
        except SignOnFailed as error:
            refused = _sign_in_page(request, str(error), 403)
            cookies.drop(refused, request, cookies.SIGNING_ON)
            return refused
        token = await run_in_threadpool(sessions.start, signed_on.person)
        response = RedirectResponse(signed_on.wanted, 303, _UNSEEN)
        cookies.keep(response, request, cookies.SESSION, token, int(SESSION_LIFETIME.total_seconds()))
        cookies.drop(response, request, cookies.SIGNING_ON)  # a code is good once, and so is what belongs to it
        return response

    return away


async def _link_used(request: Request, error: Exception) -> Response:
    """Go on at the same address, with a cookie in place of the token."""
    rest = urlencode([(name, value) for name, value in request.query_params.multi_items() if name != LINK_TOKEN])
    response = RedirectResponse(request.url.path + (f"?{rest}" if rest else ""), 303, _UNSEEN)
    if isinstance(error, LinkUsed) and error.session_token:
        cookies.keep(response, request, cookies.SESSION, error.session_token, int(SESSION_LIFETIME.total_seconds()))
    return response


async def _sign_in_needed(request: Request, error: Exception) -> Response:
    settings: Settings = request.app.state.settings
    if settings.sign_in == "oidc" and request.method == "GET" and "hx-request" not in request.headers:
        return RedirectResponse(f"/sign-in/start?next={quote(_wanted(request), safe='')}", 303, _UNSEEN)
    return _sign_in_page(request, str(error), 401)


async def _not_served(request: Request, error: Exception) -> Response:
    return page(request, "problem.html", 403, dict(_UNSEEN), title="Not served here", code=403, detail=str(error))


async def _cross_site(request: Request, _error: Exception) -> Response:
    detail = "Another site's page sent this, so nothing was done. Open the page of this server and do it there."
    return page(request, "problem.html", 403, dict(_UNSEEN), title="Refused", code=403, detail=detail)


async def _admins_only(request: Request, _error: Exception) -> Response:
    settings: Settings = request.app.state.settings
    remedy = "open a link made with: sopbot link --admin" if settings.sign_in == "link" else "ask whoever runs sopbot to name you in SOPBOT_SIGN_IN_ADMINS"
    detail = f"You are signed in, but these pages are for the people who look after the documents. To review as well, {remedy}."
    return page(request, "problem.html", 403, dict(_UNSEEN), title="Not for you yet", code=403, detail=detail)


def _sign_in_page(request: Request, why: str, status: int) -> Response:
    settings: Settings = request.app.state.settings
    headers = _UNSEEN | ({"WWW-Authenticate": _COOKIE_REALM} if status == 401 else {})
    return page(request, "sign_in.html", status, headers, why=why, way=settings.sign_in)


def _wanted(request: Request) -> str:
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")
