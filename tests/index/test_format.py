"""Generations of every earlier format are read back, from files that lie in the repository.

After a change of the format on purpose: raise FORMAT in index.storage, keep the old folder, and run
`python -m tests.index.test_format` to add one of the new format.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest

from index.build import write_generation
from index.corpus import read_corpus
from index.embedding import OnnxEncoder
from index.search import open_index
from index.storage import FORMAT, Generations
from index.terms import words
from index.vector_cache import VectorCache
from tests.index.tiny_encoder import write_tiny_encoder

FIXTURES = Path(__file__).parent.parent / "fixtures" / "generations"
FAQ = """---
audience: public
owner: Ola, Desk
---
# Shop

## Where is my parcel?

Also asked:

- parcel not here

Look at the link in our mail.

## What does ERR-4012 mean?

The motor is too warm.
"""
SOP = "# Handle a lost key\n\n## Steps\n\n1. Look **within 2 hours** in the drawer.\n\n## Replies\n\n### Live chat\n\n> We found it, {{name}}.\n"


@pytest.mark.parametrize("folder", sorted(FIXTURES.iterdir()), ids=lambda folder: folder.name)
def test_a_generation_of_an_earlier_format_answers(folder: Path, tmp_path: Path) -> None:
    """Opened, checked and asked: entries, steps, replies and both views are as they were written."""
    shutil.copytree(folder, tmp_path / "data")
    index = open_index(tmp_path / "data")
    assert [entry.id for entry in index.entries("internal")] == ["shop#where-is-my-parcel", "shop#what-does-err-4012-mean", "lost-key"]
    assert [entry.id for entry in index.entries("public")] == ["shop#where-is-my-parcel", "shop#what-does-err-4012-mean"]
    (step,) = index.entries("internal")[2].steps
    assert (step.text, step.deadline, index.entries("internal")[2].replies[0].placeholders) == (
        "Look **within 2 hours** in the drawer.",
        "within 2 hours",
        ("name",),
    )
    assert index.search("where is my parcel", "public", 1)[0].entry.body == "Look at the link in our mail."
    assert index.search("ERR 4012", "internal", 1)[0].entry.owner == "Ola, Desk"
    assert index.search("handle a lost key", "internal", 1)[0].entry.id == "lost-key"


def test_the_format_written_now_is_among_them() -> None:
    """A new format comes with its folder."""
    assert (FIXTURES / f"format-{FORMAT}").is_dir()


def write_fixture() -> None:
    """Write a generation of the format of today."""
    target = FIXTURES / f"format-{FORMAT}"
    shutil.rmtree(target, ignore_errors=True)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for name, text in (("faqs/shop.md", FAQ), ("sops/lost-key.md", SOP)):
            (folder / "knowledge" / name).parent.mkdir(parents=True)
            (folder / "knowledge" / name).write_text(text, encoding="utf-8")
        encoder = write_tiny_encoder(folder / "encoder", words(FAQ + SOP))
        generations = Generations(folder / "data")
        entries = read_corpus(folder / "knowledge").entries
        with generations.lock():
            write_generation(generations, entries, OnnxEncoder(encoder), encoder, VectorCache(folder / "vectors.db"), "tiny")
        for lock in ("build.lock", "switch.lock"):
            (folder / "data" / lock).unlink()
        shutil.copytree(folder / "data", target)


if __name__ == "__main__":
    write_fixture()
