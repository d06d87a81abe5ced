"""Asked -> text for people at a terminal; colours only there, readable at 80 columns."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bot.answer import Answer, Suggestion, Suggestions, nearest
from bot.ask import Asked
from bot.phrases import ALSO, DID_YOU_MEAN, NEAREST, NOT_COVERED, PAST_REVIEW, STORED, past_review, percent, reply_name, source
from index.records import CHANNELS, Entry, Hit, Reply, Step

_BOLD = re.compile(r"(\*\*|__)(.+?)\1")
_WIDEST = 100
_AGAIN = "Ask again with one of these titles."


def console() -> Console:
    """Standard output, at most 100 columns wide, 80 where it is no terminal."""
    out = Console(highlight=False)
    # Square brackets in a title are its author's, not ours to read as colours.
    return Console(highlight=False, markup=False, width=min(out.width, _WIDEST) if out.is_terminal else 80, soft_wrap=False)


def show(asked: Asked, out: Console) -> None:
    """Print the outcome of a question."""
    outcome = asked.outcome
    if isinstance(outcome, Answer):
        out.print(_answer(outcome, asked.channel))
    elif isinstance(outcome, Suggestions):
        out.print(Group(Text(DID_YOU_MEAN, style="bold"), _titles(outcome.suggestions), Text(_AGAIN, style="dim")))
    else:
        out.print(Text(NOT_COVERED, style="bold"))
        out.print(STORED)
        if near := nearest(asked.hits):
            out.print(Group(Text(f"\n{NEAREST}"), _titles(near), Text(_AGAIN, style="dim")))


def show_why(asked: Asked, out: Console) -> None:
    """Print what was found, with the figures that decided."""
    out.print()
    out.print(Text(f"Why: {asked.outcome.name}, index {asked.generation}, {asked.took_ms:.1f} ms", style="bold"))
    for hit in asked.hits[:5]:
        out.print(_hit(hit))


def _answer(answer: Answer, channel: str) -> RenderableType:
    entry = answer.entry
    parts: list[RenderableType] = [Text(entry.title, style="bold underline")]
    if answer.stale:
        parts.append(Text(f"{PAST_REVIEW} {past_review(entry)}", style="bold yellow"))
    if entry.kind != "sop":
        parts += [Text(), _marked(entry.body)]
    else:
        parts += _procedure(entry)
        parts += _replies(entry.replies, channel)
    if answer.also:
        parts += [Text(), Text(ALSO, style="bold"), _titles(answer.also)]
    parts += [Text(), Text(" · ".join(source(answer)), style="dim")]
    return Group(*parts)


def _procedure(entry: Entry) -> list[RenderableType]:
    parts: list[RenderableType] = []
    if entry.purpose:
        parts += [_marked(entry.purpose.text), Text()]
    if entry.intro:
        parts += [_marked(entry.intro.text), Text()]
    heading = ""
    for step in entry.steps:
        if step.heading != heading:
            heading = step.heading
            parts.append(Text(heading, style="bold"))
        parts.append(_step(step))
    if entry.escalation:
        parts += [Text(), Text("Escalation", style="bold"), _marked(entry.escalation.text)]
    return parts


def _step(step: Step) -> RenderableType:
    row = Table.grid(padding=(0, 1))
    row.add_column(justify="right", width=max(3, len(step.number) + 1), no_wrap=True)
    row.add_column()
    text = _marked(step.text)
    if step.deadline:
        text.highlight_words([step.deadline], style="bold yellow")
    row.add_row(f"{step.number}." if step.level == 1 else step.number, text)
    return Padding(row, (0, 0, 0, 4 * (step.level - 1)))


def _replies(replies: Sequence[Reply], channel: str) -> list[RenderableType]:
    """The replies for the channel that was asked for; the first one when none was."""
    wanted = [reply for reply in replies if reply.channel == channel] if channel else list(replies[:1])
    parts: list[RenderableType] = []
    if channel and not wanted:
        parts += [Text(), Text(f"There is no reply for {CHANNELS[channel]}.", style="yellow")]
    for reply in wanted:
        parts += [Text(), Text(f"Reply – {reply_name(reply)}", style="bold")]
        if reply.subject:
            parts.append(Padding(Text(f"Subject: {reply.subject}"), (0, 0, 1, 2)))
        parts.append(Padding(Text(reply.body), (0, 0, 0, 2)))
    others = list(dict.fromkeys(CHANNELS[reply.channel] for reply in replies if reply not in wanted))
    if others:
        parts += [Text(), Text(f"More replies (--channel): {', '.join(others)}", style="dim")]
    return parts


def _titles(suggestions: Sequence[Suggestion]) -> RenderableType:
    return Group(*(Text(f"  - {suggestion.title} ({percent(suggestion.confidence)})") for suggestion in suggestions))


def _hit(hit: Hit) -> RenderableType:
    where = f", line {hit.chunk.lines.first}" if hit.chunk.lines else ""
    shown = hit.chunk.text.replace("\n", " ")
    reasons = "  ".join(f"{name} {value:.2f}" for name, value in hit.reasons.items())
    return Group(
        Text(f"{hit.confidence:6.1%}  {hit.entry.title}  ({hit.entry.id})"),
        Padding(Text(f"{hit.chunk.kind}{where}: {shown[:150]}{'…' if len(shown) > 150 else ''}", style="dim"), (0, 0, 0, 8)),
        Padding(Text(reasons, style="dim"), (0, 0, 0, 8)),
    )


def _marked(markdown: str) -> Text:
    """Markdown as it is written, but for bold, which is shown as bold."""
    text = Text()
    end = 0
    for bold in _BOLD.finditer(markdown):
        text.append(markdown[end : bold.start()])
        text.append(bold[2], style="bold")
        end = bold.end()
    text.append(markdown[end:])
    return text
