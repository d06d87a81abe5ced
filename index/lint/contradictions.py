"""An answer for customers and a procedure of the same touchpoint that give different figures for the same thing.

Two figures are taken for the same thing when they have the same unit, bound the same way, and stand among the same words
(Dice's coefficient of the stems around them, rare ones counting more). A false alarm costs more trust than a contradiction
that is missed, so a pair is passed over when either figure stands in the other document as well: then both know of both.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from index.lint.figures import Figure, figures
from index.lint.finding import Found, Ground
from index.records import Entry, Lines

_SHARED = 2
"""Stems that both sentences have at least."""
_CLAUSE, _SENTENCE = 0.5, 0.4
"""Likeness, 0 to 1, from which clauses and the sentences around them speak of the same thing. On the starter documents
no pair that differs rightly comes near; tests/index/lint/test_contradictions.py measures what is found."""
_COMMON = 400
"""A stem in more figures of a touchpoint than this says nothing about which thing is counted."""


@dataclass(frozen=True, slots=True)
class _Claim:
    entry: Entry
    figure: Figure
    line: int


def contradictory_figures(ground: Ground) -> Iterator[Found]:
    """One finding for each pair of entries, at the answer for customers, which more people see."""
    claims = {
        kind: [claim for entry in ground.corpus.entries if entry.kind == kind and entry.touchpoint for claim in _claims(entry)] for kind in ("faq", "sop")
    }
    weight = _weights([*claims["faq"], *claims["sop"]])
    by_stem: dict[tuple[str, str, str], list[_Claim]] = defaultdict(list)
    for claim in claims["sop"]:
        for stem in claim.figure.clause:
            by_stem[_touchpoint(claim), claim.figure.unit, stem].append(claim)
    known: dict[str, set[tuple[str, tuple[float, ...]]]] = defaultdict(set)
    for claim in (*claims["faq"], *claims["sop"]):
        known[claim.entry.id].add((claim.figure.unit, claim.figure.values))
    told: set[tuple[str, str]] = set()
    for ours in claims["faq"]:
        lists = [by_stem.get((_touchpoint(ours), ours.figure.unit, stem), []) for stem in sorted(ours.figure.clause)]
        for theirs in {id(claim): claim for found in lists if len(found) <= _COMMON for claim in found}.values():
            pair = (ours.entry.id, theirs.entry.id)
            if pair not in told and _differ(ours, theirs, known) and _same_thing(ours.figure, theirs.figure, weight):
                told.add(pair)
                where = f"'{theirs.entry.title}' ({theirs.entry.path}:{theirs.line})"
                message = (
                    f"Customers are told '{ours.figure.text}' here, but the procedure {where} says '{theirs.figure.text}' of what looks like the same thing."
                )
                yield Found(ours.entry.path, ours.line, message, "Correct the one that is wrong; if both are right, say in which case each holds.")


def _claims(entry: Entry) -> Iterator[_Claim]:
    texts = [(part.text, part.lines) for part in entry.passages] + [(step.text, step.lines) for step in entry.steps]
    texts += [(reply.body, reply.lines) for reply in entry.replies]
    for text, lines in texts:
        for line, part in _numbered(text, lines):
            yield from (_Claim(entry, figure, line) for figure in figures(part))


def _numbered(text: str, lines: Lines) -> Iterator[tuple[int, str]]:
    """The text's paragraphs with their lines; a paragraph that runs over several lines stays whole."""
    line = lines.first
    for paragraph in text.split("\n\n"):
        yield min(line, lines.last), paragraph
        line += paragraph.count("\n") + 2


def _touchpoint(claim: _Claim) -> str:
    return claim.entry.touchpoint.strip().lower()


def _differ(ours: _Claim, theirs: _Claim, known: dict[str, set[tuple[str, tuple[float, ...]]]]) -> bool:
    """Whether the figures are at odds, and neither document has the other's figure too."""
    one, other = ours.figure, theirs.figure
    if one.values == other.values or (one.bound != other.bound and "exactly" not in (one.bound, other.bound)):
        return False
    return (other.unit, other.values) not in known[ours.entry.id] and (one.unit, one.values) not in known[theirs.entry.id]


def _same_thing(one: Figure, other: Figure, weight: Callable[[str], float]) -> bool:
    if len(one.sentence & other.sentence) < _SHARED:
        return False
    return _likeness(one.clause, other.clause, weight) >= _CLAUSE and _likeness(one.sentence, other.sentence, weight) >= _SENTENCE


def _likeness(one: frozenset[str], other: frozenset[str], weight: Callable[[str], float]) -> float:
    """Dice's coefficient of two sets of stems, weighted; 0 to 1."""
    whole = sum(map(weight, one)) + sum(map(weight, other))
    return 2 * sum(map(weight, one & other)) / whole if whole else 0.0


def _weights(claims: list[_Claim]) -> Callable[[str], float]:
    """Stem -> how much it says about what is counted: the rarer among entries, the more (inverse document frequency)."""
    stems: dict[str, set[str]] = defaultdict(set)
    for claim in claims:
        stems[claim.entry.id] |= claim.figure.sentence
    frequency = Counter(stem for own in stems.values() for stem in own)
    weights = {stem: math.log((len(stems) + 1) / (count + 0.5)) for stem, count in frequency.items()}
    return lambda stem: weights.get(stem, 0.0)
