"""One step of a procedure, worded anew where it stands."""

from __future__ import annotations

import re

from msgspec.structs import replace

from bot.authoring.edit import Edit, edit_of
from bot.authoring.reading import read_whole, same_but
from bot.authoring.source import Source
from bot.errors import EditRefused
from index.steps import find_deadline

_MARK = re.compile(r"[ \t]*(?:\d{1,9}[.)])(?:[ \t]+|$)")
_LINE_END = re.compile(r"\r\n|\r|\n")


def reword_step(path: str, data: bytes, entry_id: str, line: int, text: str) -> Edit:
    """Give a step another text; its number, its sub-steps and everything else stay.

    Args:
        path: relative to the knowledge folder.
        data: the document's bytes.
        entry_id: the procedure.
        line: 1-based line on which the step begins, as `Step.lines.first`.
        text: its Markdown, as `Step.text` gives it.

    Raises:
        EditRefused: there is no such step, or the text would be read as something else than this one step.
    """
    reading = read_whole(path, data)
    entry = reading.entry(entry_id)
    position = next((place for place, step in enumerate(entry.steps) if step.lines.first == line), None)
    if position is None:
        raise EditRefused(f"No step begins on line {line} of {path} any more. Look at the procedure as it is now.")
    step = entry.steps[position]
    source, document = Source.of(path, data), reading.document
    mark = _MARK.match(source.lines[line - 1])
    span = slice(line - 1, step.lines.last)
    if mark is None or document.source[span] != document.shown[span]:
        raise EditRefused(f"Step {step.number} holds an author's comment, which would be lost. Change it in {path}, line {line}.")
    first, *others = [part.rstrip() for part in _LINE_END.split(text.strip())]
    if not first:
        raise EditRefused(f"Step {step.number} needs a text. To remove a step, take its lines out of {path}, line {line}.")
    indent = " " * len(mark.group().expandtabs(4))
    lines = [mark.group() + first, *(f"{indent}{other}" if other else "" for other in others)]
    if lines == list(source.lines[span]):
        raise EditRefused(f"Step {step.number} reads like this already.")
    changed = source.spliced(span.start, span.stop, lines)
    new = replace(step, text="\n".join((first, *others)), deadline=find_deadline("\n".join((first, *others))))
    steps = (*entry.steps[:position], new, *entry.steps[position + 1 :])
    expected = [replace(one, steps=steps) if one is entry else one for one in reading.entries]
    if not same_but(path, changed.data, document.meta, expected, len(reading.problems), reworded=entry_id):
        raise EditRefused(f"This text would not be read as step {step.number} alone. Write one action without headings or numbered lines.")
    return edit_of(path, data, changed.data)
