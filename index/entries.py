"""Document -> Entries: one for an SOP, one for each question of a FAQ, one for each section of a handbook."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from index.errors import Problem
from index.records import Block, Document, Entry, Kind, Lines, Part, Reply, Section, Step
from index.replies import read_reply
from index.source_text import comment_lines, part_from, visible
from index.steps import first_list, misplaced_items, read_steps

_PARTS = {
    "purpose": ("purpose",),
    "scope": ("scope",),
    "roles": ("roles", "roles and responsibilities", "responsibilities"),
    "tools": ("tools", "tools needed", "what you need"),
    "steps": ("steps", "process steps", "procedure", "process"),
    "escalation": ("escalation", "escalation points"),
    "replies": ("replies", "scripted replies", "scripted responses", "scripts"),
    "tone": ("tone", "tone of voice"),
    "metrics": ("metrics", "measures", "targets"),
}
_PART_BY_HEADING = {heading: part for part, headings in _PARTS.items() for heading in headings}
_ALSO_ASKED = re.compile(r"also asked(?: as)?:?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Tree:
    """A section with the deeper sections below it."""

    section: Section
    below: tuple[Section, ...]

    @property
    def lines(self) -> Lines | None:
        """All its content: from below its heading to the end of the last section below it."""
        bodies = [s.body for s in (self.section, *self.below) if s.body]
        first = self.section.body.first if self.section.body else min((s.lines.first for s in self.below), default=0)
        return Lines(first, max([b.last for b in bodies] + [s.lines.last for s in self.below])) if first else None

    @property
    def blocks(self) -> list[Block]:
        return [block for section in (self.section, *self.below) for block in section.blocks]


def read_entries(document: Document) -> tuple[tuple[Entry, ...], tuple[Problem, ...]]:
    """Find what a document can answer.

    Args:
        document: as parsed.

    Returns:
        Its entries in order of line, and what is wrong with them. A document with a fatal problem may lack entries.
    """
    if document.meta.kind == "sop":
        entries, problems = _sop(document)
    elif document.meta.kind == "faq":
        entries, problems = _faq(document)
    else:
        entries, problems = _handbook(document)
    return tuple(entries), tuple(sorted(problems))


def slug(text: str) -> str:
    """A heading as an id: small letters and digits of any script, joined by hyphens."""
    words = re.findall(r"\w+", unicodedata.normalize("NFKC", text).lower().replace("_", " ").replace("'", "").replace("’", ""))
    return "-".join(words) or "section"


def _stem(document: Document) -> str:
    return document.meta.id or slug(PurePosixPath(document.path).stem)


def _entry(document: Document, entry_id: str, kind: Kind, title: str, heading: Iterable[str], lines: Lines, **fields: Any) -> Entry:
    """An Entry with what its document's front matter says."""
    meta = document.meta
    common: dict[str, Any] = {
        "channels": meta.channels,
        "questions": meta.questions,
    } | fields
    return Entry(
        id=entry_id,
        kind=kind,
        title=title,
        audience=meta.audience,
        path=document.path,
        heading=" > ".join(filter(None, heading)),
        lines=lines,
        version=document.version,
        owner=meta.owner,
        touchpoint=meta.touchpoint,
        reviewed_on=meta.reviewed_on,
        review_by=meta.review_by,
        tags=meta.tags,
        **common,
    )


# --- SOP ---------------------------------------------------------------------------------------------------------------


def _sop(document: Document) -> tuple[list[Entry], list[Problem]]:
    problems: list[Problem] = []
    trees: dict[str, _Tree] = {}
    sections = document.sections
    for index, section in enumerate(sections):
        part = _PART_BY_HEADING.get(section.title.strip().rstrip(":").lower())
        if part is None or any(section in tree.below for tree in trees.values()):
            continue
        if part in trees:
            first = trees[part].section.lines.first
            problems.append(Problem(document.path, section.lines.first, f"'{section.title}' stands here a second time (first on line {first}). Merge the two."))
            continue
        below = []
        for deeper in sections[index + 1 :]:
            if deeper.level <= section.level:
                break
            below.append(deeper)
        trees[part] = _Tree(section, tuple(below))
    title = document.meta.title or next((s.title for s in sections if s.level == 1), "")
    if not title:
        problems.append(Problem(document.path, 1, "This procedure has no title. Begin the text with a line such as '# Handle a refund complaint'."))
        title = _stem(document)
    if "steps" not in trees:
        problems.append(_no_steps(document))
        return [], problems
    steps, intro = _procedure(document, trees["steps"])
    if not steps:
        line = trees["steps"].section.lines.first
        problems.append(Problem(document.path, line, "There are no numbered steps under this heading. Begin each step with its number, for example '1. Open the order.'"))
    for item in misplaced_items(document.source, trees["steps"].blocks):
        problems.append(Problem(document.path, item.first, "Is this a sub-step? It is read as a step of its own. Begin its number right below the first letter of the step above it."))
    for step in steps:
        if not step.text.strip():
            problems.append(Problem(document.path, step.lines.first, f"Step {step.number} is empty. Write what to do, or remove its number."))
    replies = _replies(document, trees["replies"], problems) if "replies" in trees else ()
    for part in ("purpose", "escalation", "replies"):
        if part not in trees:
            problems.append(Problem(document.path, 1, f"This procedure has no '## {part.capitalize()}'.", fatal=False))
    comments = comment_lines(block for section in sections for block in section.blocks)
    body_lines = [s for s in sections if s.level > 1 or s.body]
    lines = Lines(body_lines[0].lines.first, body_lines[-1].lines.last)
    parts = {name: part_from(document.source, trees[name].lines, comments) if name in trees else None for name in ("purpose", "scope", "roles", "tools", "escalation", "tone", "metrics")}
    used = [tree.section for name, tree in trees.items() if name in ("steps", "replies")] + [s for name in ("steps", "replies") if name in trees for s in trees[name].below]
    passages = _passages(block for section in sections if section not in used for block in section.blocks)
    channels = document.meta.channels or tuple(dict.fromkeys(reply.channel for reply in replies))
    entry = _entry(
        document, _stem(document), "sop", title, (title,), lines,
        channels=channels, steps=steps, intro=intro, replies=replies, passages=passages,
        body=visible(document.source, lines, comments), **parts,
    )  # fmt: skip
    return [entry], problems


def _no_steps(document: Document) -> Problem:
    headings = [s.title for s in document.sections if s.title]
    near = difflib.get_close_matches("steps", [heading.lower() for heading in headings], n=1)
    section = next((s for s in document.sections if near and s.title.lower() == near[0]), None)
    if section:
        return Problem(document.path, section.lines.first, f"'{section.title}' is not a known part. Did you mean '## Steps'?")
    return Problem(document.path, 1, "This procedure has no steps. Add a heading '## Steps' with a numbered list below it, or put the file outside 'sops' if it is none.")


def _procedure(document: Document, tree: _Tree) -> tuple[tuple[Step, ...], Part | None]:
    """All steps under the procedure's heading and the headings below it, and what stands before the first."""
    steps: list[Step] = list(read_steps(document.source, tree.section.blocks))
    for section in tree.below:
        steps.extend(read_steps(document.source, section.blocks, section.title))
    begin = first_list(tree.section.blocks)
    before = [b for b in tree.section.blocks if begin is None or b.lines.last < begin.lines.first]
    lines = Lines(before[0].lines.first, before[-1].lines.last) if before and steps else None
    return tuple(steps), part_from(document.source, lines, comment_lines(before))


def _replies(document: Document, tree: _Tree, problems: list[Problem]) -> tuple[Reply, ...]:
    if not tree.below:
        problems.append(Problem(document.path, tree.section.lines.first, "No channel stands below this heading. Add one for each, for example '### Email'."))
    replies: list[Reply] = []
    for section in tree.below:
        reply, found = read_reply(document, section)
        problems.extend(found)
        same = next((r for r in replies if reply and (r.channel, r.situation) == (reply.channel, reply.situation)), None)
        if same and reply:
            problems.append(Problem(document.path, section.lines.first, f"'{section.title}' stands here a second time. Say when each is used, for example '### {section.title}: refund refused'."))
        elif reply:
            replies.append(reply)
    return tuple(replies)


# --- FAQ ---------------------------------------------------------------------------------------------------------------


def _faq(document: Document) -> tuple[list[Entry], list[Problem]]:
    problems: list[Problem] = []
    entries: list[Entry] = []
    sections = document.sections
    level = 2 if sum(s.level == 1 for s in sections) <= 1 else 1
    topic = document.meta.title or next((s.title for s in sections if s.level == 1), "")
    for index, section in enumerate(sections):
        if section.level != level:
            continue
        below = []
        for deeper in sections[index + 1 :]:
            if deeper.level <= level:
                break
            below.append(deeper)
        tree = _Tree(section, tuple(below))
        questions, rest = _also_asked(section)
        lines = tree.lines
        answer = [block for block in [*rest, *(b for s in below for b in s.blocks)] if block.kind != "comment"]
        if lines is None or not answer:
            problems.append(Problem(document.path, section.lines.first, f"The question '{section.title}' has no answer. Write one below it."))
            continue
        shown = Lines(min(answer[0].lines.first, *(s.lines.first for s in below)) if below else answer[0].lines.first, lines.last)
        entries.append(
            _entry(
                document, f"{_stem(document)}#{slug(section.title)}", "faq", section.title, (topic, section.title), shown,
                questions=questions, steps=read_steps(document.source, answer), passages=_passages(answer),
                body=visible(document.source, shown, comment_lines(tree.blocks)),
            )  # fmt: skip
        )
    if not entries and not problems:
        problems.append(Problem(document.path, 1, "There is no question in this file. Write each as a heading, for example '## How long do I have to send something back?'."))
    return entries, problems


def _also_asked(section: Section) -> tuple[tuple[str, ...], Sequence[Block]]:
    """The other ways of asking, and the blocks that are left for the answer."""
    blocks = section.blocks
    if len(blocks) > 1 and _ALSO_ASKED.fullmatch(blocks[0].text.strip()) and blocks[1].kind == "bullet_list":
        return tuple(filter(None, (_text_of(item) for item in blocks[1].children))), blocks[2:]
    return (), blocks


# --- Handbook ----------------------------------------------------------------------------------------------------------


def _handbook(document: Document) -> tuple[list[Entry], list[Problem]]:
    entries: list[Entry] = []
    seen: dict[str, int] = {}
    base = document.meta.id or document.path.removesuffix(".md").removesuffix(".markdown")
    name = document.meta.title or PurePosixPath(document.path).stem.replace("-", " ").replace("_", " ")
    for section in document.sections:
        comments = comment_lines(section.blocks)
        if section.body is None or not visible(document.source, section.body, comments).strip():
            continue
        title = section.title or name
        anchor = slug(title)
        seen[anchor] = seen.get(anchor, 0) + 1
        suffix = f"-{seen[anchor]}" if seen[anchor] > 1 else ""
        path = section.path if section.path[:1] == (name,) else (name, *section.path)
        entries.append(
            _entry(
                document, f"{base}#{anchor}{suffix}", "section", title, (*(p for p in path if p != title), title), section.body,
                questions=document.meta.questions if not entries else (),
                steps=read_steps(document.source, section.blocks), passages=_passages(section.blocks),
                body=visible(document.source, section.body, comments),
            )  # fmt: skip
        )
    return entries, []


# --- Text for finding --------------------------------------------------------------------------------------------------


def _passages(blocks: Iterable[Block]) -> tuple[Part, ...]:
    """The plain text of each paragraph, list item, table and the like, in order."""
    found: list[Part] = []
    for block in blocks:
        if block.children:
            found.extend(_passages(block.children))
        elif block.text.strip():
            found.append(Part(block.text, block.lines))
    return tuple(found)


def _text_of(block: Block) -> str:
    return " ".join(filter(None, (block.text, *(_text_of(child) for child in block.children))))


