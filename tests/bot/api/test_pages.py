from __future__ import annotations

import re

from tests.bot.api.conftest import Serving


def test_every_address_on_the_first_page_is_there(serving: Serving) -> None:
    """The page is HTML that runs nothing, and each of its links answers."""
    response = serving.client.get("/")
    links = re.findall(r'href="([^"]+)"', response.text)
    assert (response.status_code, response.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert response.headers["content-security-policy"].startswith("default-src 'none'")
    assert "v1/search?q=refund" in links
    assert {link: serving.client.get(f"/{link}").status_code for link in links} == dict.fromkeys(links, 200)


def test_the_first_page_names_this_server(serving: Serving) -> None:
    """The curl line can be copied as it is, and a strange Host header cannot put HTML into the page."""
    assert f"curl http://127.0.0.1:{serving.port}/v1/ask" in serving.client.get("/").text
    assert "<b>" not in serving.client.get("/", headers={"Host": "x<b>y"}).text
