"""A knowledge folder becomes a generation: only what changed is embedded, and errors change nothing."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from index.build import BuildRules, build_index
from index.current import CurrentIndex
from index.errors import KnowledgeError
from index.export import DEFAULT_MODEL
from index.search import open_index
from index.storage import Generations

SOP = "# Handle {0}\n\n## Steps\n\n1. Look at {0}.\n2. Write down {0}.\n"


@pytest.fixture
def knowledge(tmp_path: Path) -> Path:
    """Three procedures."""
    folder = tmp_path / "knowledge" / "sops"
    folder.mkdir(parents=True)
    for name in ("returns", "complaints", "bookings"):
        (folder / f"{name}.md").write_text(SOP.format(name))
    return folder.parent


@pytest.fixture
def data(tmp_path: Path, encoder_path: Path) -> Path:
    """An empty data folder that has the exported model."""
    folder = tmp_path / "data"
    (folder / "cache").mkdir(parents=True)
    (folder / "cache" / "encoders").symlink_to(encoder_path.parent)
    return folder


def test_only_what_changed_is_embedded(knowledge: Path, data: Path) -> None:
    """The second build of the same documents does nothing; after an edit, only the new texts are embedded."""
    first = build_index(knowledge, data, DEFAULT_MODEL)
    assert first.changed
    again = build_index(knowledge, data, DEFAULT_MODEL)
    assert (again.changed, again.embedded, again.manifest.id) == (False, 0, first.manifest.id)
    (knowledge / "sops" / "returns.md").write_text(SOP.format("returns") + "3. Thank the customer.\n")
    edited = build_index(knowledge, data, DEFAULT_MODEL)
    assert (edited.changed, edited.embedded) == (True, 1)
    assert len(open_index(data).entries("internal")) == 3


def test_a_vector_does_not_depend_on_what_else_is_built(knowledge: Path, data: Path) -> None:
    """A question scores the same after a rebuild from the cache as after a build from nothing."""
    build_index(knowledge, data, DEFAULT_MODEL)
    (knowledge / "sops" / "extra.md").write_text(SOP.format("extra"))
    build_index(knowledge, data, DEFAULT_MODEL)
    cached = open_index(data).search("how do I handle bookings", "internal", 4)
    (data / "cache" / "vectors.db").unlink()
    shutil.rmtree(data / "generations")
    (data / "CURRENT").unlink()
    build_index(knowledge, data, DEFAULT_MODEL)
    fresh = open_index(data).search("how do I handle bookings", "internal", 4)
    assert [(hit.entry.id, hit.score) for hit in cached] == [(hit.entry.id, hit.score) for hit in fresh]


def test_an_error_in_a_document_changes_nothing(knowledge: Path, data: Path) -> None:
    """All errors of all files are told at once and the old generation serves; on request the bad files are left out."""
    build_index(knowledge, data, DEFAULT_MODEL)
    (knowledge / "sops" / "bad.md").write_text("# Bad\n")
    (knowledge / "sops" / "worse.md").write_bytes(b"\xff")
    with pytest.raises(KnowledgeError) as error:
        build_index(knowledge, data, DEFAULT_MODEL)
    assert [problem.path for problem in error.value.problems] == ["sops/bad.md", "sops/worse.md"]
    assert Generations(data).current() == "000001"
    (knowledge / "sops" / "bookings.md").unlink()
    report = build_index(knowledge, data, DEFAULT_MODEL, BuildRules(skip_invalid=True))
    assert (report.manifest.entries, len(report.problems) >= 2) == (2, True)


def test_a_damaged_current_generation_is_built_anew(knowledge: Path, data: Path) -> None:
    """A build does not take a damaged generation for up to date."""
    first = build_index(knowledge, data, DEFAULT_MODEL)
    (Generations(data).path(first.manifest.id) / "entries.json").write_text("[]")
    assert build_index(knowledge, data, DEFAULT_MODEL).changed
    assert len(open_index(data).entries("internal")) == 3


def test_a_build_killed_leaves_the_old_index_answering(knowledge: Path, data: Path) -> None:
    """With kill -9 in the middle of building: the open index answers, the stored one is whole, and the next build succeeds."""
    build_index(knowledge, data, DEFAULT_MODEL)
    current = CurrentIndex(data)
    before = current.get().search("handle returns", "internal", 1)
    code = f"from pathlib import Path; from index.build import build_index; build_index(Path({str(knowledge)!r}), Path({str(data)!r}), {DEFAULT_MODEL!r})"
    for attempt in range(4):
        for number in range(30):
            (knowledge / "sops" / f"more-{attempt}-{number}.md").write_text(SOP.format(f"more {attempt} {number}"))
        with subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL) as builder:
            time.sleep(1.0 + attempt * 0.7)  # the moment of the kill, not a wait for anything
            builder.send_signal(signal.SIGKILL)
        stored = Generations(data).current()
        assert stored
        Generations(data).verify(stored)
        assert current.get().search("handle returns", "internal", 1)[0].entry.id == before[0].entry.id
    assert build_index(knowledge, data, DEFAULT_MODEL).manifest.entries == 123
    assert len(current.get().entries("internal")) == 123


def test_an_ordinary_handbook_is_built_as_it_is(tmp_path: Path, data: Path) -> None:
    """A folder that knows nothing of the format becomes section entries, for the team only."""
    folder = tmp_path / "handbook"
    (folder / "travel").mkdir(parents=True)
    (folder / "travel" / "booking.md").write_text("---\nlayout: page\n---\nTrains\n======\n\nBook trains two weeks ahead.\n\n1. Ask.\n2. Book.\n")
    build_index(folder, data, DEFAULT_MODEL)
    index = open_index(data)
    (hit,) = index.search("when do I book a train", "internal", 3)
    assert (hit.entry.id, [step.text for step in hit.entry.steps]) == ("travel/booking#trains", ["Ask.", "Book."])
    assert index.search("when do I book a train", "public", 3) == ()
