"""A request for a page of the team -> the person who sent it, in the way of signing in that is set; or why not.

Fails closed: a way that is not set up right lets nobody in.
"""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request

from bot.sessions import MAX_NAME_CHARACTERS, Person, PersonScope, SessionStore
from bot.settings import Settings
from bot.web import cookies
from bot.web.peer import client_in, peer_in
from bot.web.same_origin import is_same_origin

_LOOPBACK_NAMES = {"localhost", "127.0.0.1", "::1"}
_FROM_A_PROXY = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
LEADS_PAGES = ("/review", "/figures", "/coverage")
"""Where the addresses of the pages begin that are for people with the scope admin only."""
LINK_TOKEN = "token"  # noqa: S105 - the name of a query parameter


class SignInNeeded(Exception):
    """Nobody is signed in; its text says why, for the visitor."""


class NotServedHere(Exception):
    """The pages are not served to where this request comes from; its text says why, for the visitor."""


class LinkUsed(Exception):
    """A one-time link was used, and is now a session.

    Args:
        session_token: goes into the cookie; "" when the browser keeps the one it has.
    """

    def __init__(self, session_token: str) -> None:
        super().__init__("A link was used.")  # never the token: it must not end up in a traceback
        self.session_token = session_token


class AdminsOnly(Exception):
    """Somebody is signed in who may ask, but not review."""


class CrossSite(Exception):
    """A request that another site's page made the browser send."""


def person_of(request: Request) -> Person:
    """Say who sent a request: a dependency of every page of the team.

    Raises:
        SignInNeeded: nobody has.
        NotServedHere: wherever it comes from, it is the wrong place.
        LinkUsed: a link was followed; the request goes on at the same address without the token.
        LogUnavailable: sessions cannot be looked up.
    """
    settings: Settings = request.app.state.settings
    if settings.sign_in == "link":
        return _with_link(request, settings)
    if settings.sign_in == "proxy":
        return _named_by_proxy(request, settings)
    if settings.sign_in == "oidc":
        return _with_session(request, "You are not signed in, or your session has ended.")
    raise NotServedHere("The pages for the team are switched off on this server.")


PersonOf = Annotated[Person, Depends(person_of)]


def admin_of(person: PersonOf) -> Person:
    """Let pass who may review; a dependency of the pages for that.

    Raises:
        AdminsOnly: this person may not.
    """
    if person.scope != "admin":
        raise AdminsOnly
    return person


AdminOf = Annotated[Person, Depends(admin_of)]


def same_origin(request: Request) -> None:
    """Let a request pass that one of our own pages sent; a dependency of every route that changes something for a person.

    Raises:
        CrossSite: it came from elsewhere, or does not say: a program uses the HTTP interface and a key, and no cookie.
    """
    settings: Settings = request.app.state.settings
    told = "sec-fetch-site" in request.headers or "origin" in request.headers
    if not told or not is_same_origin(request, settings.public_url):
        raise CrossSite


def scope_of(name: str, settings: Settings, groups: frozenset[str] = frozenset()) -> PersonScope:
    """What a person may do whom a proxy or the sign-on has named."""
    admins = {admin.casefold() for admin in settings.sign_in_admins}
    return "admin" if name.casefold() in admins or groups & set(settings.sign_in_admin_groups) else "internal"


def _with_link(request: Request, settings: Settings) -> Person:
    # The address at the other end is not enough: any web page can make a browser on this machine connect to us under
    # a name of its own (DNS rebinding). Then the Host header holds that name.
    if not peer_in(request, settings.sign_in_networks) or not client_in(request, settings.sign_in_networks):
        raise NotServedHere("This page is open to the machine that sopbot runs on only. Whoever runs it can open it to the team.")
    if any(name in request.headers for name in _FROM_A_PROXY):
        raise NotServedHere("This page was reached through a proxy, and is not set up for that. Whoever runs sopbot can change it.")
    if _host(request) not in _LOOPBACK_NAMES | {settings.host.lower(), (urlsplit(settings.public_url).hostname or "")} - {""}:
        raise NotServedHere("This page is not served under this name. Use the address that sopbot printed when it started.")
    token = request.query_params.get(LINK_TOKEN)
    if token is None or request.method != "GET":
        return _with_session(request, "You are not signed in, or your session has ended.")
    sessions: SessionStore = request.app.state.sessions
    session = sessions.redeem(token)
    if session is None:
        _with_session(request, "This link has been used already, or it is more than an hour old.")
    raise LinkUsed(session or "")


def _with_session(request: Request, otherwise: str) -> Person:
    sessions: SessionStore = request.app.state.sessions
    token = cookies.read(request, cookies.SESSION)
    person = sessions.find(token) if token else None
    if person is None:
        raise SignInNeeded(otherwise)
    return person


def _named_by_proxy(request: Request, settings: Settings) -> Person:
    if not peer_in(request, settings.trusted_proxies):
        raise NotServedHere("This page is reached through the team's own proxy only.")
    names = request.headers.getlist(settings.sign_in_header)
    if not names or not names[0].strip():
        raise SignInNeeded("The proxy in front of this page did not say who you are.")
    name = names[0].strip()
    if len(names) > 1 or len(name) > MAX_NAME_CHARACTERS:  # somebody's own header got through the proxy beside the proxy's
        raise NotServedHere("The proxy in front of this page names several people, or none that can be.")
    listed = ",".join(request.headers.getlist(settings.sign_in_groups_header)) if settings.sign_in_groups_header else ""
    return Person(name, scope_of(name, settings, frozenset(filter(None, (group.strip() for group in listed.split(","))))))


def _host(request: Request) -> str:
    """The name in the Host header, without the port."""
    try:
        return (urlsplit(f"//{request.headers.get('host', '')}").hostname or "").lower()
    except ValueError:
        return ""
