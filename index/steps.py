"""The blocks of a procedure -> its steps, in order, numbered as a reader sees them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from index.records import Block, Lines, Step
from index.source_text import item_text

_NUMBER = r"(?:\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|thirty|sixty)"
_UNIT = r"(?:seconds?|minutes?|hours?|days?|weeks?|months?)"
_LIMIT = re.compile(
    rf"within (?:the )?(?:(?:next|first) )?{_NUMBER}(?:(?: to |–|-){_NUMBER})? ?(?:(?:business|working|calendar|care) )?{_UNIT}(?: of care hours)?"
    rf"|(?:on )?(?:the )?same (?:business |working )?day"
    rf"|(?:by|before) (?:the )?(?:end|close) of (?:the )?(?:(?:same|next) )?(?:business |working )?(?:day|shift|week)"
    rf"|by \d{{1,2}}:\d{{2}}",
    re.IGNORECASE,
)
_AT_ONCE = re.compile(r"(?:at once|immediately|straight away|right away)[.,]?", re.IGNORECASE)
_SENTENCE = 300
"""Characters before a time limit in which the beginning of its sentence is looked for."""
_BOLD = re.compile(r"(?:\*\*|__)(?P<text>[^*_]+)(?:\*\*|__)")


def read_steps(source: Sequence[str], blocks: Sequence[Block], heading: str = "", *, to_the_end: bool = False) -> tuple[Step, ...]:
    """Read the ordered lists among blocks as steps.

    Numbered lists at the end of a step are its sub-steps. Whatever else stands inside a step, or between two steps (a
    code fence that breaks the list, a table, a paragraph), belongs to the text of the step before it, so that nothing
    between the first and the last step is lost.

    Args:
        source: the document's lines, as shown.
        blocks: the blocks of one section.
        heading: the heading inside the procedure under which they stand.
        to_the_end: what follows the last list belongs to its last step too.

    Returns:
        Steps and sub-steps in reading order; none when there is no ordered list.
    """
    steps: list[Step] = []
    for index, block in enumerate(blocks):
        if block.kind != "ordered_list":
            continue
        found = _from_list(source, block.children, "", heading)
        after = index + 1
        while after < len(blocks) and blocks[after].kind != "ordered_list":
            after += 1
        if found and after > index + 1 and (to_the_end or after < len(blocks)):
            found[-1] = _extended(source, found[-1], blocks[after - 1].lines.last)
        steps.extend(found)
    return tuple(steps)


def _extended(source: Sequence[str], step: Step, last: int) -> Step:
    """The step with what follows it up to a line, as it stands there."""
    text = f"{step.text}\n" + "\n".join(line.rstrip() for line in source[step.lines.last : last])
    return replace(step, text=text.rstrip(), deadline=step.deadline or find_deadline(text), lines=Lines(step.lines.first, last))


def misplaced_items(source: Sequence[str], blocks: Iterable[Block]) -> list[Lines]:
    """Items that stand further in than the first of their list, and are read as one of it all the same.

    Markdown takes three spaces under "10." for the next step, not for a sub-step: what an author meant is another number
    than what a reader sees.
    """
    found: list[Lines] = []
    for block in blocks:
        if block.kind == "ordered_list":
            columns = [_indentation(source[item.lines.first - 1]) for item in block.children]
            found += [item.lines for item, column in zip(block.children, columns, strict=True) if column > columns[0]]
        found += misplaced_items(source, block.children)
    return found


def _indentation(text: str) -> int:
    expanded = text.expandtabs(4)
    return len(expanded) - len(expanded.lstrip())


def first_list(blocks: Iterable[Block]) -> Block | None:
    """The first ordered list, where a procedure begins."""
    return next((block for block in blocks if block.kind == "ordered_list"), None)


def _from_list(source: Sequence[str], items: Sequence[Block], prefix: str, heading: str) -> list[Step]:
    steps: list[Step] = []
    for item in items:
        number = f"{prefix}{item.number}"
        nested = item.children[-1] if item.children and item.children[-1].kind == "ordered_list" else None
        if nested and nested.lines.first > item.lines.first:
            own = Lines(item.lines.first, nested.lines.first - 1)
            steps.append(_step(source, own, number, number.count(".") + 1, heading))
            steps.extend(_from_list(source, nested.children, f"{number}.", heading))
        else:
            steps.append(_step(source, item.lines, number, number.count(".") + 1, heading))
    return steps


def _step(source: Sequence[str], lines: Lines, number: str, level: int, heading: str) -> Step:
    while lines.last > lines.first and not source[lines.last - 1].strip():
        lines = Lines(lines.first, lines.last - 1)
    text = item_text(source, lines)
    return Step(number, level, text, find_deadline(text), lines, heading)


def find_deadline(text: str) -> str:
    """The time limit that a step states: one in bold first, else the first that is no condition.

    Args:
        text: a step's Markdown.

    Returns:
        The limit's own words, for example "within 24 hours"; empty when the step states none.
    """
    for bold in _BOLD.finditer(text):
        if _LIMIT.search(bold["text"]) or _AT_ONCE.fullmatch(bold["text"].strip()):
            return bold["text"].strip().rstrip(".,:;")
    for limit in _LIMIT.finditer(text):
        sentence = re.split(r"[.!?:;]\s", text[max(0, limit.start() - _SENTENCE) : limit.start()])[-1]
        # "If it was bought within 60 days, …" is a condition, not something to do in time.
        if not re.match(r"\W*(if|when|unless|only if|once)\b", sentence, re.IGNORECASE) or "," in sentence:
            return limit.group()
    return ""
