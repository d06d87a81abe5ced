"""Flipped bits and cut files: refused with the file's name, and the generation before serves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from index.build import build_index
from index.current import CurrentIndex
from index.errors import GenerationError
from index.export import DEFAULT_MODEL
from index.search import open_index
from index.storage import Generations
from tests.faults.conftest import QUESTION, write_documents


def flipped(content: bytes) -> bytes:
    """One bit in the middle is another."""
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 0x10]) + content[middle + 1 :]


def cut(content: bytes) -> bytes:
    """The second half is gone."""
    return content[: len(content) // 2]


@pytest.fixture
def two(knowledge: Path, data: Path) -> Path:
    """Two generations; the second serves."""
    build_index(knowledge, data, DEFAULT_MODEL)
    write_documents(knowledge, 2)
    build_index(knowledge, data, DEFAULT_MODEL)
    return data


def test_damage_to_any_file_is_found(two: Path) -> None:
    """Each file of a generation, the manifest among them, flipped and cut: never opened, and the message names the file."""
    generations = Generations(two)
    folder = generations.path("000002")
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    assert len(files) > 50
    for path in files:
        whole = path.read_bytes()
        for damage in (flipped, cut):
            path.write_bytes(damage(whole))
            with pytest.raises(GenerationError, match=path.name.replace(".", r"\.")):
                generations.verify("000002")
        path.write_bytes(whole)
    generations.verify("000002")


@pytest.mark.parametrize("damage", [flipped, cut])
@pytest.mark.parametrize("name", ["manifest.json", "entries.json", "encoder/model.onnx", "public/vectors.faiss", "public/view/owners.npy"])
def test_the_generation_before_a_damaged_one_serves(two: Path, name: str, damage: Callable[[bytes], bytes], caplog: pytest.LogCaptureFixture) -> None:
    """A server that starts says what is damaged and answers from the one before; one that runs goes on."""
    running = CurrentIndex(two)
    assert running.get().generation == "000002"
    path = Generations(two).path("000002") / name
    damaged = damage(path.read_bytes())
    path.unlink()  # a new file: the one that is mapped stays as it is
    path.write_bytes(damaged)
    started = CurrentIndex(two)
    (hit, *_) = started.get().search(QUESTION, "public", 1)
    assert (started.get().generation, hit.entry.body) == ("000001", "Look in drawer 1.")
    assert path.name in caplog.text
    assert started.problem == "Index 000002 cannot be used; index 000001 answers instead."
    assert running.get().search(QUESTION, "public", 1)[0].entry.body == "Look in drawer 2."


def test_a_current_file_that_is_garbled_does_not_stop_answers(two: Path) -> None:
    """The newest whole generation answers."""
    for content in (b"", b"\xff\xfe", b"000099\n", b"../../etc\n"):
        (two / "CURRENT").write_bytes(content)
        assert CurrentIndex(two).get().generation == "000002"


def test_when_all_are_damaged_it_says_what_to_do(two: Path) -> None:
    """Nothing is served that is not whole."""
    for generation in ("000001", "000002"):
        (Generations(two).path(generation) / "entries.json").write_bytes(b"[]")
    with pytest.raises(GenerationError, match=r"entries\.json is altered.*sopbot index rollback"):
        CurrentIndex(two).get()
    with pytest.raises(GenerationError, match="000002"):
        open_index(two)


def test_a_damaged_cache_costs_time_only(two: Path, knowledge: Path) -> None:
    """Vectors and readings that cannot be read are made anew, those of the background beside their encoder too."""
    write_documents(knowledge, 3)
    (background,) = (two / "cache" / "encoders").glob("*.db")
    for path in (two / "cache" / "vectors.db", two / "cache" / "readings.db", background):
        path.write_bytes(b"nonsense" * 1000)
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
    build_index(knowledge, two, DEFAULT_MODEL)
    assert open_index(two).search(QUESTION, "public", 1)[0].entry.body == "Look in drawer 3."
