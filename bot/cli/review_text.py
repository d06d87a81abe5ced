"""Gaps -> tables and text for people at a terminal, readable at 80 columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bot.gaps.nearest import Nearest
from bot.gaps.recheck import Rechecked
from bot.gaps.records import SIGNALS, STATUSES, Gap, GapEvent, GapQuestion, Proposal, Status
from bot.terminal import console
from index.records import CHANNELS

_ID_DIGITS = 8


def show_list(gaps: Sequence[Gap], status: Status, count: int) -> None:
    """Print a list of gaps."""
    out = console()
    if not gaps:
        out.print("There are no such gaps." if status != "open" or count else "There are no open gaps: every question that came in is answered.")
        return
    table = Table("gap", "asked about", "times", "people", "last asked", "in hands of", box=None, header_style="bold", pad_edge=False)
    for column in (0, 2, 3):
        table.columns[column].justify = "right"
    for gap in gaps:
        table.add_row(str(gap.id), Text(_short(gap.title)), str(gap.questions), str(gap.people), f"{gap.last_asked_at:%Y-%m-%d}", Text(gap.assignee or "–"))
    out.print(table)
    if count > len(gaps):
        out.print(Text(f"{len(gaps)} of {count} are shown; --limit shows more.", style="dim"))
    out.print(Text("See one with: sopbot review show GAP", style="dim"))


def show_gap(gap: Gap, questions: Sequence[GapQuestion], near: Sequence[Nearest], events: Sequence[GapEvent]) -> None:
    """Print one gap."""
    out = console()
    out.print(Text(f"Gap {gap.id}: {gap.title}", style="bold underline"))
    out.print(Text(_state(gap)))
    people = f" by {gap.people} {'person' if gap.people == 1 else 'people'}" if gap.people else ""
    times = "once" if gap.questions == 1 else f"{gap.questions} times"
    out.print(Text(f"Asked {times}{people}, last on {gap.last_asked_at:%Y-%m-%d}; urgency {gap.urgency:.1f}."))
    out.print(Text(f"Why: {_counted({SIGNALS[kind]: count for kind, count in gap.signals.items()})}."))
    channels = {CHANNELS.get(channel, "no channel said"): count for channel, count in gap.channels.items()}
    out.print(
        Text(f"Where: {_counted(channels)}; {_counted({str(audience): count for audience, count in gap.audiences.items()})}; {_counted(gap.front_ends)}.")
    )
    out.print(Text("\nQuestions, word for word", style="bold"))
    for question in questions:
        out.print(Padding(Text(f"{question.query_id[:_ID_DIGITS]}  {question.asked_at:%Y-%m-%d}  {' '.join(question.text.split())}"), (0, 0, 0, 2)))
        for note in _notes(question):
            out.print(Padding(Text(note, style="dim"), (0, 0, 0, 12)))
    if gap.questions > len(questions):
        out.print(Text(f"  … and {gap.questions - len(questions)} older ones; --limit shows more.", style="dim"))
    out.print(Text("\nNearest entries", style="bold"))
    for entry in near:
        out.print(Padding(Text(f"{entry.title}  ({entry.entry_id}, {entry.path}:{entry.line})"), (0, 0, 0, 2)))
        out.print(Padding(Text(entry.why_not, style="dim"), (0, 0, 0, 4)))
    if not near:
        out.print("  None.")
    out.print(Text("\nHistory", style="bold"))
    for event in events:
        detail = f": {event.detail}" if event.detail else ""
        out.print(Padding(Text(f"{event.happened_at:%Y-%m-%d %H:%M}  {event.who or 'sopbot'}  {event.action.replace('_', ' ')}{detail}"), (0, 0, 0, 2)))


def show_recheck(done: Rechecked) -> None:
    """Print what asking again came to."""
    out = console()
    out.print(f"{done.asked} questions were asked again of index {done.generation}.")
    for name, ids in (("Closed", done.closed), ("Opened again", done.reopened), ("Still open", done.still_open)):
        out.print(f"{name}: {', '.join(str(gap_id) for gap_id in ids) or 'none'}")


def show_proposals(proposals: Sequence[Proposal]) -> None:
    """Print proposed wordings."""
    out = console()
    if not proposals:
        out.print("There are no such proposals.")
        return
    table = Table("no.", "wording", "entry", "chosen", "helpful", box=None, header_style="bold", pad_edge=False)
    for proposal in proposals:
        table.add_row(str(proposal.id), Text(proposal.text), Text(proposal.entry_id), str(proposal.chosen), str(proposal.helpful))
    out.print(table)
    out.print(Text("Settle one with: sopbot review accept NO, or: sopbot review decline NO", style="dim"))


def _state(gap: Gap) -> str:
    state = STATUSES[gap.status].capitalize()
    state += f" until {gap.snoozed_until:%Y-%m-%d}" if gap.status == "snoozed" and gap.snoozed_until else ""
    hands = f", in the hands of {gap.assignee}" if gap.assignee else ""
    meant = f"; {gap.entry_id} is meant to answer it" if gap.entry_id else ""
    return f"{state}{hands}{meant}."


def _notes(question: GapQuestion) -> list[str]:
    notes = [SIGNALS[signal.kind] + (f" ({signal.detail})" if signal.detail else "") for signal in question.signals if signal.kind != "no_answer"]
    notes += [f"“{comment}”" for comment in question.comments]
    if question.passes is not None:
        notes.append(f"asked again: answered by {question.answered_by}" if question.passes else "asked again: not answered yet")
    notes += ["wants to know"] if question.wants_to_know else []
    return notes


def _counted(values: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in values.items()) or "–"


def _short(text: str) -> str:
    return text if len(text) <= 120 else text[:119] + "…"
