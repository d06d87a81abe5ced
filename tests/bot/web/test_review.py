"""The review pages as a browser without scripts gets them; on a real server, with documents in a folder of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import httpx
import pytest
from sqlalchemy import insert

from bot.answer import Thresholds
from bot.database import Database
from bot.gaps.reading import GapList
from bot.gaps.records import Gap
from bot.gaps.tables import question_proposals
from bot.gaps.upkeep import Upkeep
from bot.log_records import StoredQuestion
from bot.query_log import QueryLog
from bot.rebuild import Rebuilder
from bot.settings import Settings
from index.corpus import read_corpus
from index.records import Audience
from tests.bot.api.conftest import Serving, serve
from tests.bot.conftest import PEPPER
from tests.bot.gaps.support import GapIndex
from tests.fakes import HeldIndex

OWN_PAGE = {"Sec-Fetch-Site": "same-origin"}
SWAP, PRICE = "scooter battery swap", "scooter battery swap price today please now"
BATTERY = """---
title: Change a battery
owner: Ada & Co
reviewed_on: 2026-03-01
review_by: 2026-09-01
---

# Change a battery

## Purpose

Keep them riding.

## Steps

1. Open the <lid> within 2 hours.
2. Take it out.
"""
HOURS = "---\ntitle: Opening hours\naudience: public\n---\n\n# Opening hours\n\n## When do you open?\n\nAt nine.\n"


@dataclass(frozen=True, slots=True)
class Desk:
    """A lead's browser, and what stands behind the pages."""

    serving: Serving
    database: Database
    log: QueryLog
    held: HeldIndex
    knowledge: Path

    @property
    def gaps(self) -> GapList:
        """The gaps, as stored."""
        return GapList(self.database)

    def ask(self, text: str, audience: Audience = "internal", asker: str = "", channel: str = "chat") -> str:
        """Somebody asks and gets no answer; the question's id."""
        return self.log.store(StoredQuestion(text, "no_answer", "", (), 0.1, "000001", "slack", audience, channel, asker))

    def gap(self, *texts: str) -> Gap:
        """One gap of questions."""
        for text in texts:
            self.ask(text)
        return self.look_after()

    def look_after(self) -> Gap:
        """Let the upkeep run; the most urgent gap."""
        assert Upkeep(self.database, self.held.as_current(), Thresholds(answer=0.5, suggest=0.2)).run()
        return self.gaps.listed()[0]

    def rebuild(self) -> None:
        """Read the documents anew, as 'sopbot index build' does."""
        assert self.held.index
        self.held.index = GapIndex(read_corpus(self.knowledge).entries, f"{int(self.held.index.generation) + 1:06d}")

    def get(self, path: str) -> str:
        """A page that must be there."""
        answer = self.serving.client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    def post(self, path: str, data: Mapping[str, str | list[str]] | None = None) -> httpx.Response:
        """Press a button."""
        return self.serving.client.post(path, data=dict(data or {}), headers=OWN_PAGE)

    def press(self, html: str, button: str) -> httpx.Response:
        """Send the form of a page that has this button, with the fields that it holds."""
        forms = re.findall(r'<form method="post" action="([^"]+)"[^>]*>(.*?)</form>', html, re.DOTALL)
        ((action, inside),) = [(action, inside) for action, inside in forms if f">{button}</button>" in inside]
        fields: dict[str, list[str]] = {}
        for tag in re.findall(r"<(?:input|button)[^>]*>", inside):
            found = dict(re.findall(r'(name|value|type)="([^"]*)"', tag))
            if "name" in found and (found.get("type") != "checkbox" or " checked" in tag):
                fields.setdefault(found["name"], []).append(unescape(found.get("value", "")))
        return self.post(unescape(action), fields)


@contextmanager
def open_desk(database: Database, folder: Path, rebuilder: Rebuilder | None = None, **more: object) -> Iterator[Desk]:
    """A server with two documents, on which Ada, a lead, is signed in."""
    knowledge = folder / "knowledge"
    for path, text in {"sops/battery.md": BATTERY, "faqs/hours.md": HOURS}.items():
        (knowledge / path).parent.mkdir(parents=True, exist_ok=True)
        (knowledge / path).write_text(text)
    held = HeldIndex(GapIndex(read_corpus(knowledge).entries))
    settings = {"sign_in": "proxy", "trusted_proxies": ["127.0.0.1"], "sign_in_header": "X-User", "rate_limit": "", "key_rate_limit": ""}
    settings |= {"data_dir": folder, "knowledge_dir": knowledge, "sign_in_admins": ["ada@example.org"], **more}
    log = QueryLog(database, PEPPER)
    with serve(held, database, log, Settings.model_validate(settings), rebuilder) as serving:
        serving.client.headers["X-User"] = "ada@example.org"
        yield Desk(serving, database, log, held, knowledge)


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Iterator[Desk]:
    """A server with two documents, on which Ada, a lead, is signed in."""
    with open_desk(database, tmp_path) as desk:
        yield desk


def _text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", "", html.replace("<br>", " "))).split())


def _done(answer: httpx.Response) -> str:
    """Where a form leads."""
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


@pytest.mark.parametrize("path", ["", "/1", "/proposals", "/drafts", "/late", "/build", "/draft", "/1/draft", "/1/entry", "/1/step"])
def test_only_admins_are_let_in(desk: Desk, path: str) -> None:
    """Others read what they would have to do, see nothing of the gaps, and no link to them."""
    desk.gap(SWAP)
    desk.serving.client.headers["X-User"] = "bob@example.org"
    refused = desk.serving.client.get(f"/review{path}")
    assert (refused.status_code, SWAP in refused.text) == (403, False)
    assert "these pages are for the people who look after the documents" in refused.text
    assert 'href="/review"' not in desk.get("/ask")
    desk.serving.client.headers["X-User"] = "ada@example.org"
    assert 'href="/review"' in desk.get("/ask")


@pytest.mark.parametrize("path", ["assign", "snooze", "not-ours", "dismiss", "reopen", "intend", "merge", "split", "recheck", "add", "draft", "step"])
def test_other_sites_change_nothing(desk: Desk, path: str) -> None:
    """A form on another page is refused, also when its visitor is a lead, and so is whoever is none."""
    gap = desk.gap(SWAP)
    for sender in ({}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}, OWN_PAGE | {"X-User": "bob@example.org"}):
        answer = desk.serving.client.post(f"/review/{gap.id}/{path}", data={"assignee": "x", "entry": "battery"}, headers=sender)
        assert answer.status_code == 403
    assert (desk.gaps.one(gap.id).assignee, [event.action for event in desk.gaps.events(gap.id)]) == ("", ["opened"])


@pytest.mark.parametrize(
    "path", ["/review/proposals/1/accept", "/review/proposals/1/decline", "/review/drafts/publish", "/review/late", "/review/draft", "/review/drafts/edit"]
)
def test_other_sites_change_no_document(desk: Desk, path: str) -> None:
    """Nor what has no gap."""
    answer = desk.serving.client.post(path, data={"path": "sops/battery.md"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert (answer.status_code, (desk.knowledge / "sops/battery.md").read_text()) == (403, BATTERY)


def test_the_list_is_by_weight_and_says_what_is_known(desk: Desk) -> None:
    """People, times, last asked, channels, audience, whose; a search and a status narrow it down."""
    for person in ("a", "b", "a"):
        desk.ask("can I bring <my> dog", "public", person, "email")
    desk.ask(SWAP)
    first = desk.look_after()
    desk.post(f"/review/{first.id}/assign", {"assignee": "Dana"})
    html = desk.get("/review")
    titles = [unescape(title) for title in re.findall(r'<h2><a href="/review/\d+">(.*?)</a></h2>', html)]
    assert titles == ["can I bring <my> dog", SWAP]
    now = datetime.now(UTC)
    assert f"Asked 3 times by 2 people, last on {now.day} {now:%B %Y}".lower() in _text(html).lower()
    assert "in the hands of Dana" in _text(html)
    assert f"Gap {first.id} · Email 3; customers 3; Slack 3 · no document covered it 3" in _text(html)
    assert re.findall(r'<h2><a href="/review/\d+">(.*?)</a></h2>', desk.get("/review?q=battery")) == [SWAP]
    assert "No gap with this status holds these words." in desk.get("/review?q=quux")
    assert "There are no such gaps." in desk.get("/review?status=snoozed")


def test_the_list_goes_on_on_further_pages(desk: Desk) -> None:
    """Each gap is on one of them."""
    for number in range(30):
        desk.ask(f"{chr(97 + number % 26) * 4}{number} {chr(98 + number % 20) * 5}{number}")
    desk.look_after()
    pages = [re.findall(r'<h2><a href="/review/(\d+)">', desk.get(f"/review?page={number}")) for number in (1, 2)]
    assert [len(page) for page in pages] == [25, len(desk.gaps.listed(limit=200)) - 25]
    assert not set(pages[0]) & set(pages[1])
    assert 'rel="next"' in desk.get("/review")
    assert 'rel="prev"' in desk.get("/review?page=2")


def test_a_gap_shows_its_questions_and_what_came_nearest(desk: Desk) -> None:
    """Word for word with why they count, the nearest entries with why they did not do, the history; text is text."""
    asked = desk.ask("need gloves for the <b>battery</b>")
    desk.log.store_feedback(asked, helpful=False, reason="incomplete", comment="What about <i>gloves</i>?")
    gap = desk.look_after()
    html = desk.get(f"/review/{gap.id}")
    assert "<b>battery" not in html
    text = _text(html)
    for piece in (
        "need gloves for the <b>battery</b>", "no document covered it · the answer did not help (something is missing)", "“What about <i>gloves</i>?”",
        "Change a battery sops/battery.md, line 10 Only 16% likely; it is offered from 20% on.", "sopbot – opened",
        "“need gloves for the <b>battery</b>” No entry is the answer yet: the likeliest is 16% likely, and an answer needs 50%.",
    ):  # fmt: skip
        assert piece in text, text


def test_one_button_decides(desk: Desk) -> None:
    """Whose it is, put off, not ours, settled, open again, which entry is meant: stored, with who did it."""
    gap = desk.gap(SWAP)
    here = f"/review/{gap.id}"
    for path, data, status, detail in (
        ("assign", {"assignee": " Dana  Scully "}, "open", "Dana Scully"),
        ("snooze", {"until": "2099-01-02"}, "snoozed", "2099-01-02"),
        ("reopen", {}, "open", ""),
        ("dismiss", {"reason": "said already"}, "dismissed", "said already"),
        ("not-ours", {}, "not_ours", ""),
        ("reopen", {}, "open", ""),
        ("intend", {"entry": "battery"}, "open", "battery"),
    ):
        address = _done(desk.post(f"{here}/{path}", data))
        assert 'class="done"' in desk.get(address)
        assert (desk.gaps.one(gap.id).status, desk.gaps.events(gap.id)[-1].detail, desk.gaps.events(gap.id)[-1].who) == (status, detail, "ada@example.org")
    desk.press(desk.get(here), "Take it myself")
    assert (desk.gaps.one(gap.id).assignee, desk.gaps.one(gap.id).entry_id) == ("ada@example.org", "battery")
    desk.press(desk.get(here), "Any entry may answer it")
    assert desk.gaps.one(gap.id).entry_id == ""


@pytest.mark.parametrize(
    ("path", "data", "said"),
    [
        ("snooze", {"until": "soon"}, "'soon' is no day."),
        ("snooze", {"until": "2020-01-01"}, "is not in the future"),
        ("merge", {"other": "x"}, "'x' is no gap's number."),
        ("merge", {"other": "1"}, "cannot be joined with itself"),
        ("split", {}, "has one question only"),
        ("add", {"entry": "battery", "question": "made up"}, "is not in gap 1 any more"),
    ],
)
def test_what_cannot_be_done_is_said(desk: Desk, path: str, data: dict[str, str], said: str) -> None:
    """On a page that leads back to the gap; nothing is changed."""
    gap = desk.gap(SWAP)
    answer = desk.post(f"/review/{gap.id}/{path}", data)
    assert (answer.status_code, said in unescape(answer.text), f'href="/review/{gap.id}"' in answer.text) == (422, True, True)
    assert [event.action for event in desk.gaps.events(gap.id)] == ["opened"]


@pytest.mark.parametrize("path", ["", "/draft", "/entry"])
def test_a_gap_that_there_is_not(desk: Desk, path: str) -> None:
    """A made-up number is told as such."""
    answer = desk.serving.client.get(f"/review/999{path}")
    assert (answer.status_code, "There is no gap 999." in answer.text) == (404, True)


def test_gaps_are_joined_and_taken_apart(desk: Desk) -> None:
    """The one that is gone leads to the other; ticked questions become a gap of their own."""
    desk.ask(SWAP)
    dog = desk.ask("can I bring my dog")
    desk.look_after()
    first, second = (gap.id for gap in desk.gaps.listed())
    desk.post(f"/review/{first}/merge", {"other": str(second)})
    assert desk.serving.client.get(f"/review/{second}").headers["location"] == f"/review/{first}"
    new = _done(desk.post(f"/review/{first}/split", {"question": [dog]})).partition("?")[0]
    assert [question.text for question in desk.gaps.questions(int(new.rpartition("/")[2]))] == ["can I bring my dog"]


def test_questions_are_added_to_an_entry_that_a_search_finds(desk: Desk) -> None:
    """The change is shown and not saved; then saved as shown; the next index answers, and asking again closes the gap."""
    gap = desk.gap(SWAP, PRICE)
    ids = {question.text: question.query_id for question in desk.gaps.questions(gap.id)}
    found = desk.get(f"/review/{gap.id}/entry?question={ids[SWAP]}&find=change+lid+battery")
    shown = desk.press(found, "Show the change")
    assert "+questions: + - scooter battery swap" in _text(shown.text)
    assert PRICE not in shown.text
    assert (desk.knowledge / "sops/battery.md").read_text() == BATTERY
    saved = desk.get(_done(desk.press(shown.text, "Save")))
    assert ">Make these answerable</button>" in saved
    assert (desk.knowledge / "sops/battery.md").read_text() == BATTERY.replace("2026-09-01\n", f"2026-09-01\nquestions:\n  - {SWAP}\n")
    assert desk.gaps.events(gap.id)[-1].detail == "questions of this gap into sops/battery.md, for battery"

    desk.rebuild()
    lacking = _text(desk.get(_done(desk.post(f"/review/{gap.id}/recheck"))))
    assert desk.gaps.one(gap.id).status == "open"
    assert f"these were not answered: “{PRICE}” No entry is the answer yet: the likeliest is 42% likely, and an answer needs 50%." in lacking
    assert f"“{SWAP}” " not in lacking
    desk.post(f"/review/{gap.id}/intend", {"entry": "hours#when-do-you-open"})
    html = _text(desk.get(_done(desk.post(f"/review/{gap.id}/recheck"))))
    assert f"“{SWAP}” 'battery' answers it, but 'hours#when-do-you-open' is meant to." in html

    shown = desk.post(f"/review/{gap.id}/add", {"entry": "battery", "question": [ids[PRICE]]})
    answer = desk.post(f"/review/{gap.id}/add", {"entry": "battery", "question": [ids[PRICE]], "shown": _shown(shown), "intend": "1"})
    assert _done(answer).endswith("done=added")
    desk.rebuild()
    assert _done(desk.post(f"/review/{gap.id}/recheck")).endswith("done=closed")
    assert "Nothing: all of its questions are answered." in desk.get(f"/review/{gap.id}")


def _shown(answer: httpx.Response) -> str:
    found = re.search(r'name="shown" value="(\w+)"', answer.text)
    assert found, answer.text
    return found[1]


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(desk: Desk) -> None:
    """The page says so, and shows the change as it would be now, which can then be saved."""
    gap = desk.gap(SWAP)
    shown = desk.post(f"/review/{gap.id}/add", {"entry": "battery"})
    file = desk.knowledge / "sops/battery.md"
    changed = BATTERY.replace("riding", "rolling")
    file.write_text(changed)
    refused = desk.press(shown.text, "Save")
    assert (refused.status_code, "was changed by somebody else meanwhile, so nothing was saved" in refused.text, file.read_text()) == (409, True, changed)
    _done(desk.press(refused.text, "Save"))
    assert file.read_text() == changed.replace("2026-09-01\n", f"2026-09-01\nquestions:\n  - {SWAP}\n")


def test_words_of_the_team_in_a_public_entry_are_pointed_out(desk: Desk) -> None:
    """Before they are saved; what customers asked themselves is not."""
    desk.ask(SWAP, "public")
    gap = desk.look_after()
    shown = desk.post(f"/review/{gap.id}/add", {"entry": "hours#when-do-you-open"})
    assert "customers may read them" not in shown.text
    desk.ask(SWAP, "internal")
    desk.look_after()
    shown = desk.post(f"/review/{gap.id}/add", {"entry": "hours#when-do-you-open"})
    assert "customers may read them" in shown.text


def test_a_draft_is_begun_shown_written_finished_and_published(desk: Desk) -> None:
    """The form holds what the gap knows; the document is shown; nothing is published before it is finished."""
    gap = desk.gap(SWAP, PRICE)
    form = desk.get(f"/review/{gap.id}/draft")
    assert re.findall(r'value="(\w+)" checked', form) == ["chat"]
    data = {"title": "Swap a battery", "kind": "faq", "audience": "internal", "touchpoint": "Batteries", "channel": ["chat"]}
    shown = desk.post(f"/review/{gap.id}/draft", data)
    assert f"- {SWAP}\n" in shown.text
    file = desk.knowledge / "drafts/faqs/swap-a-battery.md"
    assert not file.exists()
    other = desk.post(f"/review/{gap.id}/draft", data | {"title": "Swap batteries", "shown": _shown(shown)})
    assert (other.status_code, "The form was changed since" in other.text, file.exists()) == (409, True, False)
    assert "The draft is written." in desk.get(_done(desk.post(f"/review/{gap.id}/draft", data | {"shown": _shown(shown)})))
    assert f"\n- {SWAP}\n" in file.read_text()
    assert "The draft is not finished" in desk.get("/review/drafts")
    again = desk.post(f"/review/{gap.id}/draft", data | {"shown": _shown(shown)})
    assert (again.status_code, "There is a document drafts/faqs/swap-a-battery.md already" in again.text) == (409, True)

    file.write_text(re.sub("<!--.*-->", "We swap it for you.", file.read_text()))
    whole = desk.press(desk.get("/review/drafts"), "Publish …")
    assert "+We swap it for you." in whole.text
    _done(desk.press(whole.text, "Save"))
    assert (file.exists(), "We swap it for you." in (desk.knowledge / "faqs/swap-a-battery.md").read_text()) == (False, True)


def test_a_draft_is_filled_in_on_its_page(desk: Desk) -> None:
    """Saved as written, whatever line ends the browser sends; what lacks is said; changed meanwhile, nothing is saved and nothing lost."""
    file = desk.knowledge / "drafts/sops/swap.md"
    file.parent.mkdir(parents=True)
    file.write_text("# Swap\n\n## Steps\n\n1. <!-- First. -->\n")
    link = re.search(r'href="([^"]+)" aria-label="Fill in drafts/sops/swap.md"', desk.get("/review/drafts"))
    assert link
    form = desk.get(unescape(link[1]))
    assert "1. &lt;!-- First. --&gt;\n</textarea>" in form
    fields = {name: unescape(value) for name, value in re.findall(r'name="(path|version)" value="([^"]*)"', form)}
    written = "# Swap\r\n\r\n## Steps\r\n\r\n1. Swap <it>.\r\n\r\n"
    listed = desk.get(_done(desk.post("/review/drafts/edit", fields | {"text": written})))
    assert (file.read_bytes(), "Publish …" in listed) == (b"# Swap\n\n## Steps\n\n1. Swap <it>.\n", True)
    again = desk.post("/review/drafts/edit", fields | {"text": "# Mine\n"})
    assert (again.status_code, "was changed by somebody else meanwhile" in again.text, "# Mine\n</textarea>" in again.text) == (409, True, True)
    for path in ("sops/battery.md", "drafts/../sops/battery.md", "drafts"):
        assert desk.serving.client.get("/review/drafts/edit", params={"path": path}).status_code == 409
        assert desk.post("/review/drafts/edit", {"path": path, "text": "x"}).status_code == 409
    assert (desk.knowledge / "sops/battery.md").read_text() == BATTERY


def test_a_draft_takes_no_name_of_a_document_built_or_not(desk: Desk) -> None:
    """The list knows the names that are answered from; those written since are met before anything is published."""
    for path in ("drafts/sops/more/battery.md", "drafts/sops/new.md", "sops/more/new.md"):
        (desk.knowledge / path).parent.mkdir(parents=True, exist_ok=True)
        (desk.knowledge / path).write_text("# Any\n\n## Steps\n\n1. Look.\n")
    listed = desk.get("/review/drafts")
    assert ("The name 'battery' is taken by 'Change a battery' (sops/battery.md)" in _text(listed), "Publish drafts/sops/new.md" in listed) == (True, True)
    refused = desk.press(listed, "Publish …")
    assert (refused.status_code, "The name 'new' is taken" in _text(refused.text)) == (409, True)


def test_a_long_draft_is_saved_in_the_page_made_for_it(desk: Desk) -> None:
    """As long as the longest procedures are, in a script of which each letter is sent as six bytes."""
    file = desk.knowledge / "drafts/sops/long.md"
    file.parent.mkdir(parents=True)
    file.write_text("# Long\n")
    text = "# Long\n\n## Steps\n\n" + "1. Откройте крышку и выньте аккумулятор.\n" * 2_500
    version = re.findall(r'name="version" value="([^"]*)"', desk.get("/review/drafts/edit?path=drafts/sops/long.md"))[0]
    assert _done(desk.post("/review/drafts/edit", {"path": "drafts/sops/long.md", "version": version, "text": text})) == "/review/drafts?done=filled_in"
    assert file.read_text() == text


def test_a_draft_is_begun_without_a_gap(desk: Desk) -> None:
    """For a touchpoint and a channel where nothing is written yet: both are filled in, the rest is as with a gap."""
    form = desk.get("/review/draft?touchpoint=Battery+care&channel=phone")
    assert (re.findall(r'value="(\w+)" checked', form), 'value="Battery care"' in form) == (["phone"], True)
    data = {"title": "Care for a battery", "touchpoint": "Battery care", "channel": ["phone"]}
    shown = desk.post("/review/draft", data)
    assert "### Phone" in shown.text
    assert _done(desk.post("/review/draft", data | {"shown": _shown(shown)})).startswith("/review/drafts")
    assert "touchpoint: Battery care\n" in (desk.knowledge / "drafts/sops/care-for-a-battery.md").read_text()


def test_a_draft_without_a_title_is_asked_for_one(desk: Desk) -> None:
    """What else was filled in stays."""
    gap = desk.gap(SWAP)
    answer = desk.post(f"/review/{gap.id}/draft", {"title": " ", "owner": "Dana"})
    assert (answer.status_code, "The document needs a title." in answer.text, 'value="Dana"' in answer.text) == (409, True, True)


def test_a_step_that_is_wrong_is_fixed(desk: Desk) -> None:
    """Its text in a field, the difference, saved; nothing else in the file is touched."""
    asked = desk.log.store(StoredQuestion(SWAP, "answer", "battery", (), 0.9, "000001", "slack", "internal", "chat", ""))
    desk.log.store_feedback(asked, helpful=False, reason="step_wrong", step="1", comment="It is one hour.", entry_id="battery")
    gap = desk.look_after()
    link = re.search(r'href="([^"]+)">Fix step 1 of battery<', desk.get(f"/review/{gap.id}"))
    assert link
    form = desk.get(unescape(link[1]))
    assert ("“It is one hour.”" in form, "Open the &lt;lid&gt; within 2 hours.</textarea>" in form) == (True, True)
    fields = dict(re.findall(r'name="(entry|line|version)" value="([^"]*)"', form))
    broken = desk.post(f"/review/{gap.id}/step", fields | {"text": "Open it.\n1. Twice."})
    assert (broken.status_code, "would not be read as step 1 alone" in broken.text, "1. Twice.</textarea>" in broken.text) == (409, True, True)
    shown = desk.post(f"/review/{gap.id}/step", fields | {"text": "Open the lid within 1 hour."})
    assert "-1. Open the <lid> within 2 hours. +1. Open the lid within 1 hour." in _text(shown.text)
    _done(desk.press(shown.text, "Save"))
    assert (desk.knowledge / "sops/battery.md").read_text() == BATTERY.replace("the <lid> within 2 hours", "the lid within 1 hour")
    assert desk.gaps.events(gap.id)[-1].detail == "step 1 of battery worded anew, in sops/battery.md"


def test_the_step_is_chosen_where_nobody_said_which(desk: Desk) -> None:
    """Each step leads to its field; after a change of the file nothing is written over another step."""
    gap = desk.gap(SWAP)
    html = desk.get(f"/review/{gap.id}/step?entry=battery")
    links = re.findall(r'href="([^"]+)">2: Take it out.<', html)
    fields = dict(re.findall(r'name="(entry|line|version)" value="([^"]*)"', desk.get(unescape(links[0]))))
    moved = BATTERY.replace("1. Open", "1. Wait.\n1. Open")
    (desk.knowledge / "sops/battery.md").write_text(moved)
    refused = desk.post(f"/review/{gap.id}/step", fields | {"text": "Lift it."})
    assert (refused.status_code, "was changed by somebody else meanwhile" in refused.text) == (409, True)
    assert (desk.knowledge / "sops/battery.md").read_text() == moved


def test_a_wording_is_accepted_into_the_document_or_declined(desk: Desk) -> None:
    """Accepting shows the change first; both are decided once and for all."""
    for number, text in enumerate(("swap my cell", "do a barrel roll")):
        row = {"entry_id": "battery", "wording": str(number), "text": text, "audience": "internal", "chosen": 3, "helpful": 0, "status": "proposed"}
        with desk.database.write() as connection:
            connection.execute(insert(question_proposals), row | {"proposed_at": datetime.now(UTC), "decided_by": "", "decided_at": None})
    assert "for Change a battery battery · chosen 3 · helpful 0" in _text(desk.get("/review/proposals"))
    _done(desk.post("/review/proposals/2/decline"))
    shown = desk.press(desk.get("/review/proposals"), "Accept …")
    assert (desk.knowledge / "sops/battery.md").read_text() == BATTERY
    _done(desk.press(shown.text, "Save"))
    assert "questions:\n  - swap my cell\n" in (desk.knowledge / "sops/battery.md").read_text()
    assert "There are none at the moment." in desk.get("/review/proposals")
    assert desk.post("/review/proposals/9/accept").status_code == 404


def test_a_document_that_is_still_right_gets_new_dates_with_one_click(desk: Desk) -> None:
    """The list says what is late and whose it is; then that its file is renewed and the index is not built yet."""
    html = desk.get("/review/late")
    assert "Change a battery sops/battery.md Due by 1 September 2026; owner: Ada & Co" in _text(html)
    assert "Opening hours" not in html
    desk.press(html, "Still right")
    text = (desk.knowledge / "sops/battery.md").read_text()
    assert text == BATTERY.replace("2026-03-01", "2026-11-20").replace("2026-09-01", "2027-05-20")
    after = desk.get("/review/late")
    assert ("Its file is renewed until 20 May 2027" in after, "Still right</button>" in after) == (True, False)
    desk.rebuild()
    assert "No document is past its review date." in desk.get("/review/late")


def test_without_the_documents_the_pages_say_so(database: Database, tmp_path: Path) -> None:
    """Gaps can still be read and decided; nothing pretends to save a document."""
    with open_desk(database, tmp_path, knowledge_dir=tmp_path / "elsewhere") as desk:
        gap = desk.gap(SWAP)
        for path in (f"/review/{gap.id}", "/review/drafts", "/review/late", "/review/proposals", f"/review/{gap.id}/draft"):
            assert "Documents cannot be changed from here" in desk.get(path)
        for path, data in ((f"/review/{gap.id}/add", {"entry": "battery"}), ("/review/late", {"path": "sops/battery.md"})):
            refused = desk.post(path, data)
            assert (refused.status_code, "is not on this machine" in refused.text) == (409, True)
        _done(desk.post(f"/review/{gap.id}/assign", {"assignee": "Dana"}))


def test_without_an_index_gaps_are_shown_still(desk: Desk) -> None:
    """Only the nearest entries are missing."""
    gap = desk.gap(SWAP)
    desk.held.index = None
    assert "None comes near." in desk.get(f"/review/{gap.id}")
    assert desk.post(f"/review/{gap.id}/recheck").status_code == 503
