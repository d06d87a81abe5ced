"""The cookies of the pages: their names, and how narrowly browsers are told to keep them."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import Request, Response

from bot.settings import Settings

SESSION = "sopbot"
SIGNING_ON = "sopbot-signing-on"


def is_secure(request: Request) -> bool:
    """Whether the visitor reaches this server by https: directly, through a proxy that says so, or at the public address."""
    settings: Settings = request.app.state.settings
    public = urlsplit(settings.public_url)
    return request.url.scheme == "https" or (public.scheme == "https" and request.headers.get("host", "").lower() == public.netloc.lower())


def name_of(request: Request, purpose: str) -> str:
    """The name of a cookie at the address that the visitor uses.

    With https, the prefix `__Host-` makes browsers refuse a cookie that another host of the domain tries to plant.
    Without, on this machine, the port tells two servers apart, since cookies do not.
    """
    return f"__Host-{purpose}" if is_secure(request) else f"{purpose}-{request.url.port or 80}"


def read(request: Request, purpose: str) -> str:
    """A cookie's value, or ""."""
    return request.cookies.get(name_of(request, purpose), "")


def keep(response: Response, request: Request, purpose: str, value: str, seconds: int) -> None:
    """Have the browser keep a cookie that no script reads and that other sites' forms and frames do not send."""
    response.set_cookie(name_of(request, purpose), value, max_age=seconds, path="/", secure=is_secure(request), httponly=True, samesite="lax")


def drop(response: Response, request: Request, purpose: str) -> None:
    """Have the browser forget a cookie."""
    response.delete_cookie(name_of(request, purpose), path="/", secure=is_secure(request), httponly=True, samesite="lax")
