"""What customers do with the widget, on another origin's page, and what is stored of it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Route, expect

from index.current import CurrentIndex
from tests.e2e.widget.conftest import HelpServer, Opened
from tests.e2e.widget.widget import CONTACT, RETURN_ID, RETURN_TIME, RETURN_TITLE, UNKNOWN, Widget

_LATEST_QUESTION = "SELECT text, outcome, front_end, audience, id FROM questions ORDER BY asked_at DESC LIMIT 1"
_LATEST_CHOICE = "SELECT question_id, entry_id FROM choices ORDER BY id DESC LIMIT 1"
_FEEDBACK = "SELECT question_id, entry_id, helpful, reason, comment FROM feedback ORDER BY id"


@pytest.fixture
def widget(on_shop: Opened) -> Iterator[Widget]:
    """The panel, open on the shop's page."""
    widget = on_shop()
    widget.open()
    return widget


def test_typing_finds_and_choosing_answers_and_both_are_stored_once(widget: Widget, help_server: HelpServer) -> None:
    """Typing stores nothing; the choice stores the question as typed, from the widget, with the entry chosen."""
    before = help_server.rows("SELECT count(*) FROM questions")
    widget.type("gift card")
    expect(widget.row("How long is a gift card valid?")).to_be_visible()
    expect(widget.status).to_have_text("Answers found: 1")
    assert help_server.rows("SELECT count(*) FROM questions") == before
    widget.row("How long is a gift card valid?").click()
    widget.expect_answer("How long is a gift card valid?")
    (question,) = help_server.rows(_LATEST_QUESTION)
    assert question[0] == "gift card"
    assert question[2:4] == ("widget", "public")
    assert help_server.rows(_LATEST_CHOICE) == [(question[4], "payment#how-long-is-a-gift-card-valid")]


def test_the_beginnings_of_words_find_titles_before_the_server_answers(widget: Widget) -> None:
    """While the server is silent, titles with words that begin as typed are there."""
    widget.hold("**/v1/search*")
    widget.type("gift ret")
    expect(widget.rows).to_have_text(["How do I return a gift?", "Ask “gift ret”"])


def test_an_answer_past_its_review_date_says_so(widget: Widget) -> None:
    """As the FAQ page does; any other answer does not."""

    def made_late(route: Route) -> None:
        response = route.fetch()
        said = response.json()
        said["answer"]["citation"]["stale"] = True
        route.fulfill(response=response, json=said)

    widget.ask(RETURN_TIME)
    widget.expect_answer(RETURN_TITLE)
    expect(widget.content).not_to_contain_text("checked again")
    widget.page.route("**/v1/ask", made_late)
    widget.ask(RETURN_TIME)
    expect(widget.content).to_contain_text("It is due to be checked again: ask us if you need to be sure.")


def test_enter_gives_the_whole_answer_with_a_link_to_its_page(widget: Widget, help_server: HelpServer) -> None:
    """The text is the document's, word for word; the link leads to the server's page of it, beside the shop's."""
    widget.ask(RETURN_TIME)
    widget.expect_answer(RETURN_TITLE)
    entry = CurrentIndex(help_server.folder).get().entry(RETURN_ID, "public")
    assert entry is not None
    expect(widget.content.locator(".body")).to_have_text(entry.body)
    expect(widget.content).to_contain_text("Last checked on 5 October 2026")
    link = widget.content.get_by_role("link", name="Link to this answer")
    assert link.get_attribute("href") == f"{help_server.address}/faq/returns/how-long-do-i-have-to-return-something"
    with widget.page.expect_popup() as popup:
        link.click()
    expect(popup.value.get_by_role("heading", name=RETURN_TITLE)).to_be_visible()
    (question,) = help_server.rows(_LATEST_QUESTION)
    assert question[:4] == (RETURN_TIME, "answer", "widget", "public")


def test_did_you_mean_stores_the_choice_with_the_question(widget: Widget, help_server: HelpServer) -> None:
    """An unclear question gives titles; the one chosen is stored with that question, "back" leads to the others, and that it is none of them is stored once."""
    widget.ask("refund")
    expect(widget.heading).to_have_text("Did you mean one of these?")
    ((_, outcome, _, _, query_id),) = help_server.rows(_LATEST_QUESTION)
    widget.row("When will I get my refund?").click()
    widget.expect_answer("When will I get my refund?")
    assert outcome == "suggestions"
    assert help_server.rows(_LATEST_CHOICE) == [(query_id, "refunds#when-will-i-get-my-refund")]
    widget.button("Back").click()
    expect(widget.heading).to_have_text("Did you mean one of these?")
    assert widget.has_focus(widget.row("When will I get my refund?"))
    for _ in range(2):
        widget.row("None of these").click()
        expect(widget.heading).to_have_text("We have no answer to that yet")
        widget.button("Back").click()
        expect(widget.heading).to_have_text("Did you mean one of these?")
    assert help_server.rows(f"SELECT entry_id, helpful, reason FROM feedback WHERE question_id = '{query_id}'") == [("", 0, "")]  # noqa: S608 - our own database


def test_what_nothing_covers_is_said_with_the_shops_contact(widget: Widget, help_server: HelpServer) -> None:
    """No answer is made up: one sentence says so, beside the shop's address and the way to the topics."""
    widget.ask(UNKNOWN)
    expect(widget.heading).to_have_text("We have no answer to that yet")
    expect(widget.content.get_by_role("link", name="Write to us")).to_have_attribute("href", CONTACT)
    assert help_server.rows(_LATEST_QUESTION)[0][:2] == (UNKNOWN, "no_answer")
    widget.row("Topics").click()
    expect(widget.row("Returns and exchanges")).to_be_visible()


def test_an_entry_found_in_the_topics_gets_feedback_without_a_question(widget: Widget, help_server: HelpServer) -> None:
    """Browsing stores no question; "yes" is stored with the entry, once."""
    before = help_server.rows("SELECT count(*) FROM questions"), help_server.rows(_FEEDBACK)
    widget.row("Returns and exchanges").click()
    widget.row(RETURN_TITLE).click()
    widget.expect_answer(RETURN_TITLE)
    widget.button("Yes").click()
    expect(widget.content.locator(".told")).to_have_text("Thank you.")
    assert help_server.rows("SELECT count(*) FROM questions") == before[0]
    assert help_server.rows(_FEEDBACK)[len(before[1]) :] == [(None, RETURN_ID, 1, "", "")]


def test_no_asks_for_the_reason_and_thanks(widget: Widget, help_server: HelpServer) -> None:
    """Reason and words are stored with the question and the entry, in one row; the shop's contact follows."""
    before = len(help_server.rows(_FEEDBACK))
    widget.ask(RETURN_TIME)
    widget.button("No").click()
    widget.panel.get_by_label("It is out of date").check()
    widget.panel.get_by_label("Tell us more, if you like").fill("It is 90 days now, says jo@wren.example")
    widget.button("Send").click()
    expect(widget.content.locator(".told")).to_have_text("Thank you. We use this to make the answer better.")
    expect(widget.content.get_by_role("link", name="Write to us")).to_be_visible()
    ((*_, query_id),) = help_server.rows(_LATEST_QUESTION)
    ((question_id, entry_id, helpful, reason, comment),) = help_server.rows(_FEEDBACK)[before:]
    assert (question_id, entry_id, helpful, reason) == (query_id, RETURN_ID, 0, "outdated")
    assert comment.startswith("It is 90 days now, says ")
    assert "jo@wren.example" not in comment


@pytest.mark.parametrize("leaving", ["Close", "Back", "typing", "leaving the page"])
def test_a_no_without_a_reason_counts_once(widget: Widget, help_server: HelpServer, leaving: str) -> None:
    """Whoever says no and goes away, in whatever way, is counted; and once."""
    before = len(help_server.rows(_FEEDBACK))
    widget.ask(RETURN_TIME)
    widget.button("No").click()
    expect(widget.button("Send")).to_be_visible()
    if leaving == "typing":
        widget.type("gift")
    elif leaving == "leaving the page":
        widget.page.goto("about:blank")
    else:
        widget.button(leaving).click()
    for _ in range(100):  # nobody waits for the answer to such a request, so neither does the browser
        if len(help_server.rows(_FEEDBACK)) > before:
            break
        widget.page.wait_for_timeout(50)
    assert len(help_server.rows(_FEEDBACK)) == before + 1
    widget.page.goto("about:blank")
    widget.page.wait_for_timeout(200)
    assert [row[1:4] for row in help_server.rows(_FEEDBACK)[before:]] == [(RETURN_ID, 0, "")]


def test_an_answer_that_comes_late_is_not_shown_for_a_later_text(widget: Widget) -> None:
    """Whatever order the server answers in, results belong to what stands in the field."""
    late = widget.hold("**/v1/search?q=warranty*")
    # What is shown is compared with the field at every change of the page, not only at the end.
    widget.content.evaluate("""content => {
        window.strangers = [];
        const field = content.getRootNode().querySelector("input");
        new MutationObserver(() => {
            const shown = content.querySelector("[data-text]");
            if (shown && shown.dataset.text !== field.value.trim()) window.strangers.push([shown.dataset.text, field.value]);
        }).observe(content, { childList: true, subtree: true });
    }""")
    with widget.page.expect_request("**/v1/search?q=warranty*"):
        widget.type("warranty")
    with widget.page.expect_response("**/v1/search?q=gift+card*"):
        widget.type("gift card")
    for route in late:
        route.fulfill(json={"results": [{"entry_id": "x", "title": "How long is the warranty?", "url": None, "confidence": 0.99}], "generation": "000001"})
    expect(widget.status).to_have_text("Answers found: 1")
    assert widget.page.evaluate("window.strangers") == []
    expect(widget.row("warranty")).to_have_count(0)


def test_a_question_that_was_overtaken_is_not_answered(widget: Widget) -> None:
    """Typing on after Enter drops the answer that was on its way."""
    held = widget.hold("**/v1/ask")
    with widget.page.expect_request("**/v1/ask"):
        widget.ask(RETURN_TIME)
    widget.type("gift card")
    held[0].continue_()
    expect(widget.status).to_have_text("Answers found: 1")
    expect(widget.content.locator("article")).to_have_count(0)


def test_a_text_without_a_word_is_not_sent(widget: Widget) -> None:
    """Punctuation alone gets a sentence, not an error."""
    widget.ask("?!")
    expect(widget.status).to_have_text("Type your question in a few words.")
    assert widget.calls() == ["v1/faq"]


def test_no_internal_byte_reaches_the_browser(widget: Widget, help_server: HelpServer) -> None:
    """Not in answers, suggestions, results, topics or errors: no title, id or path of what is internal."""
    index = CurrentIndex(help_server.folder).get()
    public = {entry.id for entry in index.entries("public")}
    internal = [entry for entry in index.entries("internal") if entry.id not in public]
    for entry in internal[:12]:
        widget.ask(entry.title)
        expect(widget.content).not_to_have_attribute("aria-busy", "true")
    widget.row("Topics").or_(widget.button("Back")).first.click()
    sent = "\n".join(response.text() for response in widget.answers if not response.request.failure)  # one that was cancelled has no text
    assert sent.count('"outcome"') == 12
    public_text = json.dumps([[entry.id, entry.title, entry.body] for entry in index.entries("public")], ensure_ascii=False)
    names = {name for entry in internal for name in (entry.id, entry.path, entry.title)}
    assert [name for name in names if name in sent and name not in public_text] == []
