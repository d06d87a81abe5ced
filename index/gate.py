"""How golden questions come out, at best and now -> what stops a build, and what is told and tolerated.

Every new document moves the probabilities of all entries a little, so a question that barely got its entry may barely miss
it afterwards. That is told and does not stop a build. What people would notice does: a wrong answer, an answer that is gone,
an entry that has become clearly less likely, and more misses than chance explains. Each question is held against the best
that it has had, not against the build before, so that many small losses do not pass one by one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from index.changes import Shown
from index.dataset import GOLDEN_FILE, GOLDEN_ID, LabelledQuestion
from index.records import Audience

Result = Literal["right", "offered", "missed", "wrong"]
"""right: a right entry answers, or nothing does where nothing should; offered: one is among the suggestions; missed: none is
shown; wrong: another one answers."""
Golden = tuple[str, Audience, frozenset[str]]
"""A golden question: its text, who asks, and the entries that are right."""
_RANKS: Mapping[Result, int] = {"wrong": 0, "missed": 1, "offered": 2, "right": 3}
DRIFT = 0.1
"""How far the probability of a right entry may fall by chance; docs/operations.md says what was measured."""
_TOLERATED_SHARE = 0.05
"""Of the golden questions so many may just miss their entry at a time, and one in any case."""


class Standing(msgspec.Struct, frozen=True):
    """How a golden question comes out in one index."""

    result: Result
    entry: str
    """The entry that makes it so: the right one that is shown, or the wrong answer; "" when there is none."""
    confidence: float
    """Probability, in [0, 1], of the likeliest right entry, shown or not; 0 when it is far behind, or none is right."""


class Held(msgspec.Struct, frozen=True):
    """How a golden question comes out, and what it is held against."""

    now: Standing
    best: Standing
    """The best it has had since it is asked, or since a worse one was allowed."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a trial says of a new index.

    Attributes:
        stops: a sentence for each question that is worse, and for too many near misses.
        drifts: a sentence for each question that is a little worse, which is tolerated.
        held: what each question is held against if this index serves, in spite of what stops it if need be.
    """

    stops: tuple[str, ...] = ()
    drifts: tuple[str, ...] = ()
    held: Mapping[Golden, Held] = field(default_factory=dict)


def golden_key(question: LabelledQuestion) -> Golden:
    """What makes it the same question, wherever it stands in the file."""
    return question.text, question.audience, question.right


def standing(right: Collection[str], shown: Shown, confidences: Mapping[str, float]) -> Standing:
    """How a question comes out.

    Args:
        right: ids of the entries that are right; none when nothing should answer.
        shown: what it gets.
        confidences: probability of each entry that was found, in [0, 1], by id.
    """
    likeliest = max((confidences.get(entry, 0.0) for entry in right), default=0.0)
    first = shown.entries[0] if shown.entries else ""
    if shown.outcome == "answer":
        return Standing("right" if first in right else "wrong", first, likeliest)
    if not right:
        return Standing("right", "", likeliest)
    offered = next((entry for entry in shown.entries if entry in right), "")
    return Standing("offered" if offered else "missed", offered, likeliest)


def judge(golden: Sequence[LabelledQuestion], before: Mapping[Golden, Held], after: Mapping[Golden, Held], entries: Collection[str]) -> Verdict:
    """Compare how golden questions come out with the best they have had.

    Args:
        golden: the questions.
        before: what each is held against; one that is not there cannot get worse.
        after: how each comes out in the new index.
        entries: ids of its entries.
    """
    lost: list[tuple[Golden, str]] = []
    missed: list[tuple[Golden, str]] = []
    weaker: list[tuple[Golden, str]] = []
    held: dict[Golden, Held] = {}
    for question in golden:
        key = golden_key(question)
        new = after[key].now
        old = before[key].best if key in before else new
        told = (key, _sentence(question, old, new, entries))
        held[key] = Held(new, max(old, new, key=_goodness))
        if _lost(old, new, question.right & set(entries)):
            lost.append(told)
        elif _RANKS[new.result] < _RANKS[old.result]:
            (missed if new.result == "missed" else weaker).append(told)
    stops = [sentence for _, sentence in lost]
    tolerated = max(1, int(_TOLERATED_SHARE * len(golden)))
    if len(missed) > tolerated:
        stops += [f"{len(missed)} golden questions just miss their entry; no more than {tolerated} do so by chance.", *(sentence for _, sentence in missed)]
        lost, missed = lost + missed, []
    for key, _ in lost:  # whoever allows it has seen it
        held[key] = Held(held[key].now, held[key].now)
    return Verdict(tuple(stops), tuple(sentence for _, sentence in missed + weaker), held)


def come_out_well(held: Collection[Held]) -> int:
    """How many of the questions get a right entry as answer or suggestion, or no answer where none is right."""
    return sum(one.now.result in ("right", "offered") for one in held)


def _goodness(one: Standing) -> tuple[int, float]:
    return _RANKS[one.result], one.confidence


def _lost(old: Standing, new: Standing, still_there: Collection[str]) -> bool:
    """Whether people would notice: see the module."""
    if _RANKS[new.result] >= _RANKS[old.result] or new.result == "offered":
        return False
    return new.result == "wrong" or old.result == "right" or not still_there or old.confidence - new.confidence > DRIFT


def _sentence(question: LabelledQuestion, old: Standing, new: Standing, entries: Collection[str]) -> str:
    asked = f'The golden question "{question.text}"'
    if not question.right:
        place = _place(question, f' If that is right, write there: "expect": ["{new.entry}"].')
        return f"{asked} should have no answer, and now '{new.entry}' answers it.{place}"
    had = f"showed '{old.entry}'" if old.entry else "did not show its entry"
    gets = {"right": f"'{new.entry}' answers it", "wrong": f"'{new.entry}' answers it", "offered": "only offers it", "missed": "does not"}[new.result]
    then, now = f"{old.confidence:.0%}", f"{new.confidence:.0%}"
    likely = f"{now} likely, as before" if then == now else f"{then} likely then, {now} now"
    why = "that entry is no longer in the documents" if question.right.isdisjoint(entries) else likely
    return f"{asked} {had}, and now {gets}; {why}.{_place(question)}"


def _place(question: LabelledQuestion, remedy: str = "") -> str:
    """Where a golden question stands, as a sentence of its own, and what to do there."""
    line = question.id.removeprefix(GOLDEN_ID)
    return f" It stands in {GOLDEN_FILE}, line {line}.{remedy}" if line != question.id else ""
