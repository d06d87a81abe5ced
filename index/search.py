"""Question and audience -> hits, from one generation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from index.embedding import OnnxEncoder, Vectors
from index.errors import GenerationError
from index.memory import seldom_collected
from index.own_words import own_words_first
from index.ranking import Ranked, View
from index.recent import RecentHits
from index.records import Audience, Chunk, Entry, Hit
from index.segments import clauses, windows
from index.storage import ENCODER_FOLDER, Generations, Manifest

_SURE_PART = 0.5
"""Parts of a double question that are less sure are no question of their own."""
_WARMING = "is everything redy, and waerm?"
"""With words that no knowledge base has, so that slips are looked for."""
ENTRIES_FILE, CHUNKS_FILE = "entries.json", "chunks.json"
SEARCH_LIMIT = 10
"""So many hits are looked at when a question is answered."""


class Index:
    """One generation, opened: everything that answering needs, without the knowledge folder and without PyTorch.

    Each audience has a view of its own, made at build time from what that audience may see and nothing else. A public
    question therefore cannot be answered, ranked, counted or timed by internal entries.

    Args:
        folder: the generation's folder.
        manifest: what it says of itself.
        withheld_from: gives a day; entries that were to be reviewed before it are as if they were not there. Left out,
            all are there.
        encoder: one that is open already; it is used instead of a second one when the generation has the same.

    Raises:
        GenerationError: the folder does not hold what the manifest says.
    """

    def __init__(self, folder: Path, manifest: Manifest, withheld_from: Callable[[], date] | None = None, encoder: OnnxEncoder | None = None) -> None:
        self.generation = manifest.id
        self._withheld_from = withheld_from
        self.manifest = manifest
        try:
            entries = stored_entries(folder)
            self._chunks = msgspec.json.decode((folder / CHUNKS_FILE).read_bytes(), type=tuple[Chunk, ...])
            self.query_encoder = encoder if encoder and encoder.fingerprint == manifest.encoder else OnnxEncoder(folder / ENCODER_FOLDER)
            self._views: dict[Audience, View] = {"internal": View(folder / "internal"), "public": View(folder / "public")}
        except (OSError, ValueError, KeyError, TypeError, RuntimeError, msgspec.MsgspecError) as error:
            raise GenerationError(f"Generation {manifest.id} cannot be opened ({error}). Choose another with: sopbot index rollback") from error
        found = (len(entries), len(self._chunks), self.query_encoder.dim, self.query_encoder.fingerprint)
        told = (manifest.entries, manifest.chunks, manifest.dim, manifest.encoder)
        if found != told:
            raise GenerationError(
                f"Generation {manifest.id} is not whole: it has {found}, its manifest says {told}. Choose another with: sopbot index rollback"
            )
        # People outside do not learn the name of whoever answers for a document.
        public = tuple(msgspec.structs.replace(entry, owner="") if entry.owner else entry for entry in entries if entry.audience == "public")
        self._entries: dict[Audience, tuple[Entry, ...]] = {"internal": entries, "public": public}
        self._by_id: dict[Audience, dict[str, int]] = {
            audience: {entry.id: position for position, entry in enumerate(seen)} for audience, seen in self._entries.items()
        }
        self._recent = RecentHits()
        self._shown: dict[Audience, tuple[date, tuple[Entry, ...]]] = {}
        self._review_by = {
            audience: np.array([(entry.review_by or date.max).toordinal() for entry in seen], dtype=np.int64) for audience, seen in self._entries.items()
        }

    @property
    def name(self) -> str:
        """Names the generation and what is in it, also after somebody starts again from generation 1."""
        return f"{self.generation}-{self.manifest.inputs}"

    @property
    def created(self) -> datetime:
        """When it was built; aware, UTC."""
        return datetime.fromisoformat(self.manifest.created)

    @property
    def encoder(self) -> str:
        """Fingerprint of the encoder: vectors of two generations compare when it is the same."""
        return self.query_encoder.fingerprint

    def vectors(self, questions: Sequence[str]) -> Vectors:
        """Embed questions, to compare them with each other; float32, `(len(questions), dim)`, unit rows."""
        return self.query_encoder.encode_documents(questions)

    def search(self, question: str, audience: Audience, limit: int) -> tuple[Hit, ...]:
        """The entries that fit a question best.

        Args:
            question: any text with at least one word; a long message is read whole, in segments.
            audience: what may be found.
            limit: how many at most.

        Returns:
            Best first, each entry once.
        """
        asked = self._corrected(question, audience)
        return own_words_first(asked, tuple(self._hit(ranked, audience) for ranked in self._rank(asked, audience, limit)))

    def found(self, question: str, audience: Audience, limit: int) -> tuple[tuple[Hit, ...], bool]:
        """What `search` gives, and whether it is remembered: the very same question was asked of this generation lately."""
        day = 0 if self._withheld_from is None else self._withheld_from().toordinal()
        asked = (question, audience, limit, day)
        if (hits := self._recent.get(asked)) is not None:
            return hits, True
        hits = self.search(question, audience, limit)
        self._recent.put(asked, hits)
        return hits, False

    def hit(self, question: str, entry_id: str, audience: Audience) -> Hit | None:
        """What `search` would say of one entry, or None when this audience has no such entry.

        One that has the question word for word is sure here, also where another one has it too: somebody has chosen it.
        """
        position = self._position(entry_id, audience)
        if position is None:
            return None
        asked = self._corrected(question, audience)
        # What the parts of a double question and the pieces of a long message have found is known to the whole search alone.
        known = next((hit for hit in self.found(question, audience, SEARCH_LIMIT)[0] if hit.entry.id == entry_id), None)
        if known:
            return own_words_first(asked, (known,))[0]
        ranked = self._rank(asked, audience, 0, always=position)
        return next((own_words_first(asked, (self._hit(one, audience),))[0] for one in ranked if one.entry == position), None)

    def entry(self, entry_id: str, audience: Audience) -> Entry | None:
        """An entry by its id, without its owner for people outside; None when this audience has none such."""
        position = self._position(entry_id, audience)
        return None if position is None else self._entries[audience][position]

    def entries(self, audience: Audience) -> tuple[Entry, ...]:
        """All entries this audience may see, in order of path and line; for people outside without their owners."""
        entries, withheld_from = self._entries[audience], self._withheld_from
        if withheld_from is None:
            return entries
        today = withheld_from()
        day, shown = self._shown.get(audience, (None, ()))
        if day != today:  # the same tuple for a whole day: what is made from all entries is kept beside it
            shown = tuple(entry for entry in entries if (entry.review_by or date.max) >= today)
            self._shown[audience] = (today, shown)
        return shown

    def past_review(self, today: date) -> tuple[Entry, ...]:
        """Entries past their review date, the longest first; for whoever reviews them, so also where such are withheld."""
        late = [entry for entry in self._entries["internal"] if entry.review_by is not None and entry.review_by < today]
        return tuple(sorted(late, key=lambda entry: (entry.review_by or today, entry.path, entry.lines.first)))

    def _position(self, entry_id: str, audience: Audience) -> int | None:
        position = self._by_id[audience].get(entry_id)
        withheld = self._withheld(audience)
        return None if position is None or (withheld is not None and withheld[position]) else position

    def _withheld(self, audience: Audience) -> npt.NDArray[np.bool_] | None:
        """`(entries,)`: those past their review date, where such are withheld."""
        return None if self._withheld_from is None else self._review_by[audience] < self._withheld_from().toordinal()

    def warm(self) -> None:
        """Ask each view a question, so that nobody's first question waits for what is made on first use."""
        for audience in self._views:
            self.search(_WARMING, audience, 2)

    def _corrected(self, question: str, audience: Audience) -> str:
        return self._views[audience].corrected(question, self.query_encoder.knows)

    def _rank(self, question: str, audience: Audience, limit: int, always: int | None = None) -> tuple[Ranked, ...]:
        view = self._views[audience]
        withheld = self._withheld(audience)

        def rank(text: str, limit: int, always: int | None = None) -> tuple[Ranked, ...]:
            subject = view.subject(text, self.query_encoder.knows)
            return view.rank(text, subject, self.query_encoder.encode_query(text, subject), limit, always, withheld)

        pieces = windows(question, self.query_encoder.count_tokens, self.query_encoder.max_tokens)
        if pieces:  # a pasted message: what it asks for stands in one of its pieces
            return max((rank(piece, limit, always) for piece in pieces), key=_first_confidence)
        ranked = rank(question, limit, always)
        if limit < 2:
            return ranked
        return with_clauses(ranked, [rank(clause, 1) for clause in clauses(question)], limit)

    def _hit(self, ranked: Ranked, audience: Audience) -> Hit:
        return Hit(self._entries[audience][ranked.entry], ranked.confidence, ranked.lead, ranked.score, self._chunks[ranked.chunk], ranked.reasons)


def stored_entries(folder: Path) -> tuple[Entry, ...]:
    """The entries of a generation.

    Raises:
        OSError, msgspec.MsgspecError: they cannot be read.
    """
    return msgspec.json.decode((folder / ENTRIES_FILE).read_bytes(), type=tuple[Entry, ...])


def with_clauses(ranked: tuple[Ranked, ...], parts: Sequence[tuple[Ranked, ...]], limit: int) -> tuple[Ranked, ...]:
    """Put what the parts of a double question ask for right behind the first hit.

    Args:
        ranked: for the whole question, best first.
        parts: the first hit of each part.
        limit: how many come back at most.

    Returns:
        Best first; the first hit of the whole question stays first. What a part asks for is as likely as that part says,
        and no likelier than the first hit.
    """
    firsts = {part[0].entry: part[0] for part in parts if part and part[0].confidence >= _SURE_PART}
    if len(firsts) < 2 or not ranked:
        return ranked
    top = ranked[0]
    known = {one.entry: one for one in ranked}
    asked = [
        replace(known.get(entry, part), lead=0.0, confidence=min(top.confidence, max(part.confidence, known[entry].confidence if entry in known else 0.0)))
        for entry, part in firsts.items()
        if entry != top.entry
    ]
    asked.sort(key=lambda one: -one.confidence)
    return (top, *asked, *(one for one in ranked[1:] if one.entry not in firsts))[:limit]


def _first_confidence(ranked: tuple[Ranked, ...]) -> float:
    return ranked[0].confidence if ranked else 0.0


def open_index(
    data: Path,
    generation: str | None = None,
    withheld_from: Callable[[], date] | None = None,
    encoder: OnnxEncoder | None = None,
    verified: Manifest | None = None,
) -> Index:
    """Open a generation after checking every byte of it.

    Args:
        data: the folder that holds all state.
        generation: its id; the current one when left out.
        withheld_from: see `Index`.
        encoder: see `Index`.
        verified: of this generation, where every byte has just been checked.

    Raises:
        GenerationError: there is none yet, or it cannot be used.
    """
    generations = Generations(data)
    wanted = generation or generations.current()
    if wanted is None:
        raise GenerationError(f"There is no index in {data} yet. Make one with: sopbot index build")
    manifest = verified or generations.verify(wanted)
    with seldom_collected():
        return Index(generations.path(wanted), manifest, withheld_from, encoder)
