"""Large knowledge bases: only what is near by meaning or by words is ranked, and nothing is lost by it."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import numpy as np
import pytest

from index.background import background_lines
from index.bags import Bags
from index.dataset import read_golden
from index.embedding import OnnxEncoder
from index.learning import Seen, write_views
from index.lexical import Lexical, fit_lexical
from index.ranking import View
from index.records import Chunk, Entry
from index.search import CHUNKS_FILE, ENTRIES_FILE
from index.storage import ENCODER_FOLDER, Generations
from index.terms import terms
from index.vector_cache import VectorCache
from index.vectors import Shortlist, VectorIndex, write_shortlist
from index.whitening import unit

ROOT = Path(__file__).parent.parent.parent
TEXTS = ("return an item", "track a parcel", "return a parcel that came late", "pay an invoice", "a late parcel")


@pytest.fixture(scope="module")
def lexical() -> Lexical:
    """An index of texts that can score some of them."""
    return Lexical(fit_lexical(Bags.counted(Counter(terms(text)) for text in TEXTS), by_entry=True), len(TEXTS))


def test_some_entries_score_as_among_all(lexical: Lexical):
    """Whichever are asked for, in any order."""
    weights = lexical.weigh(f"{TEXTS[4]}, zyxw")
    rows = np.array([4, 0, 2])
    for whole, some in zip(lexical.score(weights), lexical.score_some(weights, rows), strict=True):
        assert whole[2] > whole[0]
        assert some == pytest.approx(whole[rows], abs=1e-6)


def test_the_entries_with_most_of_the_words_are_likely(lexical: Lexical):
    """And none that has none of them."""
    for text, rows in (("late parcel", {2, 4}), ("zyxw", set())):
        assert set(lexical.likely(lexical.weigh(text), 2)) == rows


def test_a_shortlist_has_the_nearest_and_comes_out_the_same_each_time(tmp_path: Path):
    """Of vectors in clumps, as texts about one thing are."""
    draw = np.random.default_rng(3)
    vectors = unit(unit(draw.standard_normal((100, 64)))[draw.integers(0, 100, 4000)] + 0.7 * unit(draw.standard_normal((4000, 64))))
    queries = unit(vectors[::100] + 0.5 * unit(draw.standard_normal((40, 64))))
    write_shortlist(tmp_path / "one", vectors)
    write_shortlist(tmp_path / "two", vectors)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    shortlist = Shortlist(tmp_path / "one")
    for query in queries:
        rows = shortlist.rows(query, 200)
        assert len(set(rows)) == 200
        assert np.argmax(vectors @ query) in rows


def test_a_shortlisted_view_ranks_as_a_whole_one(starter_data: Path, tmp_path: Path):
    """The same first entries with the same confidence, also where one is withheld or asked for by name."""
    generations = Generations(starter_data)
    folder = generations.path(generations.current() or "")
    entries = msgspec.json.decode((folder / ENTRIES_FILE).read_bytes(), type=tuple[Entry, ...])
    chunks = msgspec.json.decode((folder / CHUNKS_FILE).read_bytes(), type=tuple[Chunk, ...])
    encoder = OnnxEncoder(folder / ENCODER_FOLDER)
    vectors = VectorIndex(folder / "internal" / "vectors.faiss").rows(0, len(chunks))
    background = VectorCache(starter_data / "cache" / "vectors.db").encode(encoder, [line for lines in background_lines() for line in lines])[0]
    with ThreadPoolExecutor(1) as pool:  # one worker is enough
        for view in write_views(pool, {tmp_path / "view": Seen(entries, chunks, vectors, range(len(chunks)))}, background, ranked_whole=0):
            view.result()
    whole, near = View(folder / "internal"), View(tmp_path / "view")
    withheld = np.zeros(len(entries), dtype=np.bool_)
    for question in read_golden(ROOT / "knowledge" / "golden.jsonl").questions[::6]:
        subject = whole.subject(question.text, encoder.knows)
        asked = (question.text, subject, encoder.encode_query(question.text, subject))
        expected, found = (view.rank(*asked, 3) for view in (whole, near))
        assert [one.entry for one in found] == [one.entry for one in expected], question.text
        assert [one.confidence for one in found] == pytest.approx([one.confidence for one in expected], abs=1e-3)
        withheld[:] = False
        withheld[expected[0].entry] = True
        without = near.rank(*asked, 3, withheld=withheld)
        assert without[0].entry == whole.rank(*asked, 3, withheld=withheld)[0].entry
        assert near.rank(*asked, 0, always=3)[0].entry == 3
        assert [one.entry for one in near.rank(*asked, 9, withheld=np.arange(len(entries)) != 3)] == [3]
