"""Who really connected, kept before a proxy's word about the visitor takes its place."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send


class KeepPeer:
    """ASGI middleware, around the one that believes proxies: notes the address at the other end of the connection.

    Args:
        app: what it wraps.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http":
            client = scope.get("client")
            scope.setdefault("state", {})["peer"] = client[0] if client else ""
        await self._app(scope, receive, send)


def peer_in(connection: HTTPConnection, networks: Iterable[str]) -> bool:
    """Whether whoever connected, a proxy perhaps, has an address in one of these networks."""
    return _in(getattr(connection.state, "peer", ""), networks)


def client_in(connection: HTTPConnection, networks: Iterable[str]) -> bool:
    """Whether the visitor, as far as trusted proxies tell, has an address in one of these networks."""
    return _in(connection.client.host if connection.client else "", networks)


def _in(address: str, networks: Iterable[str]) -> bool:
    """Fails closed: what is no address, such as the name of a socket, is in no network."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return any(_plain(found) in _network(network) for network in networks)


def _plain(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """A server that listens on both families sees 10.0.0.5 as ::ffff:10.0.0.5."""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


@cache
def _network(text: str) -> IPv4Network | IPv6Network:
    return ip_network(text)
