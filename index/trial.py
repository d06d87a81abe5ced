"""A new generation and the one that serves -> what each shows for golden and recent questions, and where the new one is worse."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import msgspec

from index.changes import Shown
from index.dataset import GOLDEN_FILE, GOLDEN_ID, LabelledQuestion
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


class _Record(msgspec.Struct, frozen=True):
    rules: str
    asked: list[tuple[str, Audience, Shown]]


def ask_all(index: Index, questions: Sequence[Asked], decide: Decide) -> dict[Asked, Shown]:
    """Ask questions as people do."""

    def ask(question: Asked) -> Shown:
        return Shown(*decide(index.search(*question, _LIMIT)))

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(zip(questions, pool.map(ask, questions), strict=True))


def write_trial(folder: Path, rules: str, shown: Mapping[Asked, Shown]) -> None:
    """Store in a generation what it showed, so that the next build need not ask it again."""
    (folder / TRIAL_FILE).write_bytes(msgspec.json.encode(_Record(rules, [(*question, one) for question, one in shown.items()])))


def read_trial(folder: Path, rules: str | None = None) -> dict[Asked, Shown]:
    """What a generation showed; nothing when it was not asked, or under other rules than those named."""
    try:
        record = msgspec.json.decode((folder / TRIAL_FILE).read_bytes(), type=_Record)
    except (OSError, msgspec.MsgspecError):
        return {}
    return {(text, audience): shown for text, audience, shown in record.asked} if rules in (None, record.rules) else {}


def worse(golden: Iterable[LabelledQuestion], before: Mapping[Asked, Shown], after: Mapping[Asked, Shown], entries: Collection[str]) -> list[str]:
    """Where the new generation is worse. There is no tolerance: one question suffices.

    Args:
        golden: questions with their right entries.
        before: what the serving generation shows; questions it was not asked are passed over.
        after: what the new one shows.
        entries: ids of its entries.

    Returns:
        A sentence for each golden question that had a right entry as answer or among its suggestions and has none now,
        and for each that nothing should answer, was not answered, and is answered now.
    """
    found = []
    for question in golden:
        old, new = before.get((question.text, question.audience)), after[question.text, question.audience]
        if old is None:
            continue
        had = [entry for entry in old.entries if entry in question.right]
        if had and question.right.isdisjoint(new.entries):
            gone = "" if question.right & set(entries) else "; that entry is no longer in the documents"
            now = {
                "answer": f"'{new.entries[0]}' answers it" if new.entries else "",
                "suggestions": "it gets other suggestions",
                "no_answer": "it gets no answer",
            }
            found.append(f"The golden question \"{question.text}\" showed '{had[0]}', and now {now[new.outcome]}{gone}.{_place(question)}")
        elif not question.right and old.outcome != "answer" and new.outcome == "answer":
            place = _place(question, f' If that is right, write there: "expect": ["{new.entries[0]}"].')
            found.append(f"The golden question \"{question.text}\" should have no answer, and now '{new.entries[0]}' answers it.{place}")
    return found


def _place(question: LabelledQuestion, remedy: str = "") -> str:
    """Where a golden question stands, as a sentence of its own, and what to do there."""
    line = question.id.removeprefix(GOLDEN_ID)
    return f" It stands in {GOLDEN_FILE}, line {line}.{remedy}" if line != question.id else ""


def shrunk(before: int, after: int) -> list[str]:
    """A sentence when most entries are gone."""
    if before >= _MANY and after < before * _GONE:
        return [f"Of {before} entries only {after} are left. Is this the right folder?"]
    return []
