"""Blocks: within Slack's limits whatever a document holds, every word there, nothing that pings."""

from __future__ import annotations

import itertools
import re
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.answer import Answer, Suggestion
from bot.slack.blocks.answer import Shown, answer_blocks, answer_pages
from bot.slack.blocks.checklist import checklist_blocks, page_of
from bot.slack.blocks.controls import safe
from bot.slack.blocks.limits import MESSAGE_CHARACTERS, as_json, clipped, length, size, split_text
from bot.slack.blocks.modals import feedback_view, fill, finished_view, reply_view
from bot.slack.blocks.outcome import no_answer_blocks, suggestion_blocks
from bot.slack.checklists import Checklist, ChecklistStep
from bot.slack.listeners.pages import whole_view
from bot.slack.mrkdwn import readable, squeezed, text_objects, to_mrkdwn, visible
from index.records import CHANNELS, Entry, Lines, Part, Reply, Step
from tests.slack_stand_in.limits import block_problems, view_problems

LINES = Lines(1, 1)
NASTY = [
    "<!here>",
    "<!channel>",
    "@channel",
    "<@U0AGENT>",
    "&amp;",
    "*bold*",
    "_under_",
    "`code`",
    "```",
    ":smile:",
    "> quote",
    "# head",
    "<https://a.b|c>",
    "**strong**",
    "a_b_c",
    "~gone~",
    "{{name}}",
    "😀" * 30,
]
words_ = st.one_of(st.sampled_from(NASTY), st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=40))
sentences = st.lists(words_, min_size=1, max_size=40).map(" ".join)
markdown = st.lists(sentences, min_size=1, max_size=6).map("\n\n".join).filter(lambda text: bool(text.strip()))
long_text = st.builds(lambda text, times: (text + " ") * times, sentences, st.integers(1, 30)).map(lambda text: text[:4000])


@st.composite
def generated_entries(draw: st.DrawFn) -> Entry:
    """Entries with more, longer and nastier parts than anybody writes."""
    count = draw(st.integers(1, 25))
    texts = draw(st.lists(st.one_of(sentences, sentences, sentences, long_text), min_size=1, max_size=6))
    steps = []
    for number in range(1, count + 1):
        steps.append(
            Step(
                str(number),
                1,
                texts[number % len(texts)].strip() or "x",
                draw(st.sampled_from(["", "within 4 hours"])),
                LINES,
                draw(st.sampled_from(["", "", "Phase *two*"])),
            )
        )
        if draw(st.booleans()):
            steps.append(Step(f"{number}.1", 2, texts[(number + 1) % len(texts)].strip() or "y", "", LINES))
    replies = [
        Reply(
            draw(st.sampled_from(list(CHANNELS))),
            draw(st.sampled_from(["", "after <checking>"])),
            draw(st.sampled_from(["", "Your {{name}} & <order>"])),
            draw(st.one_of(markdown, long_text)) or "x",
            ("name",),
            LINES,
        )
        for _ in range(draw(st.integers(0, 3)))
    ]
    part = Part(draw(markdown), LINES)
    return Entry(
        "some-id",
        "sop",
        draw(sentences)[:200] or "t",
        "internal",
        "sops/a_b.md",
        "h",
        LINES,
        "v",
        "Owner <!here>, *Desk*",
        review_by=date(2026, 1, 1),
        purpose=part,
        steps=tuple(steps),
        escalation=part,
        replies=tuple(replies),
        body="b",
    )


def everything(entry: Entry, reply: int = 0) -> tuple[str, list[dict[str, Any]]]:
    """All pages of an answer: what Slack shows of them, and their blocks; within the limits, which is asserted."""
    shown, blocks = "", []
    answer = Answer(entry, 0.9, stale=True, also=tuple(Suggestion(f"other-{number}", "t" * 200, 0.4) for number in range(3)))
    for page in range(len(answer_pages(entry, reply))):
        rendered = answer_blocks(answer, Shown("0123456789abcdef", page, reply))
        dicts = as_json(rendered)
        assert block_problems(dicts) == []
        assert size(rendered) <= MESSAGE_CHARACTERS
        blocks += dicts
        shown += "\n" + seen(dicts)
    return squeezed(shown), blocks


def seen(blocks: list[dict[str, Any]]) -> str:
    """What a person reads, with Slack's own formatting taken away."""
    texts = []
    for block in blocks:
        for text in [block.get("text"), *(block.get("elements") or [])]:
            if not isinstance(text, dict):
                continue
            if text.get("type") == "mrkdwn":
                texts.append(readable(text["text"]))
            elif text.get("type") == "plain_text":
                texts.append(text["text"])
            elif text.get("type") == "rich_text_preformatted":
                texts.append("".join(element["text"] for element in text["elements"]))
    return "\n".join(texts)


def squashed(text: str) -> str:
    """Without white space: where long texts are cut between blocks, white space may go."""
    return "".join(text.split())


def test_every_starter_entry_with_every_reply_is_whole_and_within_limits(entries: tuple[Entry, ...]) -> None:
    """All starter entries x all their replies: every page fits, and every step, reply, purpose and escalation is there."""
    assert len(entries) > 100
    for entry in entries:
        for position in range(max(1, len(entry.replies))):
            shown = squashed(everything(entry, position)[0])
            if entry.kind == "sop":
                parts = [step.text for step in entry.steps] + [part.text for part in (entry.purpose, entry.escalation) if part]
            else:
                parts = [entry.body]
            for part in parts:
                for paragraph in visible(part).split("\n"):
                    assert squashed(paragraph.removeprefix("• ")) in shown, (entry.id, paragraph)
            if entry.replies:
                assert squashed(entry.replies[position].body) in shown


@pytest.mark.filterwarnings("ignore:Generating overly large repr")
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(generated_entries())
def test_generated_documents_are_whole_and_within_limits(entry: Entry) -> None:
    """Whatever a document holds: every page is one that Slack takes, with every step's and reply's words in order, and no ping."""
    for position in range(max(1, len(entry.replies))):
        shown, blocks = everything(entry, position)
        shown = squashed(shown)
        for step in entry.steps:
            assert all(squashed(line) in shown for line in visible(step.text).split("\n"))
        if entry.replies:
            assert squashed(entry.replies[position].body) in shown
        for text in mrkdwn_texts(blocks):
            assert not re.search(r"<[!@#]", text)
            assert "<https://a.b|c>" not in text or "&lt;" in text
    assert view_problems(whole_view(entry, 0).to_dict()) == []
    assert view_problems(feedback_view(entry.steps, "m" * 3000).to_dict()) == []


@settings(max_examples=150, deadline=None)
@given(markdown)
def test_slack_shows_the_words_of_any_markdown(text: str) -> None:
    """What Slack shows of a text is what a reader of the document sees, no mark and no word more or less."""
    shown = "".join(readable(one.text) if one.type == "mrkdwn" else one.text for one in text_objects(text))
    assert squashed(shown) == squashed(visible(text))


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=400), st.integers(2, 50))
def test_splitting_loses_nothing(text: str, limit: int) -> None:
    """Parts are short enough, and together they are the text."""
    parts = split_text(text, limit)
    assert "".join(parts) == text
    assert all(length(part) <= limit for part in parts)
    assert length(clipped(text, limit)) <= limit


def mrkdwn_texts(value: Any) -> list[str]:
    """Every text in which Slack reads markup."""
    if isinstance(value, list):
        return [text for one in value for text in mrkdwn_texts(one)]
    if isinstance(value, dict):
        own = [value["text"]] if value.get("type") == "mrkdwn" else []
        return own + [text for one in value.values() for text in mrkdwn_texts(one)]
    return []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("answer **within 24 hours**", "answer *within 24 hours*"),
        ("see [Trace a refund](refund.md)", "see Trace a refund"),
        ("see [help](https://a.example/x?y=1&z=2)", "see <https://a.example/x?y=1&amp;z=2|help>"),
        ("<!here> & <@U1>", "&lt;!here&gt; &amp; &lt;@U1&gt;"),
        ("`a < b`", "`a &lt; b`"),
        ("- a\n- b", "• a\n• b"),
        (r"\*not bold\*", None),
        (":smile:", None),
        ("mid**dle**", None),
        ("&gt; no quote", None),
    ],
)
def test_markdown_becomes_mrkdwn_or_plain_text(text: str, shown: str | None) -> None:
    """Marks become Slack's; what Slack would misread is None, and is then shown as plain text."""
    assert to_mrkdwn(text) == shown


def test_a_document_cannot_ping() -> None:
    """Mentions in a document are words: escaped, and shown with `verbatim`, so that Slack links no @channel either."""
    step = Step("1", 1, "Tell <!here>, @channel, #general and <@U0AGENT>", "", LINES)
    entry = Entry("e", "sop", "T", "internal", "p.md", "h", LINES, "v", steps=(step,), body="")
    _, blocks = everything(entry)
    texts = [block["text"] for block in blocks if "here" in str(block.get("text"))]
    assert texts == [{"type": "mrkdwn", "text": "*1.*  Tell &lt;!here&gt;, @channel, #general and &lt;@U0AGENT&gt;", "verbatim": True}]


def test_23_steps_page_by_whole_steps() -> None:
    """Long procedures turn pages between steps, and say which steps each page holds."""
    steps = tuple(Step(str(number), 1, f"Step number {number}: " + "do this and that, carefully. " * 15, "", LINES) for number in range(1, 24))
    entry = Entry("e", "sop", "T", "internal", "p.md", "h", LINES, "v", steps=steps, body="")
    pages = answer_pages(entry)
    assert len(pages) > 1
    spans = [(int(page.first_step), int(page.last_step)) for page in pages]
    assert spans[0][0] == 1
    assert spans[-1][1] == 23
    assert all(one[1] + 1 == two[0] for one, two in itertools.pairwise(spans))
    shown, _ = everything(entry)
    assert f"Steps 1–{spans[0][1]} of 23" in shown


def labels(entry: Entry, page: int) -> list[str]:
    """What the buttons say that turn the pages, and where one is."""
    blocks = as_json(answer_blocks(Answer(entry, 0.9, stale=False), Shown("0123456789abcdef", page)))
    buttons = [element["text"]["text"] for block in blocks for element in block.get("elements") or [] if str(element.get("action_id")).startswith("page.")]
    return [*(label for label in buttons if label != "Show all"), *re.findall(r"[^\n]*Page \d of \d", seen(blocks))]


def test_buttons_name_what_stands_on_the_page_they_lead_to() -> None:
    """A page without steps is called by its number, whatever it holds: purpose, escalation or reply."""
    long = "\n\n".join(f"Paragraph {number}. " + "We are looking into it. " * 12 for number in range(25))
    steps = (Step("1", 1, "Do it.", "", LINES), Step("2", 1, "Do that.", "", LINES))
    entry = Entry("e", "sop", "T", "internal", "p.md", "h", LINES, "v", purpose=Part(long, LINES), steps=steps, body="")
    assert labels(entry, 0) == ["Steps 1–2 ▸", "Page 1 of 2"]
    assert labels(entry, 1) == ["◂ Page 1", "Steps 1–2 of 2  ·  Page 2 of 2"]


def test_steps_whose_numbers_start_again_are_not_counted_by_them() -> None:
    """In a procedure with phases "step 2" says little: pages are named by their own number."""
    text = "do this and that, carefully. " * 60
    steps = tuple(Step(str(number % 3 + 1), 1, text, "", LINES, f"Phase {number // 3}") for number in range(6))
    entry = Entry("e", "sop", "T", "internal", "p.md", "h", LINES, "v", steps=steps, body="")
    assert labels(entry, 0) == ["Page 2 ▸", "Page 1 of 2"]


def test_a_link_defined_further_down_is_a_link() -> None:
    """Its definition stands in another paragraph of the same text."""
    first, _ = text_objects("See [the guide][g].\n\nThen go on.\n\n[g]: https://a.example/guide")
    assert first.text == "See <https://a.example/guide|the guide>."


@pytest.mark.parametrize(("text", "shown"), [("_not slanted_", "ˍnot slantedˍ"), ("faqs/delivery_times.md", "faqs/delivery_times.md"), ("*a* ~b~", "∗a∗ ∼b∼")])
def test_words_from_outside_have_no_marks_that_pair_up(text: str, shown: str) -> None:
    """Within our own markup they are read as they are; an underscore inside a name stays."""
    assert safe(text) == shown


@settings(max_examples=40, deadline=None)
@given(st.one_of(markdown, long_text))
def test_a_finished_reply_copies_exactly(body: str) -> None:
    """What stands in the fields to copy from is the reply, to the letter, with the placeholders filled in."""
    template = f"Dear {{{{customer_name}}}},\n\n{body}\n"
    finished = fill(template, {"customer_name": "Anna <b> {{x}}"})
    view = finished_view("Your order", finished).to_dict()
    assert view_problems(view) == []
    fields = [block["element"]["initial_value"] for block in view["blocks"] if block["type"] == "input"]
    assert fields[0] == "Your order"
    assert "".join(fields[1:]) == finished
    assert finished.startswith("Dear Anna <b> {{x}},\n\n")


def test_5000_characters_of_reply_are_whole() -> None:
    """A reply of 5,000 characters is there in the message and in the form."""
    body = "\n\n".join(f"Paragraph {number}. " + "We are looking into it for you. " * 8 for number in range(18))
    reply = Reply("email", "", "S", body, ("name",), LINES)
    assert len(body) > 4500
    entry = Entry("e", "sop", "T", "internal", "p.md", "h", LINES, "v", steps=(Step("1", 1, "Do it.", "", LINES),), replies=(reply,), body="")
    shown, _ = everything(entry)
    assert squashed(body) in squashed(shown)
    view = reply_view(reply, {}, "{}").to_dict()
    assert view_problems(view) == []
    assert squashed(body) in squashed(seen(view["blocks"]))


def test_suggestions_show_long_titles_whole() -> None:
    """A title too long for a button stands above it in full."""
    titles = ["A very long title " * 12, "B *starred* <!here>", "C"]
    suggestions = [Suggestion(f"id-{number}", title, 0.4) for number, title in enumerate(titles)]
    for blocks in (suggestion_blocks(suggestions, "a" * 16, True), no_answer_blocks("a" * 16, suggestions, True, True)):
        dicts = as_json(blocks)
        assert block_problems(dicts) == []
        assert squeezed(titles[0]) in squeezed(seen(dicts))
        assert "<!here>" not in str(mrkdwn_texts(dicts))


def test_reasons_and_notes_on_a_checklist_are_whole() -> None:
    """Word for word however long, and a tick is a tick also where the step's words are shown as plain text."""
    reason, note = "<b> & so on " * 240, "note " * 500
    step = ChecklistStep(0, "1", ":smile: *", "done", "U0AGENT", reason, note)
    dicts = as_json(checklist_blocks(Checklist("c" * 16, "e", "v", "T", "C", "1.1", "1.2", "U0AGENT", "U0MATE", True, (step,), False)))
    assert block_problems(dicts) == []
    shown = squeezed(seen(dicts))
    assert f"✅ 1. :smile: * Done by <@U0AGENT>: {squeezed(reason)} Note: {squeezed(note)}" in shown


def test_a_checklist_of_36_steps_is_whole_and_within_limits(entries: tuple[Entry, ...]) -> None:
    """More steps than a box has options, with notes and reasons on each: every page fits, every step has a tick box."""
    longest = max(entries, key=lambda entry: len(entry.steps))
    assert len(longest.steps) > 30
    steps = tuple(
        ChecklistStep(number, step.number, step.text, "skipped", "U0AGENT", "because " * 40, "note " * 100) for number, step in enumerate(longest.steps)
    )
    checklist = Checklist("c" * 16, "e", "v", longest.title, "C", "1.1", "1.2", "U0AGENT", "U0MATE", True, steps, False)
    boxes: list[str] = []
    for page in range(page_of(checklist, len(steps) - 1) + 1):
        rendered = checklist_blocks(checklist, page)
        dicts = as_json(rendered)
        assert block_problems(dicts) == []
        assert size(rendered) <= MESSAGE_CHARACTERS
        boxes += [block["accessory"]["options"][0]["value"] for block in dicts if block.get("accessory")]
        for number in (int(value) for value in boxes):
            assert page_of(checklist, number) <= page
    assert boxes == [str(number) for number in range(len(steps))]
