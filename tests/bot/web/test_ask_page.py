"""The ask page as a browser without scripts gets it, and the parts that htmx asks for; on a real server."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from bot.database import Database
from bot.query_log import QueryLog
from bot.sessions import Person, SessionStore
from bot.settings import Settings
from bot.tables import choices, feedback, questions
from index.corpus import read_corpus
from index.records import Entry
from tests.bot.api.conftest import Serving, serve
from tests.bot.conftest import NOON
from tests.fakes import KNOWLEDGE, HeldIndex, WordIndex, knowledge_index

OWN_PAGE = {"Sec-Fetch-Site": "same-origin"}
HTMX = OWN_PAGE | {"HX-Request": "true"}
REFUND = "how do I handle a refund complaint"
ADA, BOB = Person("ada@example.org", "internal"), Person("bob@example.org", "internal")
ODD = """---
review_by: 2026-11-01
owner: Ada & Co
---
# Odd & \\<b>ends

## Steps

1. Press **within 2 hours** <script>alert(1)</script> & see [the plan](plan.md), [its end](plan.md#nowhere), [us](https://example.org), [nothing](gone.md), [harm](javascript:alert).

## Replies

### Live chat

> Hi {{customer_name}}, <b>5 < 6</b> & {{ customer_name }}
>
>   two  spaces, {{order_number}}.

### Email: late

**Subject:** About {{order_number}}

> Sorry.
"""
PLAN = "# The plan\n\n## Steps\n\n1. Plan.\n"


def _settings(folder: Path) -> Settings:
    settings = {"sign_in": "proxy", "trusted_proxies": ["127.0.0.1"], "sign_in_header": "X-User", "rate_limit": "", "key_rate_limit": ""}
    return Settings.model_validate({"data_dir": folder, **settings})


@pytest.fixture
def page(database: Database, log: QueryLog, tmp_path: Path) -> Iterator[Serving]:
    """A server with this repository's documents, on which Ada is signed in."""
    with serve(knowledge_index(), database, log, _settings(tmp_path)) as serving:
        serving.client.headers["X-User"] = ADA.name
        yield serving


@pytest.fixture
def odd(database: Database, log: QueryLog, tmp_path: Path) -> Iterator[Serving]:
    """A server with documents that are hard to show."""
    (tmp_path / "knowledge" / "sops").mkdir(parents=True)
    (tmp_path / "knowledge" / "sops" / "odd.md").write_text(ODD)
    (tmp_path / "knowledge" / "sops" / "plan.md").write_text(PLAN)
    index = HeldIndex(WordIndex(read_corpus(tmp_path / "knowledge").entries))
    with serve(index, database, log, _settings(tmp_path)) as serving:
        serving.client.headers["X-User"] = ADA.name
        yield serving


def _ask(serving: Serving, question: str, **more: str) -> str:
    """Ask as a browser without scripts does, line ends as it sends them; the address of the answer, without the place in it."""
    asked = serving.client.post("/ask", data={"question": question.replace("\n", "\r\n")} | more, headers=OWN_PAGE)
    assert asked.status_code == 303, asked.text
    assert asked.headers["location"].endswith("#outcome")
    return str(asked.headers["location"].removesuffix("#outcome"))


def _text(html: str) -> str:
    """What a reader sees, blanks and line ends as in the source."""
    return unescape(re.sub(r"<[^>]+>", "", html))


def _element(html: str, opening: str) -> str:
    """The content of an element without children of its own kind, by how its tag begins."""
    tag = re.match(r"<(\w+)", opening)
    assert tag
    assert opening in html, opening
    return html.partition(opening)[2].partition(">")[2].partition(f"</{tag[1]}>")[0]


def _entry(entry_id: str) -> Entry:
    return next(entry for entry in read_corpus(KNOWLEDGE).entries if entry.id == entry_id)


def test_asking_stores_the_question_once_however_often_the_page_is_loaded(page: Serving, database: Database) -> None:
    """The answer has an address of its own; opening it again asks nothing."""
    address = _ask(page, REFUND, channel="chat")
    for _ in range(3):
        shown = page.client.get(address)
        assert (shown.status_code, "Handle a refund complaint</h2>" in shown.text) == (200, True)
    with database.read() as connection:
        rows = connection.execute(select(questions)).mappings().all()
    assert [(row["text"], row["front_end"], row["audience"], row["channel"], row["outcome"], row["entry_id"]) for row in rows] == [
        (REFUND, "page", "internal", "chat", "answer", "handle-refund-complaint")
    ]
    assert address == f"/ask/{rows[0]['id']}"


def test_every_step_is_shown_in_order_word_for_word(page: Serving) -> None:
    """Numbers, texts and deadlines are those of the document, none left out."""
    shown = page.client.get(_ask(page, REFUND)).text
    entry = _entry("handle-refund-complaint")
    steps = re.findall(r'<li class="walk level-(\d)".*?<span class="number">([\d.]+?)\.?</span>(.*?)</li>', shown, re.DOTALL)
    assert [(int(level), number) for level, number, _ in steps] == [(step.level, step.number) for step in entry.steps]
    for step, (_, _, html) in zip(entry.steps, steps, strict=True):
        words = re.sub(r"\*\*|\[([^\]]*)\]\([^)]*\)", lambda link: link[1] or "", step.text)
        assert words in _text(html)
        assert (f"</span>{step.deadline}</p>" in html) == bool(step.deadline)


def test_every_part_of_a_procedure_is_there(page: Serving) -> None:
    """Purpose, escalation, tone, metrics, source, owner, review dates and how sure it is, in the words of the other front ends."""
    text = _text(page.client.get(_ask(page, REFUND)).text)
    entry = _entry("handle-refund-complaint")
    assert entry.purpose
    assert entry.tone
    for piece in (
        entry.purpose.text, "Escalation", "to the team lead at once", entry.tone.text, "CSAT after a refund complaint: 4.6 of 5", "Probably right (75%)",
        f"{entry.path}, lines {entry.lines.first}–{entry.lines.last}", "Owner: Amara Okafor", "Reviewed 12 October 2026", "Next review by 12 April 2027",
    ):  # fmt: skip
        assert piece in text, piece


@pytest.mark.parametrize("number", range(9))
def test_each_reply_is_shown_word_for_word(page: Serving, number: int) -> None:
    """Subject and body with nothing added and nothing taken away, placeholders among them; a field for each placeholder."""
    reply = _entry("handle-refund-complaint").replies[number]
    shown = page.client.get(f"{_ask(page, REFUND)}?reply={number}").text
    assert _text(_element(shown, '<div id="text"')) == reply.body
    assert (_text(_element(shown, '<p id="subject"')) if reply.subject else "") == reply.subject
    assert tuple(re.findall(r'data-field="(\w+)"', shown)) == reply.placeholders


@pytest.mark.parametrize(
    ("channel", "name"),
    [("chat", "Live chat"), ("Live chat", "Live chat"), ("sms", "SMS"), ("", "Email: the mistake was ours"), ("pigeon", "Email: the mistake was ours")],
)
def test_the_channel_chooses_the_reply(page: Serving, channel: str, name: str) -> None:
    """The first reply for the channel; without one, the first of all."""
    shown = page.client.get(_ask(page, REFUND, channel=channel)).text
    assert _text(_element(shown, '<h3 id="reply-title"')) == f"Reply – {name}"
    assert re.findall(r'aria-current="true">([^<]*)</a>', shown) == [name]


def test_without_a_reply_for_the_channel_no_other_is_put_in_its_place(page: Serving) -> None:
    """An email pasted into a text message would be wrong; the page says what there is."""
    shown = page.client.get(_ask(page, REFUND, channel="social_tag")).text
    assert "There is no reply for Social tag." in shown
    assert '<div id="text"' not in shown
    assert len(re.findall(r'data-channel="', shown)) == 9


@pytest.mark.parametrize("reply", ["9", "-1", "99999999999999999999"])
def test_a_reply_that_is_not_there_is_not_shown(page: Serving, reply: str) -> None:
    """A made-up address shows the list of replies."""
    shown = page.client.get(f"{_ask(page, REFUND)}?reply={reply}")
    assert (shown.status_code, '<div id="text"' in shown.text, 'class="replies"' in shown.text) == (200, False, True)


def test_without_scripts_a_form_fills_in_the_reply(page: Serving) -> None:
    """What was typed stands in the text, what was left out is marked still, and neither is stored."""
    address = _ask(page, REFUND)
    data = {"reply": "5", "field.customer_name": "Ada <Lovelace> & {{x}}", "field.other": "y"}
    filled = page.client.post(f"{address}/reply", data=data, headers=OWN_PAGE).text
    body = _entry("handle-refund-complaint").replies[5].body
    assert _text(_element(filled, '<div id="text"')) == body.replace("{{customer_name}}", data["field.customer_name"])
    assert "<Lovelace>" not in filled
    assert 'value="Ada &lt;Lovelace&gt; &amp; {{x}}"' in filled
    assert b"Lovelace" not in b"".join(file.read_bytes() for file in page.database_path.parent.glob("sopbot.db*"))


def test_text_from_documents_is_text(odd: Serving) -> None:
    """HTML in a title, step or reply is shown, not run; blanks and marks of a reply stay as they are."""
    shown = odd.client.get(_ask(odd, "odd ends")).text
    assert "<script>alert" not in shown
    assert "Odd &amp; &lt;b&gt;ends</h2>" in shown
    assert _text(_element(shown, '<div id="text"')) == "Hi {{customer_name}}, <b>5 < 6</b> & {{ customer_name }}\n\n  two  spaces, {{order_number}}."


def test_links_between_documents_lead_to_answers(odd: Serving) -> None:
    """To the entry of the document, on this page; to other sites as they are; and to nothing where there is nothing."""
    address = _ask(odd, "odd ends")
    step = re.findall(r'<li class="walk.*?</li>', odd.client.get(address).text, re.DOTALL)[0]
    assert re.findall(r'href="([^"]+)"', step) == [f"{address}?entry=plan", f"{address}?entry=plan", "https://example.org"]
    followed = odd.client.get(f"{address}?entry=plan").text
    assert ("The plan</h2>" in followed, "<textarea" in followed) == (True, True)


def test_past_its_review_date_is_said(odd: Serving) -> None:
    """With the owner to ask."""
    text = _text(odd.client.get(_ask(odd, "odd ends")).text)
    assert "Past its review date. This was due for review by 1 November 2026. Before you rely on it, check with Ada & Co." in text


def test_suggestions_are_offered_and_a_choice_is_stored(page: Serving, database: Database) -> None:
    """Each title is a button; the one chosen is shown with its reply, and remembered for the question."""
    address = _ask(page, "refund complaint late parcel damaged")
    offered = page.client.get(address).text
    assert "Did you mean one of these?" in offered
    entries = re.findall(r'name="entry" value="([^"]+)"', offered)
    assert len(entries) == 3
    chosen = page.client.post(f"{address}/choice", data={"entry": entries[1]}, headers=OWN_PAGE)
    assert (chosen.status_code, chosen.headers["location"]) == (303, f"{address}?entry={entries[1].replace('#', '%23')}#outcome")
    with database.read() as connection:
        assert [(row.question_id, row.entry_id) for row in connection.execute(select(choices))] == [(address.rpartition("/")[2], entries[1])]
    assert 'id="answer-title"' in page.client.get(chosen.headers["location"]).text


def test_what_nothing_covers_is_said_and_can_be_added_to(page: Serving, database: Database) -> None:
    """The page says that the question is stored and for whom; a detail goes with it, masked."""
    address = _ask(page, "qwxzv vxqwz")
    shown = page.client.get(address).text
    assert "No document covers this.</h2>" in shown
    assert "Your question is stored, so that whoever looks after the documents sees it" in shown
    detail = {"helpful": "no", "reason": "detail", "comment": "Ask ada@example.org about it"}
    added = page.client.post(f"{address}/feedback", data=detail, headers=OWN_PAGE)
    assert (added.status_code, added.headers["location"]) == (303, f"{address}?thanks=1#feedback")
    assert "It stands with your question now." in page.client.get(added.headers["location"]).text
    with database.read() as connection:
        row = connection.execute(select(feedback)).one()
    assert (row.helpful, row.reason, row.comment) == (False, "detail", "Ask [email] about it")


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ({"helpful": "yes"}, (True, "", "", "")),
        ({"helpful": "no", "reason": "outdated"}, (False, "outdated", "", "")),
        ({"helpful": "no", "reason": "step_wrong", "step": "6.1", "comment": "Only 2 hours."}, (False, "step_wrong", "6.1", "Only 2 hours.")),
        ({"helpful": "no", "reason": "made up"}, (False, "", "", "")),
        ({}, (False, "", "", "")),
    ],
)
def test_feedback_is_stored_with_entry_and_asker(page: Serving, database: Database, given: dict[str, str], stored: tuple[object, ...]) -> None:
    """Yes, or no with a reason, a step and what it should say; with htmx the thanks come in place of the form."""
    address = _ask(page, REFUND)
    done = page.client.post(f"{address}/feedback", data=given | {"entry": "handle-refund-complaint"}, headers=HTMX)
    assert (done.status_code, "Thank you, noted." in done.text, "<html" in done.text) == (200, True, False)
    with database.read() as connection:
        row = connection.execute(select(feedback, questions.c.asker.label("asked_by")).join(questions)).one()
    assert (row.helpful, row.reason, row.step, row.comment) == stored
    assert (row.entry_id, row.asker == row.asked_by, len(row.asker)) == ("handle-refund-complaint", True, 64)


def test_only_steps_that_there_are_can_be_named(page: Serving) -> None:
    """The form lists each step once, with the beginning of its text."""
    shown = page.client.get(_ask(page, REFUND)).text
    assert re.findall(r'<option value="([\d.]+)">', shown) == [step.number for step in _entry("handle-refund-complaint").steps]


def test_one_sees_ones_own_questions_only(page: Serving) -> None:
    """Another person's question is as unknown as one that nobody asked: it cannot be read, chosen for or given feedback on."""
    own = foreign = _ask(page, REFUND)
    page.client.headers["X-User"] = BOB.name
    assert REFUND not in page.client.get("/ask").text
    answers = [page.client.get(foreign), page.client.get(f"{foreign}/reply?reply=1"), page.client.get("/ask/" + "0" * 32)]
    answers += [
        page.client.post(f"{foreign}/{what}", data={"entry": "verify-identity", "helpful": "no"}, headers=OWN_PAGE) for what in ("choice", "feedback", "reply")
    ]
    assert [answer.status_code for answer in answers] == [404] * 6
    assert len({re.sub(r"[0-9a-f]{32}", "", answer.text) for answer in answers}) == 1
    page.client.headers["X-User"] = ADA.name
    assert page.client.get(own).status_code == 200


def test_the_history_holds_ones_last_questions_newest_first(page: Serving, log: QueryLog) -> None:
    """Masked as they are stored, ten at most, with what became of them."""
    minutes = iter(range(60))
    log._now = lambda: NOON + timedelta(minutes=next(minutes))
    for number in range(11):
        _ask(page, f"question {number} of +44 7700 900123")
    shown = _element(page.client.get("/ask").text, '<nav id="history"')
    assert [unescape(text) for text in re.findall(r'class="walk"[^>]*>([^<]+)</a>', shown)] == [f"question {number} of [phone]" for number in range(10, 0, -1)]


def test_an_answer_that_has_changed_is_shown_as_it_is_now(page: Serving) -> None:
    """After a rebuild the old address shows the new text and says so; what has gone is told; nothing old is shown."""
    address = _ask(page, REFUND)
    index = page.index.index
    assert index
    page.index.index = WordIndex(index.all_entries, "000002")
    assert "The documents have been read anew since you asked" in page.client.get(address).text
    page.index.index = WordIndex(tuple(entry for entry in index.all_entries if entry.id != "handle-refund-complaint"), "000003")
    gone = page.client.get(address)
    assert (gone.status_code, "can no longer be shown here" in gone.text, "Say sorry for what happened" in gone.text) == (404, True, False)


@pytest.mark.parametrize(("question", "says"), [("", "The question is empty"), (" \n ", "The question is empty"), ("x" * 8001, "has 8,001 characters")])
def test_what_cannot_be_asked_is_told_in_the_page(page: Serving, question: str, says: str) -> None:
    """With the remedy, and with what was typed still in the field."""
    refused = page.client.post("/ask", data={"question": question}, headers=OWN_PAGE)
    assert (refused.status_code, says in refused.text, question[:8000].strip() in refused.text) == (422, True, True)


@pytest.mark.parametrize(
    "question",
    [
        '</textarea><script>alert("1")</script>',
        "'; DROP TABLE questions; --",
        "كيف أعيد منتجا؟",
        "bike " + "🚲" * 500,
        "a\x00b\ud83d".encode("utf-8", "replace").decode(),
        "车" * 8_000,
        "a" + "\n" * 7_998 + "b",
    ],
)
def test_any_text_can_be_asked(page: Serving, question: str) -> None:
    """It comes back as text, and runs nowhere."""
    shown = page.client.get(_ask(page, question)).text
    assert "<script>alert" not in shown
    assert question.replace("\0", " ") in unescape(_element(shown, '<textarea id="question"'))


def test_htmx_gets_the_part_that_changes(page: Serving) -> None:
    """The outcome with its title, the history to put in its place, and the address for the bar; no whole page."""
    part = page.client.post("/ask", data={"question": REFUND}, headers=HTMX)
    assert part.status_code == 200
    assert re.fullmatch(r"/ask/[0-9a-f]{32}", part.headers["hx-push-url"])
    assert part.headers["cache-control"] == "no-store"
    assert ("<html" in part.text, "<title>Handle a refund complaint – sopbot</title>" in part.text, 'hx-swap-oob="true"' in part.text) == (False, True, True)
    one = page.client.get(f"{part.headers['hx-push-url']}/reply?reply=4", headers=HTMX).text
    assert (one.lstrip().startswith('<section id="reply"'), "Reply – SMS" in one) == (True, True)
    whole = page.client.get(part.headers["hx-push-url"], headers=HTMX | {"HX-History-Restore-Request": "true"}).text
    assert "<html" in whole


def test_pages_hold_no_inline_code(page: Serving) -> None:
    """The policy forbids it, so nothing on the page may need it."""
    for address in ("/ask", _ask(page, REFUND), _ask(page, "qwxzv")):
        shown = page.client.get(address)
        assert re.findall(r"<script(?![^>]*\bsrc=\"/static/)|<style|\sstyle=|\son\w+=|javascript:", shown.text) == []
        assert "unsafe" not in shown.headers["content-security-policy"]


def test_a_question_can_be_handed_over_in_the_address(page: Serving, log: QueryLog) -> None:
    """`?q=` fills the field and asks nothing: an address alone must not store anything."""
    shown = page.client.get("/ask", params={"q": "a <b> question", "channel": "sms"}).text
    assert ("a &lt;b&gt; question</textarea>" in shown, '<option value="sms" selected>' in shown) == (True, True)
    assert log.asked_by(ADA.asker, 10) == ()


def test_holders_of_links_have_a_history_of_their_own(database: Database, log: QueryLog, tmp_path: Path) -> None:
    """Two people with a link each are two people, without names on the page."""
    settings = Settings.model_validate({"data_dir": tmp_path, "rate_limit": "", "key_rate_limit": ""})
    store = SessionStore(database)
    with serve(knowledge_index(), database, log, settings) as serving, httpx.Client(base_url=serving.client.base_url, trust_env=False) as second:
        for client in (serving.client, second):
            client.get(f"/ask?token={store.create_link('internal')}")
        _ask(serving, REFUND)
        first_page, second_page = serving.client.get("/ask").text, second.get("/ask").text
    assert (REFUND in first_page, REFUND in second_page, "link:" in first_page) == (True, False, False)
