"""A generation -> what it shows for golden and recent questions, kept in it, so that the next one is compared with it."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from index.changes import Shown
from index.dataset import LabelledQuestion
from index.gate import Golden, Held, golden_key, standing
from index.records import Audience, Hit
from index.search import Index

Decide = Callable[[Sequence[Hit]], tuple[str, tuple[str, ...]]]
"""Hits -> outcome (answer, suggestions or no_answer) and the ids of the entries shown, best first."""
Asked = tuple[str, Audience]
TRIAL_FILE = "trial.json"
_LIMIT = 10
_GONE = 0.5
_MANY = 10
"""A build that loses more than this share of so many entries looks like a wrong folder."""


@dataclass(frozen=True, slots=True)
class Trial:
    """Questions to ask before a new generation serves.

    Attributes:
        golden: with the entries that are right.
        recent: asked by people of late; nobody knows what is right.
        decide: see `Decide`.
        rules: names what `decide` goes by; what was shown under other rules does not compare.
    """

    golden: tuple[LabelledQuestion, ...]
    recent: tuple[Asked, ...]
    decide: Decide
    rules: str

    @property
    def questions(self) -> tuple[Asked, ...]:
        """All, each once, golden ones first."""
        return tuple(dict.fromkeys([*((one.text, one.audience) for one in self.golden), *self.recent]))


@dataclass(frozen=True, slots=True)
class Tried:
    """What a generation shows.

    Attributes:
        shown: by question.
        held: how golden questions come out, and what they are held against.
    """

    shown: Mapping[Asked, Shown] = field(default_factory=dict)
    held: Mapping[Golden, Held] = field(default_factory=dict)

    def lacking(self, trial: Trial) -> tuple[Asked, ...]:
        """The questions of a trial of which it does not say how they come out."""
        unknown = {(one.text, one.audience) for one in trial.golden if golden_key(one) not in self.held}
        return tuple(question for question in trial.questions if question not in self.shown or question in unknown)

    def __or__(self, other: Tried) -> Tried:
        """Both; the other's word counts where both say something."""
        return Tried({**self.shown, **other.shown}, {**self.held, **other.held})


class _Golden(msgspec.Struct, frozen=True):
    question: str
    audience: Audience
    expect: tuple[str, ...]
    held: Held


class _Record(msgspec.Struct, frozen=True):
    rules: str
    asked: list[tuple[str, Audience, Shown]]
    golden: list[_Golden] = []


def ask_all(index: Index, trial: Trial, questions: Collection[Asked]) -> Tried:
    """Ask some of a trial's questions as people do; golden ones are held against how they come out now."""

    def ask(question: Asked) -> tuple[Shown, dict[str, float]]:
        hits = index.search(*question, _LIMIT)
        return Shown(*trial.decide(hits)), {hit.entry.id: hit.confidence for hit in hits}

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = dict(zip(questions, pool.map(ask, questions), strict=True))
    held = {}
    for one in trial.golden:
        if (one.text, one.audience) in found:
            now = standing(one.right, *found[one.text, one.audience])
            held[golden_key(one)] = Held(now, now)
    return Tried({question: shown for question, (shown, _) in found.items()}, held)


def write_trial(folder: Path, rules: str, tried: Tried) -> None:
    """Store in a generation what it showed, so that the next build need not ask it again."""
    golden = [_Golden(text, audience, tuple(sorted(right)), held) for (text, audience, right), held in tried.held.items()]
    record = _Record(rules, [(*question, one) for question, one in tried.shown.items()], golden)
    (folder / TRIAL_FILE).write_bytes(msgspec.json.encode(record))


def read_trial(folder: Path, rules: str | None = None) -> Tried:
    """What a generation showed; nothing when it was not asked, or under other rules than those named."""
    try:
        record = msgspec.json.decode((folder / TRIAL_FILE).read_bytes(), type=_Record)
    except (OSError, msgspec.MsgspecError):
        return Tried()
    if rules not in (None, record.rules):
        return Tried()
    return Tried(
        {(text, audience): shown for text, audience, shown in record.asked},
        {(one.question, one.audience, frozenset(one.expect)): one.held for one in record.golden},
    )


def shrunk(before: int, after: int) -> list[str]:
    """A sentence when most entries are gone."""
    if before >= _MANY and after < before * _GONE:
        return [f"Of {before} entries only {after} are left. Is this the right folder?"]
    return []
