"""What a build changed -> a few lines for a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.text import Text

from bot.phrases import counted
from index.changes import Changes, EntryName, Shown

_LISTED = 10


def show_changes(changes: Changes, console: Console, listed: int = _LISTED) -> None:
    """Print what changed.

    Args:
        changes: of one build, or between two generations.
        console: where.
        listed: items of a kind before the rest is only counted.
    """
    for line in _lines(changes, listed):
        console.print(line, soft_wrap=True)


def _lines(changes: Changes, listed: int) -> Iterator[Text]:
    if changes.since is None:
        yield Text(f"The first index: {counted(len(changes.added), 'entry', 'entries')}.")
        return
    parts = (("+", "green", changes.added, "added"), ("~", "yellow", changes.changed, "changed"), ("-", "red", changes.removed, "removed"))
    numbers = ", ".join(f"{len(entries)} {word}" for _, _, entries, word in parts if entries) or "none changed"
    moved = f"; {counted(len(changes.moved), 'question gets', 'questions get')} another first entry" if changes.moved else ""
    yield Text(f"Entries since index {changes.since}: {numbers}{moved}.")
    for mark, colour, entries, _ in parts:
        for entry in entries[:listed]:
            yield Text(f"  {mark} {entry.title}", colour).append(f"  {_place(entry)}", "dim")
        yield from _rest(entries, listed)
    for question in changes.moved[:listed]:
        asked = "golden question" if question.golden else "asked"
        yield Text(f'  ? "{question.question}"').append(f"  {asked}: {_first(question.before)} → {_first(question.after)}", "dim")
    yield from _rest(changes.moved, listed)
    for drift in changes.drifted[:listed]:
        yield Text("Tolerated: ", "bold yellow").append(drift)
    yield from _rest(changes.drifted, listed)
    for reason in changes.overridden:
        yield Text("Overridden: ", "bold red").append(reason)


def _rest(items: Sequence[object], listed: int) -> Iterator[Text]:
    if len(items) > listed:
        yield Text(f"    and {len(items) - listed} more", "dim")


def _place(entry: EntryName) -> str:
    return f"{entry.path} ({entry.id})"


def _first(shown: Shown) -> str:
    if not shown.entries:
        return "no answer"
    return shown.entries[0] if shown.outcome == "answer" else f"suggests {shown.entries[0]}"
