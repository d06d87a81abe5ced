"""`/widget.js` and `/widget/demo` as they are sent."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bot import phrases
from bot.database import Database
from bot.query_log import QueryLog
from bot.reasons import CUSTOMER_REASONS
from bot.settings import Settings
from bot.web.widget import script
from bot.web.widget.script import widget_script
from tests.bot.api.conftest import Serving, serve
from tests.fakes import knowledge_index

_PARTS = Path(script.__file__).parent
_MOST_BYTES = 15_000
_DOCUMENT = Path(__file__).parents[3] / "docs" / "widget.md"


@pytest.fixture
def serving(database: Database, log: QueryLog, tmp_path: Path) -> Iterator[Serving]:
    """A server that no page may call, to which the widget is sent all the same."""
    with serve(knowledge_index(), database, log, Settings(data_dir=tmp_path, rate_limit="")) as serving:
        yield serving


def test_the_script_is_small(serving: Serving) -> None:
    """A visitor loads less than 15 kB."""
    with httpx.stream("GET", f"http://127.0.0.1:{serving.port}/widget.js", headers={"Accept-Encoding": "gzip"}, trust_env=False) as response:
        sent = sum(len(piece) for piece in response.iter_raw())
    assert response.headers["content-encoding"] == "gzip"
    assert 10_000 < sent < _MOST_BYTES


def test_shops_of_any_origin_may_load_it_and_ask_whether_it_changed(serving: Serving) -> None:
    """The browser keeps it for five minutes, then asks with its tag and gets an empty answer; another tag gets the whole script."""
    first = serving.client.get("/widget.js", headers={"Origin": "https://any.example"})
    assert first.headers["content-type"] == "text/javascript; charset=utf-8"
    assert first.headers["cache-control"] == "public, max-age=300"
    assert first.headers["cross-origin-resource-policy"] == "cross-origin"
    assert first.headers["access-control-allow-origin"] == "*"
    again = serving.client.get("/widget.js", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert serving.client.get("/widget.js", headers={"If-None-Match": 'W/"of-yesterday"'}).text == first.text == widget_script().text


def test_comments_stay_on_the_server_and_nothing_else_does() -> None:
    """Every line of the parts that is not a comment is in the script, in order."""
    sent = widget_script().text
    assert re.findall(r"^\s*(?://|/?\*\*?\s).*$|\s// .*$", sent, re.MULTILINE) == []
    place = 0
    for part in script._PARTS:
        for line in (_PARTS / part).read_text(encoding="utf-8").splitlines():
            if line.strip() and not re.match(r"\s*(//|/\*\*|\*/| \* )", line):
                place = sent.index(line.partition(" // ")[0].strip(), place)
    assert {path.name for path in _PARTS.glob("*.js")} == set(script._PARTS)


@pytest.mark.parametrize("language", ["de", "ar"])
def test_each_language_has_every_text(language: str) -> None:
    """The same texts with the same values to fill in as in English, none left in English."""
    english, other = (json.loads((_PARTS / "texts" / f"{name}.json").read_text(encoding="utf-8")) for name in ("en", language))
    assert list(other) == list(english)
    assert {key: re.findall(r"\{\w+\}", text) for key, text in other.items()} == {key: re.findall(r"\{\w+\}", text) for key, text in english.items()}
    assert [key for key, text in other.items() if text == english[key] and key != "direction"] == []


def test_the_faq_pages_say_the_same(serving: Serving) -> None:
    """What customers read of one shop does not differ from its widget to its pages: outcomes, buttons, reasons."""
    english = json.loads((_PARTS / "texts" / "en.json").read_text(encoding="utf-8"))
    assert {reason: english[reason] for reason in CUSTOMER_REASONS} == CUSTOMER_REASONS
    assert english["suggestions"] == phrases.DID_YOU_MEAN
    not_found = serving.client.get("/faq?q=helicopters").text
    assert [key for key in ("not_found", "not_found_more", "topics") if english[key] not in not_found] == []
    answer = serving.client.get("/faq/returns/which-items-can-i-not-return").text
    said = ("helpful", "yes", "no", "why", "comment", "comment_more", "send", "submit", *CUSTOMER_REASONS)
    assert [key for key in said if english[key] not in answer] == []
    assert english["checked"].format(date="") in answer
    for given, text in (("yes", "thanks"), ("no", "thanks_no")):
        thanked = serving.client.get(f"/faq/returns/which-items-can-i-not-return?thanks={given}").text
        assert f'<p role="status">{english[text]}</p>' in thanked


def test_the_parts_use_every_text_and_no_other() -> None:
    """A text that nobody shows would be translated for nothing; one that is missing would show as "undefined"."""
    parts = "\n".join((_PARTS / part).read_text(encoding="utf-8") for part in script._PARTS)
    texts = set(json.loads((_PARTS / "texts" / "en.json").read_text(encoding="utf-8")))
    used = set(re.findall(r"texts\.(\w+)", parts))
    assert used - texts == set()
    assert {text for text in texts - used if f'"{text}"' not in parts} == set()


def test_every_attribute_and_text_is_in_the_document() -> None:
    """docs/widget.md names each attribute that the script reads, and each text that can be set."""
    document = _DOCUMENT.read_text(encoding="utf-8")
    read = {
        re.sub(r"[A-Z]", lambda letter: f"-{letter[0].lower()}", name)
        for name in re.findall(r"dataset\.(\w+)", (_PARTS / "options.js").read_text(encoding="utf-8"))
    }
    assert {"accent", "contact-label", "topics"} <= read
    assert [name for name in sorted(read) if f"`data-{name}`" not in document] == []
    assert [name for name in json.loads((_PARTS / "texts" / "en.json").read_text(encoding="utf-8")) if f"`{name}`" not in document] == []


def test_the_demo_shows_the_tag_as_chosen(serving: Serving) -> None:
    """What is chosen stands in the page's own tag and in the one to copy; search engines are told to leave the page out."""
    response = serving.client.get("/widget/demo", params={"lang": "ar", "position": "bottom-left", "accent": "#ffd400", "theme": "dark"})
    assert response.status_code == 200
    assert response.headers["x-robots-tag"] == "noindex"
    tag = 'data-accent="#ffd400" data-position="bottom-left" data-lang="ar" data-theme="dark"'
    assert f'<script src="/widget.js" async {tag} data-contact="mailto:care@wrenfield.example"></script>' in response.text
    assert f'&lt;script src="http://127.0.0.1:{serving.port}/widget.js" async' in response.text
    assert "<option selected>#ffd400</option>" in response.text


def test_the_demo_takes_only_what_it_offers(serving: Serving) -> None:
    """A value of somebody's own is refused, so that nothing of it gets into the page."""
    response = serving.client.get("/widget/demo", params={"accent": '"><script>alert(1)</script>'})
    assert response.status_code == 422
    assert "<script>alert" not in response.text
