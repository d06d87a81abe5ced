"""Replies whose placeholders nobody knows, or that hold a blank which is no placeholder and would be sent as it stands."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterator

from index.lint.finding import Found, Ground
from index.records import Entry, Reply

_OFTEN = 3
"""A name used so often is taken for known."""
_ALIKE = 0.85
_BLANK = re.compile(
    r"(?<!\\)\[(?!\s*[xX ]?\s*\])(?P<square>[A-Za-z][A-Za-z '’/_-]{1,39})\](?![(\[:])"
    r"|(?<![{\w])\{(?!\{)(?P<braces>[A-Za-z][A-Za-z '’/_-]{1,39})\}(?!\})"
    r"|<(?P<angles>(?:your |the |customer|agent|order|first |last |full )[A-Za-z _-]{0,30}|name|date|amount|time|number)>"
    r"|\b(?P<mark>X{3,}|TBD|TBC|TODO|FIXME)\b"
    r"|(?P<line>(?<![\w_])_{3,}(?![\w_]))"
)
_UNFINISHED = re.compile(r"(?<![\w-])(?:TBD|TBC|TODO|FIXME|XXX)(?![\w-])")
_WORDS_OF_CONVENTION = frozenset(["sic", "redacted", "optional"])


def unknown_placeholders(ground: Ground) -> Iterator[Found]:
    """Names that are not among those set; when none are set, names that look like a slip."""
    known = ground.options.placeholders
    used = Counter(name for entry in ground.corpus.entries for reply in entry.replies for name in reply.placeholders)
    common = list(known) or [name for name, count in used.items() if count >= _OFTEN]
    doubted = {}
    for name in used:
        near = difflib.get_close_matches(name, common, n=1, cutoff=_ALIKE)
        if name not in common and (known or (near and used[near[0]] >= _OFTEN * used[name] and _slip(name, near[0]))):
            doubted[name] = near[0] if near else ""
    for entry, reply in _replies(ground):
        for name in reply.placeholders:
            if name in doubted:
                remedy = (
                    f"Did you mean {{{{{doubted[name]}}}}}?"
                    if doubted[name]
                    else "Use a known name, or add this one to 'placeholders' below [lint] in sopbot.toml."
                )
                yield Found(entry.path, _line(ground, entry, reply, name), f"The placeholder {{{{{name}}}}} is not known.", remedy)


def _slip(name: str, near: str) -> bool:
    """Whether two names differ within words, not by a whole word or a number: `refund_date` is no slip of `refunds_data`."""
    ours, theirs = name.split("_"), near.split("_")
    if len(ours) != len(theirs):
        return "".join(ours) == "".join(theirs)
    return all(len(a) > 3 and difflib.SequenceMatcher(None, a, b).ratio() >= 0.75 for a, b in zip(ours, theirs, strict=True) if a != b)


def blanks(ground: Ground) -> Iterator[Found]:
    """`[name]`, `XXX`, `____` and the like in a reply, where an agent in a hurry would send them."""
    for entry, reply in _replies(ground):
        for text in (reply.subject, reply.body):
            for found in _BLANK.finditer(text):
                inside = found["square"] or found["braces"] or found["angles"] or ""
                if inside.lower().strip() not in _WORDS_OF_CONVENTION:
                    name = "_".join(re.findall(r"[a-z0-9]+", inside.lower())) or "customer_name"
                    remedy = f"Write it as {{{{{name}}}}}, so that nobody can send it unfilled."
                    yield Found(entry.path, _line(ground, entry, reply, found.group()), f"'{found.group()}' in this reply would be sent as it stands.", remedy)


def unfinished_steps(ground: Ground) -> Iterator[Found]:
    """`TBD`, `TODO` and the like in a step."""
    for entry in ground.corpus.entries:
        for step in entry.steps:
            mark = _UNFINISHED.search(step.text) if entry.kind == "sop" else None
            if mark:
                yield Found(entry.path, step.lines.first, f"Step {step.number} is not finished: it says '{mark.group()}'.", "Write what is to be done.")


def _replies(ground: Ground) -> Iterator[tuple[Entry, Reply]]:
    return ((entry, reply) for entry in ground.corpus.entries for reply in entry.replies)


def _line(ground: Ground, entry: Entry, reply: Reply, text: str) -> int:
    """Where a text stands in a reply; its subject is a few lines above the body."""
    source = ground.documents[entry.path].source
    numbers = [*range(reply.lines.first, reply.lines.last + 1), *range(reply.lines.first - 1, max(reply.lines.first - 6, 0), -1)]
    return next((number for number in numbers if text in source[number - 1]), reply.lines.first)
