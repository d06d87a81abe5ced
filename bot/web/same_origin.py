"""A request that changes something -> whether one of our own pages sent it: what another website makes a browser send is refused."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import Request


def is_same_origin(request: Request, public_url: str = "") -> bool:
    """Whether a request comes from a page of this server, or from no page at all.

    Browsers say where a form was sent from: in `Sec-Fetch-Site`, and where they do not, in `Origin`. A program that sends
    neither carries nobody's cookies, so that nobody's rights can be borrowed through it.

    Args:
        request: as it arrived.
        public_url: the server's address in browsers, when a proxy in front passes on another Host.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    if origin is None:
        return True
    sender = urlsplit(origin).netloc
    return sender != "" and sender in (request.headers.get("host"), urlsplit(public_url).netloc)
