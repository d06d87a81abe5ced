"""An SOP document -> one entry with all its parts."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from index.entry_parts import Tree, document_id, entry_of, heading_title, passages, tree_at
from index.errors import Problem
from index.records import Document, Entry, Lines, Part, Reply, Step
from index.replies import read_reply
from index.source_text import cut, part_from
from index.steps import first_list, misplaced_items, read_steps

_HEADINGS = {
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
_PART_BY_HEADING = {heading: part for part, headings in _HEADINGS.items() for heading in headings}
_TEXT_PARTS = ("purpose", "scope", "roles", "tools", "escalation", "tone", "metrics")


def read_sop(document: Document) -> tuple[list[Entry], list[Problem]]:
    """Read an SOP. Without steps there is no entry, and a problem says why."""
    trees, problems = _parts(document)
    title = heading_title(document)
    if not title:
        problems.append(Problem(document.path, 1, "This procedure has no title. Begin the text with a line such as '# Handle a refund complaint'."))
    if "steps" not in trees:
        return [], [*problems, _no_steps(document)]
    steps, intro = _procedure(document, trees["steps"])
    problems.extend(_step_problems(document, trees["steps"], steps))
    replies: tuple[Reply, ...] = ()
    if "replies" in trees:
        replies, found = _replies(document, trees["replies"])
        problems.extend(found)
    if not steps:
        return [], problems
    shown = [section for section in document.sections if section.level > 1 or section.body]
    lines = Lines(shown[0].lines.first, shown[-1].lines.last)
    spoken_for = {section.lines for part in ("steps", "replies") if part in trees for section in (trees[part].section, *trees[part].below)}
    entry = entry_of(
        document,
        document_id(document),
        "sop",
        title,
        (title,),
        lines,
        channels=document.meta.channels or tuple(dict.fromkeys(reply.channel for reply in replies)),
        questions=document.meta.questions,
        intro=intro,
        steps=steps,
        replies=replies,
        passages=passages(block for section in document.sections if section.lines not in spoken_for for block in section.blocks),
        body=cut(document.shown, lines),
        **{part: part_from(document.shown, trees[part].lines) for part in _TEXT_PARTS if part in trees},
    )
    return [entry], problems


def _parts(document: Document) -> tuple[dict[str, Tree], list[Problem]]:
    """The known parts by name, the first of each."""
    trees: dict[str, Tree] = {}
    problems: list[Problem] = []
    inner: set[Lines] = set()
    for index, section in enumerate(document.sections):
        part = _PART_BY_HEADING.get(section.title.strip().rstrip(":").lower())
        if part is None or section.lines in inner:
            continue
        if part in trees:
            first = trees[part].section.lines.first
            message = f"'{section.title}' stands here a second time (first on line {first}). Merge the two."
            problems.append(Problem(document.path, section.lines.first, message))
            continue
        trees[part] = tree_at(document.sections, index)
        inner |= {deeper.lines for deeper in trees[part].below}
    return trees, problems


def _no_steps(document: Document) -> Problem:
    """Say that the steps are missing, or which heading may have been meant for them."""
    for section in document.sections:
        if difflib.get_close_matches(section.title.lower(), ["steps", "procedure"], n=1, cutoff=0.7):
            return Problem(document.path, section.lines.first, f"'{section.title}' is not a known part. Did you mean '## Steps'?")
    remedy = "Add a heading '## Steps' with a numbered list below it, or put the file outside 'sops' if it is none."
    return Problem(document.path, 1, f"This procedure has no steps. {remedy}")


def _procedure(document: Document, tree: Tree) -> tuple[tuple[Step, ...], Part | None]:
    """All steps under the procedure's heading and the headings below it, and what stands before the first."""
    steps: list[Step] = list(read_steps(document.shown, tree.section.blocks, to_the_end=True))
    for section in tree.below:
        steps.extend(read_steps(document.shown, section.blocks, section.title, to_the_end=True))
    begin = first_list(tree.section.blocks)
    before = [block for block in tree.section.blocks if begin is None or block.lines.last < begin.lines.first]
    lines = Lines(before[0].lines.first, before[-1].lines.last) if before and steps else None
    return tuple(steps), part_from(document.shown, lines)


def _step_problems(document: Document, tree: Tree, steps: tuple[Step, ...]) -> Iterator[Problem]:
    if not steps:
        message = "There are no numbered steps under this heading. Begin each step with its number, for example '1. Open the order.'"
        yield Problem(document.path, tree.section.lines.first, message)
    for section in (tree.section, *tree.below):
        for item in misplaced_items(document.source, section.blocks):
            message = "Is this a sub-step? It is read as a step of its own. Begin its number right below the first letter of the step above it."
            yield Problem(document.path, item.first, message)
    for section in tree.below:
        if section.blocks and section.blocks[0].kind != "ordered_list":
            message = (
                f"Below '{section.title}', the first thing must be a numbered step, or nobody would see what stands there. Number it, or move it into a step."
            )
            yield Problem(document.path, section.blocks[0].lines.first, message)
    for step in steps:
        if not step.text.strip():
            yield Problem(document.path, step.lines.first, f"Step {step.number} is empty. Write what to do, or remove its number.")


def _replies(document: Document, tree: Tree) -> tuple[tuple[Reply, ...], list[Problem]]:
    problems: list[Problem] = []
    if not tree.below:
        problems.append(Problem(document.path, tree.section.lines.first, "No channel stands below this heading. Add one for each, for example '### Email'."))
    replies: dict[tuple[str, str], Reply] = {}
    for section in tree.below:
        reply, found = read_reply(document, section)
        problems.extend(found)
        if reply and (reply.channel, reply.situation) in replies:
            message = f"'{section.title}' stands here a second time. Say when each is used, for example '### {section.title}: refund refused'."
            problems.append(Problem(document.path, section.lines.first, message))
        elif reply:
            replies[reply.channel, reply.situation] = reply
    return tuple(replies.values()), problems
