"""Entries and problems as text, for comparing with expected files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from index.errors import Problem
from index.records import Entry, Lines, Part


def dump(entries: Iterable[Entry], problems: Iterable[Problem]) -> str:
    """All that a reader of the documents would want to check, one thing a line."""
    lines = [line for entry in entries for line in _entry(entry)]
    lines += [f"{'error' if problem.fatal else 'remark'} {problem}" for problem in problems]
    return "\n".join(lines) + "\n"


def _entry(entry: Entry) -> Iterator[str]:
    yield f"ENTRY {entry.id} [{entry.kind}, {entry.audience}] {_lines(entry.lines)} {entry.heading}"
    yield from (f"  {name}: {value!r}" for name in ("title", "owner", "channels", "questions", "tags") if (value := getattr(entry, name)))
    yield from (f"  {name} {_lines(part.lines)} {part.text!r}" for name in ("purpose", "intro", "escalation") if isinstance(part := getattr(entry, name), Part))
    for step in entry.steps:
        where = f" under {step.heading!r}" if step.heading else ""
        due = f" due {step.deadline!r}" if step.deadline else ""
        yield f"  step {step.number} (level {step.level}) {_lines(step.lines)}{where}{due} {step.text!r}"
    for reply in entry.replies:
        yield f"  reply {reply.channel} {reply.situation!r} {_lines(reply.lines)} {reply.placeholders} {reply.subject!r} {reply.body!r}"
    yield from (f"  passage {_lines(part.lines)} {part.text!r}" for part in entry.passages)
    yield f"  body {entry.body!r}"


def _lines(lines: Lines) -> str:
    return f"{lines.first}-{lines.last}"
