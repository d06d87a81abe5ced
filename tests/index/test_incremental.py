"""A build after edits gives the bytes that a build from nothing gives, and each text is read and embedded once."""

from __future__ import annotations

import importlib.metadata
import shutil
from pathlib import Path

import numpy as np
import pytest

from index.bags import Bags
from index.build import build_index
from index.corpus import DocumentRead
from index.export import DEFAULT_MODEL
from index.prepared import Prepared
from index.reading_cache import ReadingCache, code_digest
from index.records import Entry, Lines
from index.storage import Generations
from index.vector_cache import VectorCache

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def knowledge(tmp_path: Path) -> Path:
    """Part of the starter knowledge base, with procedures and FAQs for both audiences."""
    for folder, pattern in (("sops", "r*.md"), ("faqs", "[a-p]*.md")):
        (tmp_path / "knowledge" / folder).mkdir(parents=True)
        for path in (ROOT / "knowledge" / folder).glob(pattern):
            shutil.copy(path, tmp_path / "knowledge" / folder)
    return tmp_path / "knowledge"


def data_folder(path: Path, encoder_path: Path) -> Path:
    """An empty data folder that has the exported model."""
    (path / "cache").mkdir(parents=True)
    (path / "cache" / "encoders").symlink_to(encoder_path.parent)
    return path


def digests(data: Path) -> dict[str, str]:
    """The digest of every file of the generation that serves, but for what names the one before it."""
    generations = Generations(data)
    current = generations.current()
    assert current
    return {name: digest for name, digest in generations.manifest(current).files.items() if name != "changes.json"}


def test_after_edits_the_index_is_byte_for_byte_that_of_a_build_from_nothing(knowledge: Path, tmp_path: Path, encoder_path: Path) -> None:
    """Texts changed, entries added, removed and moved, then taken back in part: all files are equal, so all figures are."""
    grown = data_folder(tmp_path / "grown", encoder_path)
    build_index(knowledge, grown, DEFAULT_MODEL)
    edited, removed = sorted((knowledge / "faqs").iterdir())[:2]
    original = edited.read_text()
    edited.write_text(original + "\n## Is there a zebra in the shop?\n\nNo zebra, ever.\n")
    removed.rename(tmp_path / "removed.md")
    prepared = Prepared(grown)  # as a process that waits for the next edit, while another one builds
    prepared.load(knowledge, DEFAULT_MODEL)
    build_index(knowledge, grown, DEFAULT_MODEL)
    edited.write_text(original.replace("## ", "## Please: ", 1))
    shutil.copy(tmp_path / "removed.md", removed)
    (knowledge / "sops" / "aardvark.md").write_text("# Feed the aardvark\n\n## Steps\n\n1. Find ants.\n2. Serve ants.\n")
    report = build_index(knowledge, grown, DEFAULT_MODEL, prepared=prepared)
    assert report.embedded < 40
    fresh = data_folder(tmp_path / "fresh", encoder_path)
    build_index(knowledge, fresh, DEFAULT_MODEL)
    assert len(digests(fresh)) > 60
    assert digests(grown) == digests(fresh)


@pytest.mark.parametrize("package", ["markdown-it-py", "nh3", "ruamel.yaml", "PyStemmer", "tokenizers"])
def test_documents_are_read_anew_after_an_upgrade_of_what_reads_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    """Another version of a package may read the same bytes in another way; without one they are read once."""
    read: list[str] = []

    def note(path: str, _data: bytes) -> DocumentRead:
        read.append(path)
        return None, (), ()

    def ask() -> int:
        code_digest.cache_clear()
        ReadingCache(tmp_path / "readings.db").documents({"a.md": b"x"}, note)
        return len(read)

    installed = importlib.metadata.version
    assert (ask(), ask()) == (1, 1)
    monkeypatch.setattr("index.reading_cache.version", lambda name: "999" if name == package else installed(name))
    assert (ask(), ask()) == (2, 2)
    monkeypatch.undo()
    code_digest.cache_clear()


def test_vectors_embedded_before_a_kill_are_not_embedded_again(tmp_path: Path) -> None:
    """The cache keeps what was committed; only the rest is asked of the encoder."""

    class Encoder:
        """Gives up after some texts, as a killed process does."""

        fingerprint, dim, max_tokens = "f", 2, 10

        def __init__(self, patience: int) -> None:
            self.left = patience
            self.seen: list[str] = []

        def encode_documents(self, texts: list[str]) -> object:
            self.left -= len(texts)
            if self.left < 0:
                raise KeyboardInterrupt
            self.seen += texts
            return np.ones((len(texts), 2), np.float32)

    texts = [f"text {number}" for number in range(300)]
    cache = VectorCache(tmp_path / "vectors.db")
    first, second = Encoder(200), Encoder(300)
    with pytest.raises(KeyboardInterrupt):
        cache.encode(first, texts)  # type: ignore[arg-type]
    vectors, embedded = cache.encode(second, texts)  # type: ignore[arg-type]
    assert vectors.shape == (300, 2)
    assert embedded == len(second.seen) == 300 - len(first.seen)
    assert len(first.seen) == 192
    assert not set(first.seen) & set(second.seen)


def test_vectors_held_in_memory_are_those_of_their_texts(tmp_path: Path) -> None:
    """Asked again with texts added, removed, repeated and in another order: only the new one is embedded, and none is mixed up."""

    class Encoder:
        """A text's vector is its number."""

        fingerprint, dim = "f", 1

        def encode_documents(self, texts: list[str]) -> object:
            return np.array([[float(text)] for text in texts], np.float32)

    cache = VectorCache(tmp_path / "vectors.db")
    for asked, new in ((["1", "2", "3", "2"], 3), (["7", "8"], 2), (["3", "9", "1", "9", "3"], 1), (["8", "9", "2"], 0)):
        vectors, embedded = cache.encode(Encoder(), asked)  # type: ignore[arg-type]
        assert (vectors[:, 0].tolist(), embedded) == ([float(text) for text in asked], new)


def test_readings_held_in_memory_do_not_outlive_the_names_they_count_by(tmp_path: Path) -> None:
    """The cache is deleted and filled anew in another order while somebody holds it: words are not taken for others."""

    class Encoder:
        """Counts words."""

        fingerprint, max_tokens = "f", 100

        def count_tokens(self, text: str) -> int:
            return len(text.split())

    def entry(title: str) -> Entry:
        return Entry(id=title, kind="faq", title=title, audience="public", path="a.md", heading=title, lines=Lines(1, 1), version="")

    def said(cache: ReadingCache, *titles: str) -> list[list[str]]:
        words = cache.entries([entry(title) for title in titles], Encoder())[1].words  # type: ignore[arg-type]
        return [sorted(words.names[number] for number in words.ids[start:stop]) for start, stop in zip(words.starts, words.starts[1:], strict=False)]

    held = ReadingCache(tmp_path / "readings.db")
    assert said(held, "lost key", "flat tyre") == [["key", "lost"], ["flat", "tyre"]]
    for file in tmp_path.iterdir():
        file.unlink()
    said(ReadingCache(tmp_path / "readings.db"), "flat tyre", "blue moon")
    assert said(held, "lost key", "flat tyre", "blue moon") == [["key", "lost"], ["flat", "tyre"], ["blue", "moon"]]


def test_bags_are_the_same_in_order_whatever_their_ids() -> None:
    """Names in alphabetical order, unused ones gone, and for each name the bags that hold it; also beyond 65,536 names."""
    bags = Bags.counted([{"b": 2, "a": 1}, {}, {"c": 1, "b": 1}])
    chosen = bags.in_order()
    assert (list(chosen.names), chosen.starts.tolist(), [chosen.names[number] for number in chosen.ids], chosen.counts.tolist()) == (
        ["a", "b", "c"], [0, 2, 2, 4], ["b", "a", "c", "b"], [2, 1, 1, 1],
    )  # fmt: skip
    starts, owners, counts = chosen.by_name()
    assert (starts.tolist(), owners.tolist(), counts.tolist()) == ([0, 1, 3, 4], [0, 0, 2, 2], [1, 2, 1, 1])
    many = Bags.counted([{f"{number:06d}": number % 7 + 1 for number in range(start, 140_000, 2)} for start in (1, 0)]).in_order()
    starts, owners, counts = many.by_name()
    assert starts.tolist() == list(range(140_001))
    assert owners.tolist() == [1 - number % 2 for number in range(140_000)]
    assert counts.tolist() == [number % 7 + 1 for number in range(140_000)]
    assert list(many.names[:2]) == ["000000", "000001"]
    some = bags.of(np.array([2])).in_order()
    assert (list(some.names), some.starts.tolist(), some.counts.tolist()) == (["b", "c"], [0, 2], [1, 1])
