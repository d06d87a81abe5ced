from __future__ import annotations

import pytest
from starlette.requests import Request

from bot.web.same_origin import is_same_origin


@pytest.mark.parametrize(
    ("headers", "own"),
    [
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "cross-site", "origin": "http://help.example"}, False),
        ({"sec-fetch-site": ""}, False),
        ({"origin": "http://help.example"}, True),
        ({"origin": "https://public.example"}, True),
        ({"origin": "http://help.example:81"}, False),
        ({"origin": "http://help.example.evil.example"}, False),
        ({"origin": "null"}, False),
        ({"origin": ""}, False),
        ({}, True),
    ],
    ids=str,
)
def test_only_our_own_pages_send_our_forms(headers: dict[str, str], own: bool) -> None:
    """What the browser says of the sender decides; a sender that says nothing is no page."""
    raw = [(name.encode(), value.encode()) for name, value in {"host": "help.example", **headers}.items()]
    assert is_same_origin(Request({"type": "http", "headers": raw}), "https://public.example") is own


def test_no_host_is_not_the_same_as_no_origin() -> None:
    """A request of HTTP/1.0 without Host is not taken for the page without a name."""
    assert is_same_origin(Request({"type": "http", "headers": [(b"origin", b"null")]})) is False
