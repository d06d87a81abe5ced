"""The bot's Slack messages -> pictures in docs/pictures/slack, drawn from their blocks by a page that looks like Slack.

Run it after a change of what messages look like: `python scripts/slack_pictures.py`. Needs Debian's chromium, and fonts-noto-color-emoji for the emoji.
"""

from __future__ import annotations

import argparse
import html
import re
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.answer import Answer, Suggestion, is_stale
from bot.digest import Digest
from bot.figures.records import EntryFigures, Totals
from bot.gaps.records import Gap, Status
from bot.slack.blocks.answer import Shown, answer_blocks, reply_for
from bot.slack.blocks.checklist import checklist_blocks
from bot.slack.blocks.digest import digest_blocks
from bot.slack.blocks.home import ForLeads, home_view
from bot.slack.blocks.limits import as_json
from bot.slack.blocks.modals import feedback_view, fill, finished_view, reply_view, settings_view
from bot.slack.blocks.outcome import answered_now_block, error_text, no_answer_blocks, notice_blocks, suggestion_blocks
from bot.slack.checklists import Checklist, ChecklistStep
from index.corpus import read_corpus
from index.records import Entry

ROOT = Path(__file__).parent.parent
STYLE = Path(__file__).parent / "slack_pictures.css"
NAMES = {"U0AGENT": "Sam Porter", "U0MATE": "Lee Brown", "U0LEAD": "Amara Okafor"}
EMOJI = {
    "warning": "⚠️",
    "stopwatch": "⏱️",
    "rotating_light": "🚨",
    "speech_balloon": "💬",
    "white_check_mark": "✅",
    "fast_forward": "⏩",
    "pencil2": "✏️",
    "raising_hand": "🙋",
    "bulb": "💡",
    "new": "🆕",
    "leftwards_arrow_with_hook": "↩️",
    "chart_with_upwards_trend": "📈",
}
TODAY = date(2026, 11, 22)
REVIEW = "https://sopbot.wrenfield.example/review"


def main() -> None:
    """Draw every kind of message."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "pictures" / "slack", help="folder for the pictures")
    parser.add_argument("--only", default="", help="draw only pictures whose name has this in it")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name, body, width in pictures({entry.id: entry for entry in read_corpus(ROOT / "knowledge").entries}):
        if arguments.only in name:
            draw(body, arguments.out / f"{name}.png", width)
            print(arguments.out / f"{name}.png")


def pictures(entries: dict[str, Entry]) -> Iterator[tuple[str, str, int]]:
    """Name, page and width of each picture."""
    refund = entries["handle-refund-complaint"]
    longest = max(entries.values(), key=lambda entry: len(entry.steps))
    shown = Shown("0123456789abcdef", reply=reply_for(refund, "phone") or 0)
    offered = [Suggestion(name, entries[name].title, 0.4) for name in ("refund-not-received", "refund-refused", "refund-to-another-card")]
    public = [Suggestion(entry.id, entry.title, 0.15) for entry in entries.values() if entry.audience == "public" and "refund" in entry.title.lower()][:1]
    answer = Answer(refund, 0.91, is_stale(refund, TODAY))
    yield "answer", message(answer_blocks(answer, shown), "how do I handle a refund complaint by phone"), 760
    stale = Answer(longest, 0.64, True, tuple(offered[:1]))
    yield "long_answer_past_review", message(answer_blocks(stale, Shown(shown.answer_id)), "display shows ERR-4012"), 760
    yield (
        "private_answer",
        message(
            answer_blocks(Answer(entries["remind-of-a-booking"], 0.88, False), Shown(shown.answer_id, private=True)),
            "/sop remind of a booking",
            "Only visible to you",
        ),
        760,
    )
    yield "did_you_mean", message(suggestion_blocks(offered, shown.answer_id, False), "refund card"), 760
    yield "not_found", message(no_answer_blocks(shown.answer_id, (), False, True), "who waters the plants in the shop"), 760
    yield "not_found_where_outsiders_read", message(no_answer_blocks(shown.answer_id, public, True, True), "refund to a different account"), 760
    yield "digest", message(digest_blocks(week(entries), REVIEW), ""), 760
    faq = entries["account#what-do-i-get-with-wrenfield-care"]
    told = [answered_now_block("U0AGENT", "is there a membership"), *answer_blocks(Answer(faq, 0.93, False), shown)]
    yield "answered_now", message(told, ""), 760
    yield "error", message(notice_blocks(error_text("S-7KQ2MD")), "how do I handle a refund complaint"), 760
    sms = refund.replies[reply_for(refund, "sms") or 0]
    values = {"refund_amount": "£84.95", "refund_date": "24 November", "ticket_number": "T-20931"}
    yield "reply_fields", modal(reply_view(sms, {}, "").to_dict()), 560
    yield "reply_finished", modal(finished_view("", fill(sms.body, values)).to_dict()), 560
    yield "feedback_reason", modal(feedback_view(refund.steps, "").to_dict()), 560
    yield "channel_settings", modal(settings_view("mention", "auto", "", "").to_dict()), 560
    held = checklist(refund)
    yield "checklist", message(checklist_blocks(held), ""), 760
    reviewed = sorted(
        (entry for entry in entries.values() if entry.reviewed_on and entry.kind == "sop"), key=lambda entry: str(entry.reviewed_on), reverse=True
    )
    late = [entry for entry in reviewed if is_stale(entry, TODAY)]
    leads = ForLeads((gap(12, "do you take old bikes in part exchange", 10, 10, "Dana"), gap(15, "can I lend a customer a helmet", 3, 2)), 2, late[:3], REVIEW)
    yield (
        "home_for_leads",
        home(home_view(reviewed[:4], [(held, "https://wrenfield.slack.com/archives/C0TEAM/p1")], leads).to_dict()),
        760,
    )


def gap(number: int, title: str, questions: int, people: int, assignee: str = "", status: Status = "open") -> Gap:
    """A gap of the last days."""
    asked = datetime(2026, 11, 20, 9, tzinfo=UTC)
    counts: dict[str, dict[Any, int]] = {"signals": {}, "channels": {}, "audiences": {}, "front_ends": {}}
    closed = asked if status == "closed" else None
    return Gap(number, title, status, assignee, "", None, asked, closed, None, asked, questions, people, 1.0, **counts)


def week(entries: dict[str, Entry]) -> Digest:
    """A week in which something of each kind happened."""
    until = datetime(2026, 11, 23, 9, tzinfo=UTC)
    used = [EntryFigures(name, entries[name].title, 31 - number, 31 - number, 0, 0, 0, 0, 0) for number, name in enumerate(list(entries)[3:6])]
    late = tuple(entry for entry in entries.values() if entry.kind == "sop" and is_stale(entry, TODAY))
    opened = (gap(12, "do you take old bikes in part exchange", 10, 10, "Dana"), gap(15, "can I lend a customer a helmet", 3, 2))
    closed = (gap(9, "how do I split a parcel between two couriers", 6, 5, "Lee", "closed"),)
    totals = Totals(answers=402, suggestions=61, no_answers=38)
    return Digest(until - timedelta(days=7), until, totals, tuple(used), opened, 2, closed, 1, (), 0, 5, late, len(late), 1)


def checklist(entry: Entry) -> Checklist:
    """A checklist that is half done."""
    states = {0: ("done", "U0AGENT", "", ""), 1: ("done", "U0AGENT", "", "Rang at 9:40"), 2: ("skipped", "U0MATE", "Known from the first call", "")}
    empty = ("open", "", "", "")
    steps = tuple(ChecklistStep(number, step.number, step.text, *states.get(number, empty)) for number, step in enumerate(entry.steps))  # type: ignore[arg-type]
    return Checklist("c" * 16, entry.id, entry.version, entry.title, "C0TEAM", "1.1", "1.2", "U0AGENT", "U0MATE", True, steps, False)


def message(blocks: list[Any], question: str, note: str = "") -> str:
    """A question and the bot's message below it."""
    asked = (
        f'<div class="post"><div class="face person">SP</div><div class="what"><b>Sam Porter</b> <time>9:41</time><p>{html.escape(question)}</p></div></div>'
        if question
        else ""
    )
    only = f'<p class="only">{note}</p>' if note else ""
    body = "".join(block_html(block) for block in as_json(blocks))
    return f'{asked}<div class="post">{only}<div class="face">S</div><div class="what"><b>sopbot</b> <span class="app">APP</span> <time>9:41</time>{body}</div></div>'


def modal(view: dict[str, Any]) -> str:
    """A modal."""
    submit = f'<span class="button primary">{html.escape(view["submit"]["text"])}</span>' if view.get("submit") else ""
    body = "".join(block_html(block) for block in view["blocks"])
    return f'<div class="modal"><h1>{html.escape(view["title"]["text"])}</h1><div class="body">{body}</div><footer><span class="button">{html.escape(view["close"]["text"])}</span>{submit}</footer></div>'


def home(view: dict[str, Any]) -> str:
    """The Home tab."""
    return f'<div class="home"><nav><b>Home</b> Messages About</nav>{"".join(block_html(block) for block in view["blocks"])}</div>'


def block_html(block: dict[str, Any]) -> str:
    """One block."""
    kind = block["type"]
    if kind == "section":
        accessory = f'<div class="accessory">{element_html(block["accessory"])}</div>' if block.get("accessory") else ""
        return f'<div class="section"><div class="text">{text_html(block["text"])}</div>{accessory}</div>'
    if kind == "header":
        return f"<h2>{text_html(block['text'])}</h2>"
    if kind == "divider":
        return "<hr>"
    if kind == "context":
        return f'<div class="context">{" ".join(text_html(element) for element in block["elements"])}</div>'
    if kind in ("actions", "context_actions"):
        return f'<div class="{kind}">{"".join(element_html(element) for element in block["elements"])}</div>'
    if kind == "input":
        optional = ' <span class="optional">(optional)</span>' if block.get("optional") else ""
        return f'<div class="input"><label>{text_html(block["label"])}{optional}</label>{element_html(block["element"])}</div>'
    if kind == "rich_text":
        return f"<pre>{html.escape(''.join(one['text'] for element in block['elements'] for one in element['elements']))}</pre>"
    raise ValueError(f"No picture for a block of type {kind}.")


def element_html(element: dict[str, Any]) -> str:
    """One control."""
    kind = element["type"]
    if kind == "button":
        return f'<span class="button {element.get("style", "")}">{text_html(element["text"])}</span>'
    if kind in ("static_select", "users_select", "conversations_select"):
        chosen = (element.get("initial_option") or {}).get("text") or element.get("placeholder") or {"type": "plain_text", "text": "Choose somebody"}
        return f'<span class="button select">{text_html(chosen)} ▾</span>'
    if kind == "plain_text_input":
        value = element.get("initial_value") or ""
        hint = "" if value else f'<span class="optional">{html.escape((element.get("placeholder") or {}).get("text", ""))}</span>'
        return f'<div class="field {"many" if element.get("multiline") else ""}">{html.escape(value)}{hint}</div>'
    if kind in ("radio_buttons", "checkboxes"):
        chosen = [element["initial_option"]] if element.get("initial_option") else element.get("initial_options") or []
        mark = "radio" if kind == "radio_buttons" else "box"
        return "".join(
            f'<div class="option"><i class="{mark} {"on" if option in chosen else ""}"></i>{text_html(option["text"])}</div>' for option in element["options"]
        )
    if kind == "feedback_buttons":
        return '<span class="icon">👍</span><span class="icon">👎</span>'
    raise ValueError(f"No picture for a control of type {kind}.")


def text_html(text: dict[str, Any]) -> str:
    """A text object, with Slack's markup shown."""
    if text["type"] == "plain_text":
        return html.escape(text["text"]).replace("\n", "<br>")
    shown = text["text"].replace("\u2003", "&emsp;")
    shown = re.sub(r"```\n?(.+?)\n?```", lambda match: f"<pre>{match[1]}</pre>", shown, flags=re.DOTALL)
    shown = re.sub(r"<@(\w+)>", lambda match: f'<a class="mention">@{NAMES.get(match[1], match[1])}</a>', shown)
    shown = re.sub(r"<(https?://[^|>]+)\|([^>]*)>", r"<a>\2</a>", shown)
    shown = re.sub(r"(?<![`\w])`([^`\n]+)`", r"<code>\1</code>", shown)
    shown = re.sub(r"(?<![\w*])\*(?=\S)([^\n*]+?)\*(?![\w*])", r"<b>\1</b>", shown)
    shown = re.sub(r"(?<![\w_])_(?=\S)([^\n_]+?)_(?![\w_])", r"<em>\1</em>", shown)
    shown = re.sub(r":([a-z0-9_]+):", lambda match: EMOJI.get(match[1], match[0]), shown)
    parts = re.split(r"(<pre>.*?</pre>)", shown, flags=re.DOTALL)
    return "".join(part if part.startswith("<pre>") else part.replace("\n", "<br>") for part in parts)


def draw(body: str, target: Path, width: int) -> None:
    """Take a picture of a page, as high as what stands on it."""
    page = f'<!doctype html><meta charset="utf-8"><style>{STYLE.read_text()}</style><main>{body}</main>'
    measured = page + "<script>document.title = Math.ceil(document.querySelector('main').getBoundingClientRect().bottom)</script>"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.html"
        file.write_text(measured, encoding="utf-8")
        chromium = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--user-data-dir={folder}/profile"]
        found = subprocess.run([*chromium, f"--window-size={width},600", "--dump-dom", file.as_uri()], check=True, capture_output=True, text=True).stdout
        height = int(re.search(r"<title>(\d+)</title>", found)[1])  # type: ignore[index]
        subprocess.run([*chromium, f"--window-size={width},{height}", f"--screenshot={target}", file.as_uri()], check=True, capture_output=True)


if __name__ == "__main__":
    main()
