"""Requests made up from the server's own description, and questions of every kind, against a running server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import content_type_conformance, response_headers_conformance, response_schema_conformance, status_code_conformance
from schemathesis.specs.openapi.schemas import OpenApiSchema

from tests.e2e.serving import copy_index, serving

_CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance, response_schema_conformance]
_BOUNDED = settings(
    max_examples=60,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def address(starter_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server that turns nobody away."""
    folder = tmp_path_factory.mktemp("contract")
    copy_index(starter_data, folder)
    with serving(folder, SOPBOT_RATE_LIMIT="", SOPBOT_KEY_RATE_LIMIT="", SOPBOT_LOG_LEVEL="WARNING") as address:
        yield address


@pytest.fixture(scope="module")
def description(address: str) -> OpenApiSchema:
    """What the server says of itself."""
    return schemathesis.openapi.from_url(f"{address}/openapi.json")


_OPERATIONS = [
    ("POST", "/v1/ask"),
    ("POST", "/v1/choices"),
    ("POST", "/v1/feedback"),
    ("GET", "/v1/search"),
    ("GET", "/v1/entries/{entry_id}"),
    ("GET", "/v1/faq"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/metrics"),
    ("GET", "/v1/index/rebuild"),
    ("POST", "/v1/index/rebuild"),
    ("POST", "/v1/index/webhook"),
]


def test_every_operation_is_tried(description: OpenApiSchema) -> None:
    """The list of this file is the description's."""
    described = [(operation.ok().method.upper(), operation.ok().path) for operation in description.get_all_operations()]
    assert sorted(described) == sorted(_OPERATIONS)


_MODES = [
    pytest.param(method, path, mode, id=f"{method} {path} {mode.value}")
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    for method, path in _OPERATIONS
    if mode is GenerationMode.POSITIVE or path not in ("/healthz", "/readyz")  # which take nothing that could be wrong
]


@pytest.mark.parametrize(("method", "path", "mode"), _MODES)
def test_every_answer_is_as_described(description: OpenApiSchema, method: str, path: str, mode: GenerationMode) -> None:
    """What fits the description, and what just does not, gets a status, type and body that the description names; never a 5xx."""

    @_BOUNDED
    @given(description[path][method].as_strategy(generation_mode=mode))
    def check(case: schemathesis.Case) -> None:
        case.call_and_validate(checks=_CHECKS)

    check()


def test_answers_from_the_documents_are_as_described(description: OpenApiSchema) -> None:
    """Made-up ids find nothing; with real ones, each kind of success has the body that the description names."""
    listed = description["/v1/faq"]["GET"].Case().call_and_validate(checks=_CHECKS).json()
    entries = [entry for topic in listed["topics"] for entry in topic["entries"]]
    assert len(entries) == 81
    for entry in entries[::4]:
        read = description["/v1/entries/{entry_id}"]["GET"].Case(path_parameters={"entry_id": quote(entry["entry_id"])})
        assert read.call_and_validate(checks=_CHECKS).json()["entry"]["url"] == entry["url"]
        ask = description["/v1/ask"]["POST"].Case(body={"question": entry["title"], "client": "widget"}, media_type="application/json")
        query_id = ask.call_and_validate(checks=_CHECKS).json()["query_id"]
        body = {"query_id": query_id, "entry_id": entry["entry_id"]}
        chosen = description["/v1/choices"]["POST"].Case(body=body, media_type="application/json").call_and_validate(checks=_CHECKS)
        assert chosen.json()["answer"]["entry_id"] == entry["entry_id"]
        judged = description["/v1/feedback"]["POST"].Case(body=body | {"helpful": False, "reason": "unclear"}, media_type="application/json")
        assert judged.call_and_validate(checks=_CHECKS).status_code == 201


_NASTY = [
    "\0", "\x1b[31m", "\x7f", "\u202e", "\u2066", "\u200b", "\ufeff", "\ufffe", "\ud800", "\udfff\ud800", "👩‍👩‍👧‍👦🏳️‍🌈", "é́́́́́́́́́", "ﷺ", "ی", "כמה ימים",
    "'; DROP TABLE questions; --", '" OR 1=1 --', "%s%n%d", "{{7*7}}", "${7*7}", "{% raw %}", "../../etc/passwd", "\r\nSet-Cookie: a=b", "<!--", "]]>",
    "<script>alert(1)</script>", "</title><img src=x onerror=alert(1)>", '" autofocus onfocus="alert(1)', "javascript:alert(1)", "&lt;b&gt;", "`" * 50,
    "refund", "how long do I have to return something", "ERR-4012", "1" * 400, "a" * 9_000, "word " * 1_500,
]  # fmt: skip
_QUESTIONS = st.one_of(
    st.text(),
    st.text(st.characters(categories=["Cs", "Cc", "Co", "Cn", "Mn", "So"])),
    st.lists(st.sampled_from(_NASTY), min_size=1, max_size=4).map(" ".join),
)
_TAGS = {
    "html", "head", "meta", "title", "link", "body", "a", "header", "form", "label", "input", "button", "main", "p", "q", "h1", "h2", "h3",
    "article", "div", "ul", "ol", "li", "section", "details", "summary", "fieldset", "legend", "textarea", "footer", "nav", "span", "time",
    "strong", "em", "code",
}  # fmt: skip


class _Elements(HTMLParser):
    """The elements and attributes of a page, as a browser reads them."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note one; a block of data is none that does anything."""
        if (tag, attrs) == ("script", [("type", "application/ld+json")]):
            return
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


@pytest.fixture(scope="module")
def client(address: str) -> Iterator[httpx.Client]:
    """A client of the server."""
    with httpx.Client(base_url=address, trust_env=False, timeout=30) as client:
        yield client


def _parameter(text: str) -> str:
    """For an address; half a surrogate pair becomes bytes that are no UTF-8."""
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


def _json(value: object) -> dict[str, Any]:
    """A body in which half a surrogate pair is an escape, as JavaScript writes it."""
    return {"content": json.dumps(value).encode(), "headers": {"Content-Type": "application/json"}}


@_BOUNDED
@given(text=_QUESTIONS)
def test_no_text_breaks_a_route(client: httpx.Client, text: str) -> None:
    """Asked, searched for, typed into the FAQ, given as a comment, an id, an address: an answer or a refusal in our own words."""
    asked = client.post("/v1/ask", **_json({"question": text}))
    assert asked.status_code in (200, 422)
    searched = client.get(f"/v1/search?q={_parameter(text[:2_000])}")
    assert searched.status_code in (200, 422)
    assert (asked.status_code == 200) >= (len(text) < 2_000 and searched.status_code == 200)
    judged = client.post("/v1/feedback", **_json({"entry_id": "refunds#when-will-i-get-my-refund", "helpful": True, "comment": text[:4_000]}))
    assert judged.status_code == 201
    step = client.post("/v1/feedback", **_json({"entry_id": text[:300], "helpful": True, "step": text[:30]}))
    assert step.status_code in (404, 422)
    chosen = client.post("/v1/choices", **_json({"question": text, "entry_id": "refunds#when-will-i-get-my-refund"}))
    assert chosen.status_code in (200, 422)
    for response in (asked, searched, judged, step, chosen):
        assert response.headers["content-type"] in ("application/json", "application/problem+json")
        assert "Traceback" not in response.text


_FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}


@_BOUNDED
@given(text=_QUESTIONS)
def test_no_text_becomes_part_of_a_page(client: httpx.Client, text: str) -> None:
    """A FAQ page shows what was typed as text: no element, attribute or header of it is the visitor's."""
    answers = [
        client.get(f"/faq?q={_parameter(text[:2_000])}", headers={"Accept": "text/html"}),
        client.get(f"/faq/{_parameter(text[:2_000])}", headers={"Accept": "text/html"}),
        client.get(f"/faq/returns/how-do-i-return-a-gift?query={_parameter(text[:2_000])}", headers={"Accept": "text/html"}),
        client.post("/faq/feedback", content=f"entry_id={_parameter(text[:80])}&helpful=no", headers=_FORM),
        client.post("/faq/feedback", content=f"entry_id=refunds%23when-will-i-get-my-refund&helpful=no&comment={_parameter(text[:900])}", headers=_FORM),
    ]
    for response in answers:
        assert response.status_code in (200, 303, 308, 404, 422)
        assert "set-cookie" not in response.headers
        elements = _Elements()
        elements.feed(response.text)
        assert elements.tags <= _TAGS, elements.tags - _TAGS
        assert not {name for name in elements.attributes if name.startswith("on") or name == "autofocus"}


@pytest.mark.parametrize("size", [64 * 1024, 100_000, 2_000_000])
def test_what_is_far_too_long_is_refused(client: httpx.Client, size: int) -> None:
    """A question of 100 kB and more is refused by its size, in a body, a form or an address; the server goes on."""
    text = "word " * (size // 5)
    assert client.post("/v1/ask", json={"question": text}).status_code == 413
    assert client.post("/faq/feedback", data={"entry_id": "x", "helpful": "no", "comment": text}).status_code == 413
    assert client.get("/readyz").status_code == 200


def test_an_address_that_is_far_too_long_is_refused(address: str) -> None:
    """100 kB in an address are refused before they reach the application; the server goes on."""
    with httpx.Client(trust_env=False, timeout=30) as client:
        assert client.get(f"{address}/v1/search?q={'a' * 65_000}").status_code in (400, 414, 422)
        assert client.get(f"{address}/readyz").status_code == 200
