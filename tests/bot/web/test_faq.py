from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import httpx
import pytest
from sqlalchemy import select

from bot.database import Database
from bot.errors import SettingsError
from bot.query_log import QueryLog
from bot.settings import Settings, read_settings
from bot.tables import choices, feedback, questions
from index.corpus import read_corpus
from tests.bot.api.conftest import Serving, serve
from tests.fakes import HeldIndex, WordIndex, knowledge_index

_BASE = "https://help.example"
_DOCUMENTS = {
    "faqs/odd.md": """---
audience: public
review_by: 2026-11-01
---
# Odd & \\<b>ends

## Does \\</script>\\<script>alert(1)\\</script> run?

No: "</script>" & <script> are text. See [us](../sops/secret-plan.md), [gifts](gifts.md#what-is-it).

## كم يوما لدي؟

ستون يوما.
""",
    "faqs/gifts.md": "---\naudience: public\nreviewed_on: 2026-10-05\n---\n# Gifts\n\n## What is it?\n\nA gift.\n\n### Parts\n\n1. One.\n2. Two.\n",
    "sops/secret-plan.md": "# Secret plan of Ada\n\n## Steps\n\n1. Hide the treasure.\n",
    "sops/open-plan.md": "---\naudience: public\n---\n# Open plan\n\n## Purpose\n\nTell all.\n\n## Steps\n\n1. Show the treasure.\n",
    "team/on call/c#.md": "---\naudience: public\n---\n# First day\n\nCome in.\n\n## Lunch\n\nAt one.\n",
}


def _settings(folder: Path) -> Settings:
    settings = {"site_name": "Wren & Co help", "contact": "mailto:care@wren.example", "public_url": _BASE, "rate_limit": "", "key_rate_limit": ""}
    return Settings.model_validate({"data_dir": folder, **settings})


@pytest.fixture
def faq(database: Database, log: QueryLog, tmp_path: Path) -> Iterator[Serving]:
    """A server with this repository's documents and all settings of the pages."""
    with serve(knowledge_index(), database, log, _settings(tmp_path)) as serving:
        yield serving


@pytest.fixture
def odd(database: Database, log: QueryLog, tmp_path: Path) -> Iterator[Serving]:
    """A server with documents that are hard to show."""
    folder = tmp_path / "knowledge"
    for path, text in _DOCUMENTS.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    with serve(HeldIndex(WordIndex(read_corpus(folder).entries)), database, log, _settings(tmp_path)) as serving:
        yield serving


def _data(page: str) -> dict[str, object]:
    """The schema.org data of a page."""
    (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    data: dict[str, object] = json.loads(found)
    return data


def _text(html: str) -> str:
    """What a reader sees of HTML, blanks made single."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def _rows(database: Database, table: object) -> list[dict[str, object]]:
    with database.read() as connection:
        return [dict(row) for row in connection.execute(select(table)).mappings()]  # type: ignore[call-overload]


def test_the_first_page_lists_every_public_question_and_no_other(faq: Serving) -> None:
    """Each title leads to its page, which is there; internal titles show nowhere."""
    page = faq.client.get("/faq").text
    links = {unescape(title): path for path, title in re.findall(r'<li dir="auto"><a href="([^"]+)">([^<]+)</a>', page)}
    assert set(links) == {entry.title for entry in faq.index.get().entries("public")}
    assert {path: faq.client.get(path).status_code for path in links.values()} == dict.fromkeys(links.values(), 200)
    assert not [entry.title for entry in faq.index.get().entries("internal") if entry.audience == "internal" and entry.title in page]


def test_an_answer_has_a_page_of_its_own(faq: Serving) -> None:
    """Title, body, date, the way back, other questions of the topic, the contact, and an address that stays."""
    response = faq.client.get("/faq/returns/which-items-can-i-not-return")
    assert (response.status_code, response.headers["content-type"]) == (200, "text/html; charset=utf-8")
    page = response.text
    assert re.findall(r"<h1[^>]*>(.*?)</h1>", page) == ["Which items can I not return?"]
    assert "<li>helmets with a broken seal</li>" in page
    assert 'Last checked on <time datetime="2026-10-05">5 October 2026</time>.</p>' in page
    assert '<a href="/faq/returns" dir="auto">Returns and exchanges</a>' in page
    assert page.count('<a href="/faq/returns/') == 6
    assert '<a href="mailto:care@wren.example">Write to care@wren.example</a>' in page
    assert f'<link rel="canonical" href="{_BASE}/faq/returns/which-items-can-i-not-return">' in page
    assert '<link rel="alternate" type="application/json" href="/v1/entries/returns%23which-items-can-i-not-return">' in page
    assert faq.client.get("/v1/entries/returns%23which-items-can-i-not-return").json()["entry"]["title"] == "Which items can I not return?"
    assert "<title>Which items can I not return? – Wren &amp; Co help</title>" in page
    assert '<meta name="description" content="We cannot take these back unless they are faulty:">' in page
    assert ("noindex" in page, "set-cookie" in response.headers) == (False, False)


def test_a_topic_shows_all_its_answers_and_tells_search_engines_the_same(faq: Serving) -> None:
    """The data of the FAQPage are the document's questions and answers, word for word."""
    page = faq.client.get("/faq/returns").text
    entries = [entry for entry in faq.index.get().entries("public") if entry.path == "faqs/returns.md"]
    data = _data(page)
    assert (data["@context"], data["@type"], data["name"], data["@id"]) == ("https://schema.org", "FAQPage", "Returns and exchanges", f"{_BASE}/faq/returns")
    assert isinstance(data["mainEntity"], list)
    told = [(question["name"], _text(question["acceptedAnswer"]["text"])) for question in data["mainEntity"]]
    assert told == [(entry.title, " ".join(entry.body.replace("\n- ", " ").split())) for entry in entries]
    assert all(answer in _text(page) for _, answer in told)
    assert [question["url"] for question in data["mainEntity"]] == [f"{_BASE}/faq/{entry.id.replace('#', '/')}" for entry in entries]


def test_an_answer_s_data_say_where_it_stands(faq: Serving) -> None:
    """One question, when it was checked, and the way to it; only the topic is a FAQPage."""
    data = _data(faq.client.get("/faq/returns/how-do-i-return-a-gift").text)
    question, way = data["mainEntity"], data["breadcrumb"]
    assert isinstance(question, dict)
    assert isinstance(way, dict)
    assert (data["@type"], question["@type"], question["name"], data["lastReviewed"]) == ("WebPage", "Question", "How do I return a gift?", "2026-10-05")
    assert [(step["position"], step["name"], step["item"]) for step in way["itemListElement"]] == [
        (1, "Wren & Co help", f"{_BASE}/faq"),
        (2, "Returns and exchanges", f"{_BASE}/faq/returns"),
        (3, "How do I return a gift?", f"{_BASE}/faq/returns/how-do-i-return-a-gift"),
    ]


@pytest.mark.parametrize("place", ["odd/does-script-script-alert-1-script-run", "odd", ""])
def test_what_looks_like_a_script_is_text(odd: Serving, place: str) -> None:
    """No title or answer ends the block of data or begins a script of its own; the data hold the very characters."""
    page = odd.client.get(f"/faq/{place}".rstrip("/")).text
    assert "<script>" not in page
    assert page.count("<script") == page.count("</script") == (1 if place else 0)
    assert "Does </script><script>alert(1)</script> run?" in unescape(page)
    if place:
        data = json.dumps(_data(page))
        assert "Does </script><script>alert(1)</script> run?" in data
        assert "secret" not in page.lower()


def test_links_to_other_documents_lead_to_their_pages(odd: Serving) -> None:
    """A link to a public document is a link; one to an internal document is its text alone."""
    page = odd.client.get("/faq/odd/does-script-script-alert-1-script-run").text
    assert 'See us, <a href="/faq/gifts/what-is-it">gifts</a>.' in page
    assert f'<a href=\\"{_BASE}/faq/gifts/what-is-it\\">' in json.dumps(_data(page))


def test_headings_stand_below_the_page_s_own(odd: Serving) -> None:
    """One h1; an answer's headings begin at h2 on its own page and at h3 below its title on the topic's."""
    assert "<h2>Parts</h2>" in odd.client.get("/faq/gifts/what-is-it").text
    topic = odd.client.get("/faq/gifts").text
    assert ("<h3>Parts</h3>" in topic, topic.count("<h1")) == (True, 1)


def test_an_answer_past_its_review_date_says_so(odd: Serving) -> None:
    """Whoever needs to be sure is told to ask; an answer in time says nothing of the kind."""
    assert "due to be checked again" in odd.client.get("/faq/odd/does-script-script-alert-1-script-run").text
    assert "due to be checked again" not in odd.client.get("/faq/gifts/what-is-it").text


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/faq/odd/كم-يوما-لدي", "كم يوما لدي؟"),
        ("/faq/open-plan", "Open plan"),
        ("/faq/team/on%20call/c%23/lunch", "Lunch"),
        ("/faq/team/on%20call/c%23", "c#"),
    ],
)
def test_every_kind_of_public_document_has_pages(odd: Serving, path: str, title: str) -> None:
    """Questions in any script, a procedure that is public, and a handbook in folders, in whatever files they stand."""
    response = odd.client.get(path)
    assert (response.status_code, re.findall(r"<h1[^>]*>(.*?)</h1>", response.text)) == (200, [title])
    assert f'<a href="{path}"' in unquote(odd.client.get("/faq").text) or f'href="{path}' in odd.client.get("/faq").text


def test_a_long_topic_lists_titles_only(database: Database, log: QueryLog, tmp_path: Path) -> None:
    """Thirty-one answers are not one page, and search engines are told no answer that people do not see."""
    folder = tmp_path / "knowledge" / "faqs"
    folder.mkdir(parents=True)
    text = "".join(f"\n## Question {number}?\n\nAnswer {number}.\n" for number in range(31))
    (folder / "many.md").write_text(f"---\naudience: public\n---\n# Many\n{text}")
    with serve(HeldIndex(WordIndex(read_corpus(folder.parent).entries)), database, log, _settings(tmp_path)) as serving:
        page = serving.client.get("/faq/many").text
    assert (page.count('<a href="/faq/many/question-'), "Answer 7." in page, "ld+json" in page) == (31, False, False)


def test_no_documents_for_customers_make_an_empty_page(database: Database, log: QueryLog, tmp_path: Path) -> None:
    """The page says so instead of breaking."""
    with serve(HeldIndex(WordIndex(())), database, log, _settings(tmp_path)) as serving:
        response = serving.client.get("/faq")
    assert (response.status_code, "There are no answers here yet." in response.text) == (200, True)


def test_a_question_is_answered_and_stored(faq: Serving, database: Database) -> None:
    """The answer is shown whole with its own link, the question is in the log, and no search engine keeps the page."""
    response = faq.client.get("/faq", params={"q": "How long do I have to return something?"})
    assert re.findall(r"<h1[^>]*>(.*?)</h1>", response.text) == ["How long do I have to return something?"]
    assert "You have 60 days from the day your order is delivered." in response.text
    assert '<a href="/faq/returns/how-long-do-i-have-to-return-something">Link to this answer</a>' in response.text
    assert (response.headers["cache-control"], response.headers["x-robots-tag"]) == ("no-store", "noindex")
    assert '<meta name="robots" content="noindex">' in response.text
    (row,) = _rows(database, questions)
    assert (row["front_end"], row["audience"], row["outcome"], row["asker"]) == ("faq", "public", "answer", "")
    assert f'name="query_id" value="{row["id"]}"' in response.text


def test_a_choice_among_suggestions_is_stored_and_shown(faq: Serving, database: Database) -> None:
    """Choosing leads to the answer's page, whose feedback form knows the question."""
    page = faq.client.get("/faq", params={"q": "return something else"}).text
    assert "Did you mean one of these?" in page
    entry_id, title = re.findall(r'<button name="entry_id" value="([^"]+)" dir="auto">([^<]+)<', page)[0]
    (query_id,) = set(re.findall(r'name="query_id" value="([^"]+)"', page))
    response = faq.client.post("/faq/choice", data={"entry_id": entry_id, "query_id": query_id})
    assert (response.status_code, response.headers["location"]) == (303, f"/faq/{entry_id.replace('#', '/')}?query={query_id}")
    chosen = faq.client.get(response.headers["location"])
    assert (re.findall(r"<h1[^>]*>(.*?)</h1>", chosen.text), f'name="query_id" value="{query_id}"' in chosen.text) == ([title], True)
    assert chosen.headers["cache-control"] == "no-store"
    assert [(row["question_id"], row["entry_id"]) for row in _rows(database, choices)] == [(query_id, entry_id)]


def test_a_question_without_an_answer_leads_to_people(faq: Serving, database: Database) -> None:
    """The page says so, names the contact and the topics; the question is stored for whoever writes answers."""
    page = faq.client.get("/faq", params={"q": '<b>helicopters</b> & "parrots"'}).text
    assert "We have no answer to that yet" in page
    assert 'You asked: <q dir="auto">&lt;b&gt;helicopters&lt;/b&gt; &amp; &#34;parrots&#34;</q>' in page
    assert page.count("mailto:care@wren.example") == 2
    assert '<a href="/faq/refunds">Refunds</a>' in page
    assert [row["outcome"] for row in _rows(database, questions)] == ["no_answer"]


@pytest.mark.parametrize("question", ["???", "a" * 8_001])
def test_a_question_that_cannot_be_asked_is_told_why(faq: Serving, question: str) -> None:
    """No words, or too many: the reason stands on the page, and nothing is stored."""
    response = faq.client.get("/faq", params={"q": question})
    assert (response.status_code, "The question " in response.text) == (422, True)


def test_a_blank_question_is_the_first_page(faq: Serving, database: Database) -> None:
    """Pressing Search in an empty field asks nothing."""
    assert faq.client.get("/faq?q=+").text == faq.client.get("/faq").text
    assert _rows(database, questions) == []


def test_a_comment_may_be_as_long_as_its_field_says(faq: Serving, database: Database) -> None:
    """Browsers count a line end once and send it twice; all 4,000 characters are kept."""
    comment = "a" + "\n" * 3_998 + "b"
    given = {"entry_id": "returns#which-items-can-i-not-return", "helpful": "no", "comment": comment.replace("\n", "\r\n")}
    assert faq.client.post("/faq/feedback", data=given).status_code == 303
    assert [row["comment"] for row in _rows(database, feedback)] == [comment]


def test_feedback_is_stored_and_thanked_for(faq: Serving, database: Database) -> None:
    """Yes, or no with a reason and words; about the entry, and about the question when there was one."""
    place, entry_id = "/faq/returns/how-do-i-return-a-gift", "returns#how-do-i-return-a-gift"
    query_id = re.findall(r'name="query_id" value="(\w+)"', faq.client.get("/faq", params={"q": "How do I return a gift?"}).text)[0]
    said = [
        {"entry_id": entry_id, "helpful": "yes"},
        {"entry_id": entry_id, "helpful": "no", "query_id": query_id, "reason": "unclear", "comment": " I am at ada@wren.example "},
    ]
    for form in said:
        response = faq.client.post("/faq/feedback", data=form)
        assert (response.status_code, response.headers["location"]) == (303, f"{place}?thanks={form['helpful']}#feedback")
    thanked = faq.client.get(f"{place}?thanks=no")
    assert ("Thank you. We use this" in thanked.text, 'name="helpful"' in thanked.text, thanked.headers["cache-control"]) == (True, False, "no-store")
    rows = [(row["question_id"], row["entry_id"], row["helpful"], row["reason"], row["comment"]) for row in _rows(database, feedback)]
    assert rows[0] == (None, entry_id, True, "", "")
    assert rows[1][:4] == (query_id, entry_id, False, "unclear")
    assert "ada@wren" not in str(rows[1][4])


@pytest.mark.parametrize("path", ["/faq/feedback", "/faq/choice"])
@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}], ids=str
)
def test_a_form_of_another_website_is_refused(faq: Serving, database: Database, path: str, headers: dict[str, str]) -> None:
    """What another page makes a browser send stores nothing."""
    form = {"entry_id": "returns#how-do-i-return-a-gift", "helpful": "no", "query_id": "0" * 32}
    assert faq.client.post(path, data=form, headers=headers).status_code == 403
    assert _rows(database, feedback) == _rows(database, choices) == []


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": _BASE}, {}], ids=str)
def test_a_form_of_our_own_is_taken(faq: Serving, headers: dict[str, str]) -> None:
    """Also behind a proxy that passes on another Host, and from an old browser that says nothing."""
    form = {"entry_id": "returns#how-do-i-return-a-gift", "helpful": "yes"}
    assert faq.client.post("/faq/feedback", data=form, headers=headers).status_code == 303


def test_forms_tell_internal_entries_and_made_up_ones_alike(faq: Serving) -> None:
    """Neither is there, for feedback and for choices; nor is a question with another id."""
    query_id = re.findall(r'name="query_id" value="(\w+)"', faq.client.get("/faq", params={"q": "How do I return a gift?"}).text)[0]
    for path in ("/faq/feedback", "/faq/choice"):
        answers = [
            faq.client.post(path, data={"entry_id": entry_id, "helpful": "no", "query_id": query_id})
            for entry_id in ("handle-refund-complaint", "no-such-entry")
        ]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].text == answers[1].text
        assert faq.client.post(path, data={"entry_id": "returns#how-do-i-return-a-gift", "helpful": "no", "query_id": "made-up"}).status_code == 404


def test_an_address_that_has_moved_offers_what_may_be_meant(faq: Serving) -> None:
    """A changed heading changes the address; the old one leads to the new one in a click."""
    response = faq.client.get("/faq/returns/how-long-do-i-have-to-return")
    assert response.status_code == 404
    assert '<a href="/faq/returns/how-long-do-i-have-to-return-something">How long do I have to return something?</a>' in response.text
    assert response.headers["cache-control"] == "no-store"


def _without_request(response: httpx.Response) -> tuple[int, str, dict[str, str]]:
    headers = {name: value for name, value in response.headers.items() if name not in ("x-request-id", "date")}
    return response.status_code, response.text, headers


def test_an_internal_address_is_as_unknown_as_any_other(odd: Serving) -> None:
    """The page of an internal procedure is the page of one that does not exist, to the byte."""
    made_up = odd.client.get("/faq/plan-secret")
    internal = odd.client.get("/faq/secret-plan")
    assert _without_request(internal) == _without_request(made_up)
    assert internal.status_code == 404
    odd.index.index = WordIndex(tuple(entry for entry in odd.index.get().entries("internal") if entry.id != "secret-plan"))
    assert _without_request(odd.client.get("/faq/secret-plan")) == _without_request(internal)


@pytest.mark.parametrize("path", ["/faq", "/faq/returns", "/faq/returns/how-do-i-return-a-gift"])
def test_a_browser_keeps_a_page_until_the_documents_change(faq: Serving, path: str) -> None:
    """The same tag gives 304 without a body; a new generation gives a new tag; HEAD says what GET says."""
    first = faq.client.get(path)
    assert (first.status_code, first.headers["cache-control"]) == (200, "no-cache")
    again = faq.client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.text, again.headers["etag"]) == (304, "", first.headers["etag"])
    kept = httpx.Headers({**first.headers, **again.headers})  # as a browser does it: with another policy, the page would lose its styles
    assert [name for name in ("content-security-policy", "referrer-policy", "cache-control") if kept[name] != first.headers[name]] == []
    head = faq.client.head(path)
    assert (head.status_code, head.text, head.headers["etag"]) == (200, "", first.headers["etag"])
    faq.index.index = WordIndex(faq.index.get().entries("internal"), "000002")
    changed = faq.client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (changed.status_code, changed.headers["etag"] != first.headers["etag"]) == (200, True)


@pytest.mark.parametrize(("path", "to"), [("/faq/", "/faq"), ("/faq/returns/", "/faq/returns"), ("/faq//evil.example/", "/faq/evil.example")])
def test_a_slash_too_many_leads_to_the_one_address(faq: Serving, path: str, to: str) -> None:
    """One page has one address, and no redirect leaves this server."""
    response = faq.client.get(path)
    assert (response.status_code, response.headers["location"]) == (308, to)


def test_the_sitemap_lists_every_public_page(faq: Serving) -> None:
    """Whole addresses; each answers; robots are told where it lies and which addresses would store questions."""
    response = faq.client.get("/faq/sitemap.xml")
    found = [element.text or "" for element in ET.fromstring(response.content).iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]  # noqa: S314
    public = faq.index.get().entries("public")
    assert set(found) == {f"{_BASE}/faq", *(f"{_BASE}/faq/{place}" for entry in public for place in (entry.id.split("#")[0], entry.id.replace("#", "/")))}
    assert len(found) == len(set(found)) == 1 + 9 + len(public)
    robots = faq.client.get("/robots.txt").text.splitlines()
    assert f"Sitemap: {_BASE}/faq/sitemap.xml" in robots
    assert "Disallow: /faq?q=" in robots


def test_without_an_address_of_its_own_the_server_goes_by_the_request(database: Database, log: QueryLog, tmp_path: Path) -> None:
    """The sitemap names the host that was asked; pages leave the canonical link out rather than guess."""
    with serve(knowledge_index(), database, log, Settings(data_dir=tmp_path, rate_limit="")) as serving:
        assert f"<loc>http://127.0.0.1:{serving.port}/faq</loc>" in serving.client.get("/faq/sitemap.xml").text
        page = serving.client.get("/faq/returns").text
    assert ("canonical" in page, "noindex" in page, _data(page)["@id"]) == (False, False, "/faq/returns")


def test_without_an_index_the_pages_say_so(faq: Serving) -> None:
    """503 and when to come back, as a page for a browser."""
    faq.index.index = None
    response = faq.client.get("/faq", headers={"Accept": "text/html"})
    assert (response.status_code, response.headers["retry-after"], "secret-path" in response.text) == (503, "5", False)


@pytest.mark.parametrize("contact", ["care@wren.example", "javascript:alert(1)", "www.wren.example/contact", "https:", "tel:"])
def test_a_contact_that_no_link_can_lead_to_is_refused(monkeypatch: pytest.MonkeyPatch, contact: str) -> None:
    """The setting is named, with what to write; an address that leads somewhere is taken."""
    monkeypatch.setenv("SOPBOT_CONTACT", contact)
    with pytest.raises(SettingsError, match=r"SOPBOT_CONTACT .* write it like mailto:help@example\.org"):
        read_settings()
    monkeypatch.setenv("SOPBOT_CONTACT", "tel:+441632960000")
    assert read_settings().contact == "tel:+441632960000"


@pytest.mark.parametrize(
    ("contact", "shown"),
    [
        ("", None),
        ("tel:+441632960000", '<a href="tel:+441632960000">Call +441632960000</a>'),
        ("mailto:care@wren.example?subject=Help", '<a href="mailto:care@wren.example?subject=Help">Write to care@wren.example</a>'),
        ("https://wren.example/contact?a=1&b=2", '<a href="https://wren.example/contact?a=1&amp;b=2">Contact us</a>'),
    ],
)
def test_the_contact_says_what_it_does(database: Database, log: QueryLog, tmp_path: Path, contact: str, shown: str | None) -> None:
    """Write, call, or open a page; without a contact, none is offered."""
    with serve(knowledge_index(), database, log, Settings(data_dir=tmp_path, rate_limit="", contact=contact)) as serving:
        page = serving.client.get("/faq?q=helicopters").text
    assert (page.count("You can also ask us directly."), page.count(shown) if shown else 0) == ((1, 2) if shown else (0, 0))
