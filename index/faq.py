"""A FAQ document -> one entry for each question."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from index.entry_parts import Tree, document_id, entry_of, heading_title, passages, slug, text_of, tree_at
from index.errors import Problem
from index.records import Block, Document, Entry, Lines, Section
from index.source_text import cut
from index.steps import read_steps

_ALSO_ASKED = re.compile(r"also asked(?: as)?:?", re.IGNORECASE)


def read_faq(document: Document) -> tuple[list[Entry], list[Problem]]:
    """Read a FAQ: every heading of the second level is a question, what stands below it the answer.

    With several headings of the first level, those are the questions. Other ways of asking stand in a list below the
    words "Also asked:".
    """
    problems: list[Problem] = []
    entries: list[Entry] = []
    level = _question_level(document)
    begin = next((number for number, section in enumerate(document.sections) if section.level == level), len(document.sections))
    for section in document.sections[:begin]:
        if section.body and document.sections[begin:]:
            message = "This text stands above the first question, so it is no answer and nobody is shown it. Move it below a question, or leave it for readers of the file."
            problems.append(Problem(document.path, section.body.first, message, fatal=False))
    for index, section in enumerate(document.sections):
        if section.level != level:
            continue
        problems.extend(_misplaced(document, section))
        entry = _question(document, tree_at(document.sections, index))
        if entry:
            entries.append(entry)
        else:
            problems.append(Problem(document.path, section.lines.first, f"The question '{section.title}' has no answer. Write one below it."))
    if not entries and not any(problem.fatal for problem in problems):
        example = "## How long do I have to send something back?"
        problems.append(Problem(document.path, 1, f"There is no question in this file. Write each as a heading, for example '{example}'."))
    return entries, problems


def find_question(document: Document, entry_id: str) -> tuple[Tree, tuple[Block, ...]] | None:
    """Where a question stands, for whoever changes it.

    Args:
        document: a FAQ.
        entry_id: of the question's entry.

    Returns:
        Its heading with all that stands below, and the list items that are its other ways of asking; None when there is
        no such question.
    """
    for index, section in enumerate(document.sections):
        if section.level == _question_level(document) and f"{document_id(document)}#{slug(section.title)}" == entry_id:
            blocks = [block for block in section.blocks if block.kind != "comment"]
            return tree_at(document.sections, index), blocks[1].children if _also_asked(section)[0] else ()
    return None


def _question_level(document: Document) -> int:
    return 2 if sum(section.level == 1 for section in document.sections) <= 1 else 1


def _question(document: Document, tree: Tree) -> Entry | None:
    questions, own = _also_asked(tree.section)
    answer = [block for block in [*own, *(block for deeper in tree.below for block in deeper.blocks)] if block.kind != "comment"]
    if tree.lines is None or not answer:
        return None
    first = min([answer[0].lines.first, *(deeper.lines.first for deeper in tree.below)])
    lines = Lines(first, tree.lines.last)
    title = tree.section.title
    above = heading_title(document) if tree.section.level > 1 else document.meta.title  # its questions are not its title
    return entry_of(
        document,
        f"{document_id(document)}#{slug(title)}",
        "faq",
        title,
        (above, title),
        lines,
        questions=questions,
        steps=read_steps(document.shown, answer),
        passages=passages(answer),
        body=cut(document.shown, lines),
    )


def _misplaced(document: Document, section: Section) -> Iterator[Problem]:
    """What would be shown to customers though it is no answer, and headings that ask nothing."""
    if not section.title.strip():
        yield Problem(document.path, section.lines.first, "This heading is empty. Write the question into it, or remove it.")
    _, answer = _also_asked(section)
    for block in answer:
        if block.text.lower().startswith("also asked"):
            message = "'Also asked:' must stand alone right below the question, with a list of lines that begin with '- ' below it."
            yield Problem(document.path, block.lines.first, message)


def _also_asked(section: Section) -> tuple[tuple[str, ...], Sequence[Block]]:
    """The other ways of asking, and the blocks that are left for the answer."""
    blocks = [block for block in section.blocks if block.kind != "comment"]
    if len(blocks) > 1 and _ALSO_ASKED.fullmatch(blocks[0].text.strip()) and blocks[1].kind == "bullet_list":
        return tuple(filter(None, (text_of(item) for item in blocks[1].children))), blocks[2:]
    return (), blocks
