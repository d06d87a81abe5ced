"""Documents that are not finished: begun from a template in `drafts/`, where nobody is answered from them, and published."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Literal

from bot.authoring.edit import Edit, diff_of, edit_of, version_of
from bot.authoring.facts import scalar
from bot.authoring.questions import heading_line, item_line, question_line
from bot.authoring.reading import read
from bot.authoring.review_dates import REVIEW_MONTHS, next_review
from bot.authoring.source import Source
from bot.errors import EditRefused
from index.corpus import DRAFTS, read_corpus
from index.entry_parts import slug
from index.errors import KnowledgeError
from index.records import CHANNELS, Audience, Entry

DraftKind = Literal["sop", "faq"]
_FOLDERS: dict[DraftKind, str] = {"sop": "sops", "faq": "faqs"}
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class DraftOf:
    """What a draft begins with."""

    kind: DraftKind
    title: str
    """Of the procedure, or the first question of the FAQ."""
    questions: tuple[str, ...] = ()
    """How people asked for it, word for word."""
    channels: tuple[str, ...] = ()
    """Keys of `CHANNELS`; a procedure gets the beginning of a reply for each."""
    touchpoint: str = ""
    owner: str = ""
    audience: Audience = "internal"


def draft(what: DraftOf, today: date) -> Edit:
    """Begin a document.

    What is left to write stands there as authors' comments. Until it is written, the draft has errors and cannot be
    published.

    Args:
        what: it begins with.
        today: the day on which it is written, taken for its first review.

    Returns:
        The edit that makes the file, below `drafts/sops` or `drafts/faqs`. Saving it is refused when there is one.

    Raises:
        EditRefused: the title is empty, or a text cannot be written into a document.
    """
    title = question_line(what.title)
    if not any(character.isalnum() for character in title):
        raise EditRefused("The document needs a title. Say in a few words what it is for, for example: Handle a refund that has not arrived")
    name = slug(title)[:_LONGEST_NAME].rstrip("-")
    path = f"{DRAFTS}/{_FOLDERS[what.kind]}/{name}.md"
    facts = _facts(what, title, today)
    lines = _procedure(what) if what.kind == "sop" else _answer(what)
    data = "\n".join(["---", *facts, "---", "", *lines, ""]).encode("utf-8")
    return edit_of(path, None, data)


def publish(path: str, data: bytes, beside: Iterable[Entry]) -> Edit:
    """Move a finished draft to where it is read, as its folder below `drafts/` says.

    Args:
        path: of the draft, relative to the knowledge folder.
        data: the draft's bytes.
        beside: the entries that it will stand beside, whose ids are taken.

    Returns:
        The edit; saving it makes the new file and removes the draft.

    Raises:
        EditRefused: it is no draft, has errors, or has the id of another document.
    """
    target = _target(path)
    reading = read(target, data)
    if reading.errors:
        place = f"{path}:{reading.errors[0].line}"
        raise EditRefused(f"The draft is not finished: {place}: {reading.errors[0].message}")
    ids = {entry.id for entry in reading.entries}
    taken = next((entry for entry in beside if entry.id in ids and entry.path != target), None)
    if taken:
        raise EditRefused(f"The name '{taken.id}' is taken by '{taken.title}' ({taken.path}). Give the draft another file name, or another 'id'.")
    return Edit(target, version_of(data), data, diff_of(target, None, data), replaces=path)


def rewrite(path: str, data: bytes, text: str) -> Edit:
    """Give a draft another text, whole; nobody is answered from it, so that it may be as unfinished as it likes.

    Args:
        path: of the draft, relative to the knowledge folder.
        data: the draft's bytes.
        text: as a form sends it, with whatever line ends, and perhaps a byte order mark; the file keeps its own.

    Raises:
        EditRefused: it is no draft, or no text.
    """
    _target(path)
    source = Source.of(path, data)
    end = "\r\n" if "\r\n" in source.ends else "\n"
    lines = "\n".join(Source.of(path, text.encode("utf-8")).lines).rstrip("\n").split("\n")
    return edit_of(path, data, (source.mark + end.join([*lines, ""])).encode("utf-8"))


def _target(path: str) -> str:
    """Where a draft is published to.

    Raises:
        EditRefused: it is no draft.
    """
    parts = PurePosixPath(path).parts
    if len(parts) < 2 or parts[0] != DRAFTS:
        raise EditRefused(f"{path} is no draft: those lie in the folder {DRAFTS}.")
    return "/".join(parts[1:])


def published(folder: Path) -> Sequence[Entry]:
    """The entries of all documents in the knowledge folder, read as they stand there now; drafts are not among them."""
    try:
        return read_corpus(folder).entries
    except KnowledgeError:  # the first document of all
        return ()


def _facts(what: DraftOf, title: str, today: date) -> list[str]:
    facts = [f"title: {scalar(title)}"] if what.kind == "sop" else [f"title: {scalar(what.touchpoint or title)}"]
    facts.append(f"audience: {what.audience}")
    facts += [f"owner: {scalar(what.owner)}"] if what.owner else []
    facts += [f"touchpoint: {scalar(what.touchpoint)}"] if what.touchpoint else []
    facts += [f"channels: [{', '.join(what.channels)}]"] if what.channels else []
    facts += [f"reviewed_on: {today}", f"review_by: {next_review(None, None, today, REVIEW_MONTHS)}"]
    questions = list(dict.fromkeys(filter(None, map(question_line, what.questions))))
    return facts + (["questions:", *(f"  - {scalar(question)}" for question in questions)] if questions and what.kind == "sop" else [])


def _procedure(what: DraftOf) -> list[str]:
    lines = [f"# {heading_line(question_line(what.title))}", ""]
    for heading, hint in (
        ("Purpose", "Why this procedure exists, in a sentence or two."),
        ("Scope", "Which cases it is for, and which it is not for, with links to those that are."),
        ("Roles", "Who does it."),
        ("Tools", "What the agent needs open."),
    ):
        lines += [f"## {heading}", "", f"<!-- {hint} -->", ""]
    lines += ["## Steps", "", "1. <!-- The first action. Put a time limit in bold: **within 4 hours**. -->", ""]
    lines += ["## Escalation", "", "<!-- What is handed on, to whom, within which time. -->", "", "## Replies", ""]
    for channel in what.channels or ("email",):
        lines += [f"### {CHANNELS[channel]}", ""]
        lines += ["<!-- **Subject:** Your order {{order_number}} -->", ""] if channel == "email" else []
        lines += ["<!-- What to send, each line behind '> ', with placeholders such as {{customer_name}}. -->", ""]
    return [*lines, "## Tone", "", "<!-- How it should sound. -->", "", "## Metrics", "", "<!-- What it is measured by. -->"]


def _answer(what: DraftOf) -> list[str]:
    title = question_line(what.title)
    lines = [f"# {heading_line(question_line(what.touchpoint) or title)}", "", f"## {heading_line(title)}", ""]
    questions = list(dict.fromkeys(filter(None, map(question_line, what.questions))))
    lines += ["Also asked:", "", *(f"- {item_line(question)}" for question in questions), ""] if questions else []
    return [*lines, "<!-- The answer, as customers may read it. -->"]
