from __future__ import annotations

import re
from html import unescape

from tests.bot.api.conftest import Serving


def test_every_address_on_the_first_page_is_there(serving: Serving) -> None:
    """The page is HTML that runs nothing, and each of its links answers; the team's pages by asking for a sign-in."""
    response = serving.client.get("/")
    links = set(re.findall(r'<a href="(/[^"]*)"', response.text))
    assert (response.status_code, response.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert response.headers["content-security-policy"].startswith("default-src 'none'")
    assert "<script" not in response.text
    team = {"/ask", "/review", "/figures", "/coverage"}
    assert {"/docs", "/faq", "/widget/demo", "/openapi.json", "/v1/search?q=refund", "/healthz", "/readyz"} | team == links
    assert {link: serving.client.get(link).status_code for link in links} == dict.fromkeys(links, 200) | dict.fromkeys(team, 401)


def test_the_first_page_names_this_server(serving: Serving) -> None:
    """The curl line can be copied as it is, and a strange Host header cannot put HTML into the page."""
    assert f"curl http://127.0.0.1:{serving.port}/v1/ask" in serving.client.get("/").text
    assert "<b>" not in serving.client.get("/", headers={"Host": "x<b>y"}).text
    assert "<b>" not in serving.client.get("/docs", headers={"Host": "x<b>y"}).text


def test_the_interface_is_described_whole(serving: Serving) -> None:
    """The page names every call, parameter and field of the OpenAPI document, and each link inside it leads somewhere."""
    described, text = serving.client.get("/openapi.json").json(), serving.client.get("/docs").text
    for path, methods in described["paths"].items():
        for method, told in methods.items():
            assert f"<code>{method.upper()} {path}</code></h2>" in text
            assert all(f"<code>{one['name']}</code>" in text for one in told.get("parameters", []))
    for name, shape in described["components"]["schemas"].items():
        section = text.partition(f'<h3 id="{name}">')[2].partition("</section>")[0]
        assert re.findall(r'<th scope="row"><code>(.*?)</code>', section) == list(shape.get("properties", {})), name
    assert re.search(r"Takes <a [^>]+>AskRequest</a>\.\s+Gives <a [^>]+>AskResponse</a>\.\s+May end with a problem", text)
    ids = set(re.findall(r' id="([^"]+)"', text))
    assert set(re.findall(r'href="#([^"]+)"', text)) <= ids


def test_the_interface_page_loads_nothing_from_elsewhere(serving: Serving) -> None:
    """It works without a network: no script, and every file from this server."""
    response = serving.client.get("/docs")
    assert "<script" not in response.text
    assert all(target.startswith("/static/") for target in re.findall(r'(?:src|<link[^>]* href)="([^"]+)"', response.text))
    assert "unsafe" not in response.headers["content-security-policy"]


def test_a_command_of_the_interface_page_works_as_it_stands(serving: Serving) -> None:
    """The example of the ask call is a question that gets an answer."""
    example = unescape(re.findall(r"<pre[^>]*><code>(curl \S+/v1/ask .*?)</code></pre>", serving.client.get("/docs").text, re.DOTALL)[0])
    body = re.findall(r"-d '(.*)'", example)[0]
    answer = serving.client.post("/v1/ask", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["outcome"]) == (200, "answer")
