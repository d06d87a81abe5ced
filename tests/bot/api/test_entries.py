from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

import pytest

from tests.bot.api.conftest import Serving

PUBLIC = "returns#how-long-do-i-have-to-return-something"
INTERNAL = "handle-refund-complaint"


def path(entry_id: str) -> str:
    """The address of an entry."""
    return f"/v1/entries/{quote(entry_id, safe='')}"


def test_a_public_entry_is_read_whole_without_a_key(serving: Serving) -> None:
    """Title, body and the page where people find it; not who owns it."""
    document = serving.client.get(path(PUBLIC)).json()
    entry = serving.index.get().entry(PUBLIC, "public")
    kept = serving.index.get().entry(PUBLIC, "internal")
    assert entry is not None
    assert kept is not None
    assert kept.owner
    shown = document["entry"]
    assert (shown["entry_id"], shown["title"], shown["body_markdown"]) == (PUBLIC, entry.title, entry.body)
    assert (shown["url"], shown["citation"]["owner"]) == ("/faq/returns/how-long-do-i-have-to-return-something", "")


def test_the_team_reads_who_owns_an_entry(serving: Serving) -> None:
    """An internal key shows the owner, of public entries too, and internal entries have no public page."""
    key = serving.key("internal")
    index = serving.index.get()
    for entry_id, url in ((PUBLIC, "/faq/returns/how-long-do-i-have-to-return-something"), (INTERNAL, None)):
        found, shown = index.entry(entry_id, "internal"), serving.client.get(path(entry_id), headers=key).json()["entry"]
        assert found is not None
        assert (shown["citation"]["owner"], shown["url"]) == (found.owner, url)


@pytest.mark.parametrize("scope", [None, "public"])
def test_an_internal_entry_is_as_unknown_as_one_that_does_not_exist(serving: Serving, scope: str | None) -> None:
    """Status, headers and every byte but the request's id are the same."""
    headers = {"X-Request-ID": "same"} | (serving.key("public") if scope else {})
    real, made_up = (serving.client.get(path(entry_id), headers=headers) for entry_id in (INTERNAL, "handle-nothing-at-all"))
    assert (real.status_code, real.content) == (404, made_up.content)
    dropped = {"date"}
    assert {k: v for k, v in real.headers.items() if k not in dropped} == {k: v for k, v in made_up.headers.items() if k not in dropped}


def test_the_faq_lists_all_that_is_public_and_nothing_else(serving: Serving) -> None:
    """Each public entry stands once, under its document's title; an internal key sees the same."""
    document = serving.client.get("/v1/faq").json()
    listed = [entry["entry_id"] for topic in document["topics"] for entry in topic["entries"]]
    assert sorted(listed) == sorted(entry.id for entry in serving.index.get().entries("public"))
    assert [topic["title"] for topic in document["topics"] if topic["topic"] == "returns"] == ["Returns and exchanges"]
    assert serving.client.get("/v1/faq", headers=serving.key("internal")).json() == document


@pytest.mark.parametrize("address", ["/v1/faq", path(PUBLIC), "/v1/search?q=refund"])
def test_what_the_client_has_is_not_sent_again_until_a_rebuild(serving: Serving, address: str) -> None:
    """304 with the tag of the last answer; the whole answer, with another tag, once another generation serves."""
    tag = serving.client.get(address).headers["etag"]
    same = serving.client.get(address, headers={"If-None-Match": tag})
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", tag)
    assert serving.index.index is not None
    serving.index.index = replace(serving.index.index, generation="000002")
    after = serving.client.get(address, headers={"If-None-Match": tag})
    assert (after.status_code, after.json()["generation"]) == (200, "000002")
    assert after.headers["etag"] != tag


def test_the_tag_of_one_audience_is_not_good_for_another(serving: Serving) -> None:
    """A public answer held by a cache is never taken for the internal one."""
    tag = serving.client.get("/v1/search?q=refund").headers["etag"]
    assert serving.client.get("/v1/search?q=refund", headers={"If-None-Match": tag} | serving.key("internal")).status_code == 200


def test_an_answer_says_what_it_depends_on(serving: Serving) -> None:
    """A shared cache keeps answers of different callers apart."""
    assert {"Authorization", "X-API-Key"} <= {name.strip() for name in serving.client.get("/v1/faq").headers["vary"].split(",")}
