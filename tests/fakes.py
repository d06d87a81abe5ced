"""An index that finds by words in common: real entries, real filtering by audience, no model and no files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import cast

from msgspec.structs import replace

from index.corpus import read_corpus
from index.current import CurrentIndex
from index.errors import GenerationError
from index.records import Audience, Chunk, Entry, Hit

KNOWLEDGE = Path(__file__).parent.parent / "knowledge"


def words(text: str) -> set[str]:
    """The words of three letters and more, small."""
    return set(re.findall(r"\w{3,}", text.lower()))


@dataclass(frozen=True, slots=True)
class WordIndex:
    """Behaves as `index.search.Index`; confidence is the best share of words (Jaccard) over an entry's title and questions."""

    all_entries: tuple[Entry, ...]
    generation: str = "000001"

    @property
    def name(self) -> str:
        """Names it."""
        return self.generation

    @property
    def created(self) -> datetime:
        """A day in November."""
        return datetime(2026, 11, 20, tzinfo=UTC)

    def entries(self, audience: Audience) -> tuple[Entry, ...]:
        """What this audience may see, for people outside without owners."""
        if audience == "internal":
            return self.all_entries
        return tuple(replace(entry, owner="") for entry in self.all_entries if entry.audience == "public")

    def past_review(self, today: date) -> tuple[Entry, ...]:
        """Those past their date, the longest first."""
        late = [entry for entry in self.all_entries if entry.review_by and entry.review_by < today]
        return tuple(sorted(late, key=lambda entry: (entry.review_by or today, entry.path)))

    def search(self, question: str, audience: Audience, limit: int) -> tuple[Hit, ...]:
        """Best first; entries without a word in common are left out."""
        hits = [_hit(question, entry) for entry in self.entries(audience)]
        ranked = sorted((hit for hit in hits if hit.score > 0), key=lambda hit: (-hit.score, hit.entry.id))
        return tuple(hit if place else replace(hit, lead=1.0) for place, hit in enumerate(ranked[:limit]))

    def found(self, question: str, audience: Audience, limit: int) -> tuple[tuple[Hit, ...], bool]:
        """The same; it remembers nothing."""
        return self.search(question, audience, limit), False

    def entry(self, entry_id: str, audience: Audience) -> Entry | None:
        """An entry, if this audience may see it."""
        return next((entry for entry in self.entries(audience) if entry.id == entry_id), None)

    def hit(self, question: str, entry_id: str, audience: Audience) -> Hit | None:
        """One entry's hit, if this audience may see it."""
        return next((_hit(question, entry) for entry in self.entries(audience) if entry.id == entry_id), None)


@dataclass(slots=True)
class HeldIndex:
    """Behaves as `index.current.CurrentIndex`; None stands for a data folder without a usable generation."""

    index: WordIndex | None
    problem: str = ""

    def get(self) -> WordIndex:
        """The index held."""
        if self.index is None:
            raise GenerationError("There is no index in /srv/secret-path yet.")
        return self.index

    def as_current(self) -> CurrentIndex:
        """Itself, for signatures that name the real class."""
        return cast("CurrentIndex", self)


def knowledge_index() -> HeldIndex:
    """An index of the knowledge folder of this repository."""
    return HeldIndex(WordIndex(_entries()))


@cache
def _entries() -> tuple[Entry, ...]:
    return read_corpus(KNOWLEDGE).entries


def _hit(question: str, entry: Entry) -> Hit:
    asked = words(question)
    score, text = max(_likeness(asked, text) for text in (entry.title, *entry.questions))
    return Hit(entry=entry, confidence=score, lead=0.0, score=score, chunk=Chunk(entry.id, "question", text))


def _likeness(asked: set[str], text: str) -> tuple[float, str]:
    own = words(text)
    return (len(asked & own) / len(asked | own) if asked | own else 0.0), text
