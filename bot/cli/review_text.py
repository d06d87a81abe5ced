"""Gaps -> tables and text for people at a terminal, readable at 80 columns."""

from __future__ import annotations

from collections.abc import Sequence

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bot.gaps.nearest import Nearest
from bot.gaps.recheck import Rechecked
from bot.gaps.records import Gap, GapEvent, GapQuestion, Proposal, Status
from bot.gaps.words import happened, remarks, state, times, where, who, why
from bot.phrases import counted, day
from bot.terminal import console

_ID_DIGITS = 8


def show_list(gaps: Sequence[Gap], status: Status, count: int) -> None:
    """Print a list of gaps."""
    out = console()
    if not gaps:
        out.print("There are no such gaps." if status != "open" or count else "There are no open gaps.")
        return
    table = Table("gap", "asked about", "times", "people", "last asked", "in hands of", box=None, header_style="bold", pad_edge=False)
    for column in (0, 2, 3):
        table.columns[column].justify = "right"
    for gap in gaps:
        table.add_row(str(gap.id), Text(_short(gap.title)), str(gap.questions), str(gap.people), day(gap.last_asked_at), Text(who(gap.assignee) or "–"))
    out.print(table)
    if count > len(gaps):
        out.print(Text(f"{len(gaps)} of {count} are shown; --limit shows more.", style="dim"))
    out.print(Text("See one with: sopbot review show GAP", style="dim"))


def show_gap(gap: Gap, questions: Sequence[GapQuestion], near: Sequence[Nearest], events: Sequence[GapEvent]) -> None:
    """Print one gap."""
    out = console()
    out.print(Text(f"Gap {gap.id}: {gap.title}", style="bold underline"))
    meant = f" Meant to answer it: {gap.entry_id}." if gap.entry_id else ""
    out.print(Text(f"{_sentence(state(gap))}{meant}"))
    out.print(Text(f"{_sentence(times(gap))[:-1]}; urgency {gap.urgency:.1f}."))
    out.print(Text(f"Why: {why(gap)}."))
    out.print(Text(f"Where: {where(gap)}."))
    out.print(Text("\nQuestions, word for word", style="bold"))
    for question in questions:
        out.print(Padding(Text(f"{question.query_id[:_ID_DIGITS]}  {' '.join(question.text.split())}"), (0, 0, 0, 2)))
        for note in (" · ".join(remarks(question)), *(f"“{comment}”" for comment in question.comments)):
            out.print(Padding(Text(note, style="dim"), (0, 0, 0, 12)))
    if gap.questions > len(questions):
        out.print(Text(f"  … and {gap.questions - len(questions)} older ones; --limit shows more.", style="dim"))
    out.print(Text("\nNearest entries", style="bold"))
    for entry in near:
        out.print(Padding(Text(f"{entry.title}  ({entry.entry_id}; {entry.path}, line {entry.line})"), (0, 0, 0, 2)))
        out.print(Padding(Text(entry.why_not, style="dim"), (0, 0, 0, 4)))
    if not near:
        out.print("  None.")
    out.print(Text("\nHistory", style="bold"))
    for event in events:
        out.print(Padding(Text(happened(event)), (0, 0, 0, 2)))


def show_recheck(done: Rechecked) -> None:
    """Print what asking again came to."""
    out = console()
    out.print(f"{counted(done.asked, 'question was', 'questions were')} asked again of index {done.generation}.")
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


def _short(text: str) -> str:
    return text if len(text) <= 120 else text[:119] + "…"


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."
