"""Entries and their chunks -> the words by which they are found, counted once for all that learns from them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.bags import Bags, Filling
from index.codes import Mention, entry_codes
from index.lexical import entry_terms
from index.records import Chunk, Entry
from index.terms import words


@dataclass(frozen=True, slots=True)
class Wording:
    """What one entry says.

    Attributes:
        terms: how often each term stands in it, see `index.lexical`.
        words: how often each word stands in its chunks.
        codes: see `index.codes.entry_codes`.
    """

    terms: dict[str, int]
    words: dict[str, int]
    codes: tuple[Mention, ...]


@dataclass(frozen=True, slots=True)
class Wordings:
    """What many entries say; item by item as in `Wording`."""

    terms: Bags
    words: Bags
    codes: tuple[tuple[Mention, ...], ...]

    def of(self, rows: npt.NDArray[np.int64]) -> Wordings:
        """Those of some of the entries, `rows` rising."""
        return Wordings(self.terms.of(rows), self.words.of(rows), tuple(self.codes[row] for row in rows.tolist()))


def wording_of(entry: Entry, chunks: Sequence[Chunk]) -> Wording:
    """Count what an entry says.

    Args:
        entry: any.
        chunks: its own.
    """
    said = "".join(f"{chunk.text}\n" for chunk in chunks)
    return Wording(dict(Counter(entry_terms(entry))), dict(Counter(words(said))), entry_codes(entry, said))


def wordings_of(entries: Sequence[Entry], chunks: Sequence[Chunk]) -> Wordings:
    """Count what entries say.

    Args:
        entries: in order.
        chunks: theirs, in order of entry.
    """
    own: dict[str, list[Chunk]] = {entry.id: [] for entry in entries}
    for chunk in chunks:
        own[chunk.entry_id].append(chunk)
    terms, words_said, codes = Filling(), Filling(), []
    for entry in entries:
        one = wording_of(entry, own[entry.id])
        terms.add(one.terms)
        words_said.add(one.words)
        codes.append(one.codes)
    return Wordings(terms.bags(), words_said.bags(), tuple(codes))
