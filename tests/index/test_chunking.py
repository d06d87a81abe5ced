"""Entries in, texts to embed out: nothing lost, nothing cut inside a step, nothing longer than the model reads."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from index.chunking import chunk_entry
from index.corpus import read_corpus
from index.embedding import OnnxEncoder
from index.records import Entry, Lines, Part

ROOT = Path(__file__).parent.parent.parent


def count_words(text: str) -> int:
    """Stands in for a tokenizer: a token a word, two around."""
    return len(text.split()) + 2


def an_entry(**fields: object) -> Entry:
    """An entry with what matters here."""
    return replace(Entry("e", "section", "Title", "internal", "e.md", "Title", Lines(1, 9), "v"), **fields)  # type: ignore[arg-type]


def test_chunks_of_the_starter_knowledge_fit_the_model(encoder_path: Path) -> None:
    """Measured with the model's own tokenizer, no text is longer than it reads, and every step is one chunk, whole."""
    encoder = OnnxEncoder(encoder_path)
    for entry in read_corpus(ROOT / "knowledge").entries:
        chunks = chunk_entry(entry, encoder.count_tokens, encoder.max_tokens)
        assert all(encoder.count_tokens(chunk.text) <= encoder.max_tokens for chunk in chunks)
        assert chunks[0].kind == "title"
        if entry.kind == "sop":
            steps = [chunk.lines for chunk in chunks if chunk.kind == "step"]
            assert steps == [step.lines for step in entry.steps]
            assert {chunk.text.split(": ")[0].split(" > ")[0] for chunk in chunks if chunk.kind == "step"} == {entry.title}


def test_a_text_stands_once() -> None:
    """A question that equals the title, whatever its case, is embedded once."""
    chunks = chunk_entry(an_entry(questions=("TITLE", "another", "Another")), count_words, 50)
    assert [(chunk.kind, chunk.text) for chunk in chunks] == [("title", "Title"), ("question", "another")]


@given(st.lists(st.text(alphabet="ab .\n", min_size=1, max_size=300), max_size=6), st.integers(5, 40))
def test_no_word_is_lost_and_no_chunk_too_long(texts: list[str], limit: int) -> None:
    """However long the passages and however small the model, all words come out in order, in pieces that fit."""
    entry = an_entry(passages=tuple(Part(text, Lines(n, n)) for n, text in enumerate(texts, 1) if text.strip()))
    chunks = [chunk for chunk in chunk_entry(entry, count_words, limit) if chunk.kind == "passage"]
    assert all(count_words(chunk.text) <= limit for chunk in chunks)
    words = [word for chunk in chunks for word in chunk.text.split()]
    assert set(words) == {word for text in texts for word in text.split()}


def test_a_long_text_is_cut_between_sentences_else_between_words_else_within_them() -> None:
    """Each piece says where the whole stands."""

    def pieces(text: str, count: Callable[[str], int], limit: int) -> list[str]:
        chunks = chunk_entry(an_entry(passages=(Part(text, Lines(3, 7)),)), count, limit)
        assert {chunk.lines for chunk in chunks[1:]} == {Lines(3, 7)}
        return [chunk.text for chunk in chunks[1:]]

    assert pieces("One two three. Four five six. Seven eight", count_words, 6) == ["One two three.", "Four five six.", "Seven eight"]
    assert pieces("One two. Three four. Five six", count_words, 6) == ["One two. Three four.", "Five six"]
    run_on = pieces("a b c d e f g h i j", count_words, 6)
    assert (" ".join(run_on), max(map(count_words, run_on)) <= 6) == ("a b c d e f g h i j", True)
    assert "".join(pieces("abcdefghijklmnopqrst", len, 10)) == "abcdefghijklmnopqrst"
