"""Procedures and FAQs that lack a part, a reply for a channel they name, an owner or a review date."""

from __future__ import annotations

from collections.abc import Iterator

from index.lint.finding import Found, Ground
from index.records import CHANNELS, Entry


def missing_parts(ground: Ground) -> Iterator[Found]:
    """One finding for each procedure, with all that it lacks."""
    for entry in _procedures(ground):
        lacking = [f"'## {part.capitalize()}'" for part in ground.options.parts if not getattr(entry, part)]
        if lacking:
            remedy = f"Add {'this heading' if len(lacking) == 1 else 'these headings'} and write the text below."
            yield Found(entry.path, entry.lines.first, f"This procedure has no {_list(lacking)}.", remedy)


def missing_replies(ground: Ground) -> Iterator[Found]:
    """Channels in the front matter without anything to send."""
    for entry in _procedures(ground):
        written = {reply.channel for reply in entry.replies}
        lacking = [f"'### {CHANNELS[channel]}'" for channel in entry.channels if channel not in written]
        if lacking and "replies" in ground.options.parts:
            line = ground.fact_line(entry.path, "channels")
            yield Found(
                entry.path, line, f"'channels' promises replies that are not there: {_list(lacking)}.", "Write them below '## Replies', or shorten 'channels'."
            )


def undeclared_channels(ground: Ground) -> Iterator[Found]:
    """Replies for a channel that the front matter leaves out."""
    for entry in _procedures(ground):
        for channel in dict.fromkeys(reply.channel for reply in entry.replies):
            if channel not in entry.channels:
                line = ground.fact_line(entry.path, "channels")
                yield Found(
                    entry.path, line, f"There is a reply for {CHANNELS[channel]}, but 'channels' does not name '{channel}'.", f"Add {channel} to 'channels'."
                )


def missing_owners(ground: Ground) -> Iterator[Found]:
    """Documents of ours that nobody answers for."""
    for entry in _documents(ground):
        if not entry.owner:
            yield Found(
                entry.path, 1, "Nobody is named as owner, so nobody hears when this is out of date.", "Add a line such as 'owner: Priya Nair, Payments Desk'."
            )


def missing_review_dates(ground: Ground) -> Iterator[Found]:
    """Documents of ours that nothing makes anybody look at again."""
    for entry in _documents(ground):
        if not entry.review_by:
            yield Found(entry.path, 1, "No date says when this is to be reviewed.", "Add a line such as 'review_by: 2027-04-05'.")


def _procedures(ground: Ground) -> Iterator[Entry]:
    return (entry for entry in ground.corpus.entries if entry.kind == "sop")


def _documents(ground: Ground) -> Iterator[Entry]:
    """The first entry of each procedure and FAQ; handbooks come from elsewhere."""
    return iter({entry.path: entry for entry in reversed(ground.corpus.entries) if entry.kind != "section"}.values())


def _list(texts: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(texts[:-1]), texts[-1])))
