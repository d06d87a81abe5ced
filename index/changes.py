"""Two generations -> what is different: entries added, changed and removed, and questions that another entry answers now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import msgspec

from index.records import Audience, Entry

CHANGES_FILE = "changes.json"


class EntryName(msgspec.Struct, frozen=True):
    """An entry, as a person finds it."""

    id: str
    title: str
    path: str


class Shown(msgspec.Struct, frozen=True):
    """What a question gets."""

    outcome: str
    """answer, suggestions or no_answer."""
    entries: tuple[str, ...]
    """Ids of the entries shown, best first."""


class Moved(msgspec.Struct, frozen=True):
    """A question whose first entry, or whether it has one, is another than before."""

    question: str
    audience: Audience
    golden: bool
    """Whether it is one of the golden questions, or one that somebody asked."""
    before: Shown
    after: Shown


class Changes(msgspec.Struct, frozen=True):
    """What a build changed. Stored in the generation as `changes.json`."""

    since: str | None
    """The generation that served before; None for the first one."""
    added: tuple[EntryName, ...] = ()
    changed: tuple[EntryName, ...] = ()
    removed: tuple[EntryName, ...] = ()
    moved: tuple[Moved, ...] = ()
    overridden: tuple[str, ...] = ()
    """What would have stopped the build, had it not been forced."""
    drifted: tuple[str, ...] = ()
    """Golden questions that came out a little worse than at best, which was tolerated."""


def compare_entries(before: Iterable[Entry], after: Iterable[Entry]) -> tuple[tuple[EntryName, ...], tuple[EntryName, ...], tuple[EntryName, ...]]:
    """Which entries are new, say something else, or are gone; each in order of path and line.

    An entry that only moved within its document, or whose neighbour in the same file was edited, has not changed.
    """
    old, new = {entry.id: entry for entry in before}, {entry.id: entry for entry in after}
    added = tuple(_name(entry) for entry in new.values() if entry.id not in old)
    changed = tuple(_name(entry) for entry in new.values() if entry.id in old and _says(entry) != _says(old[entry.id]))
    return added, changed, tuple(_name(entry) for entry in old.values() if entry.id not in new)


def compare_answers(
    before: Mapping[tuple[str, Audience], Shown], after: Mapping[tuple[str, Audience], Shown], golden: Iterable[tuple[str, Audience]]
) -> tuple[Moved, ...]:
    """The questions that both were asked and whose first entry differs, golden ones first."""
    of_golden = set(golden)
    moved = [
        Moved(question[0], question[1], question in of_golden, before[question], now)
        for question, now in after.items()
        if question in before and _first(before[question]) != _first(now)
    ]
    return tuple(sorted(moved, key=lambda one: not one.golden))


def read_changes(folder: Path) -> Changes | None:
    """What a generation's own build changed; None when it does not say.

    Args:
        folder: of the generation.
    """
    try:
        return msgspec.json.decode((folder / CHANGES_FILE).read_bytes(), type=Changes)
    except (OSError, msgspec.MsgspecError):
        return None


def _name(entry: Entry) -> EntryName:
    return EntryName(entry.id, entry.title, entry.path)


def _first(shown: Shown) -> str:
    return shown.entries[0] if shown.entries else ""


def _says(entry: Entry) -> Sequence[object]:
    return (
        *(entry.kind, entry.title, entry.audience, entry.path, entry.body, entry.questions, entry.tags, entry.owner, entry.touchpoint, entry.channels),
        *(entry.reviewed_on, entry.review_by, entry.escalation and entry.escalation.text, [step.text for step in entry.steps]),
        *([(reply.channel, reply.situation, reply.subject, reply.body) for reply in entry.replies],),
    )
