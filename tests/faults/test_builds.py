"""Whatever happens to a build, a whole generation serves, and the next build succeeds."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from index import storage
from index.build import BuildRules, build_index
from index.current import CurrentIndex
from index.errors import BuildError, BuildLocked
from index.export import DEFAULT_MODEL
from index.search import Index, open_index
from index.storage import Generations, Keep
from tests.faults.conftest import QUESTION, write_documents

ALL_POINTS = "SOPBOT_EVERY_FAULT_POINT"
STEP = 7


def answer(index: Index) -> str:
    """What the first entry says."""
    return index.search(QUESTION, "public", 1)[0].entry.body


def test_killed_at_every_write_the_old_generation_or_the_new_one_serves_whole(knowledge: Path, data: Path) -> None:
    """SIGKILL at one write, rename, removal or flush after another: CURRENT names a whole generation each time, the last build comes through."""
    build_index(knowledge, data, DEFAULT_MODEL)
    write_documents(knowledge, 2)
    step = 1 if os.environ.get(ALL_POINTS) else STEP
    killer = [sys.executable, "-m", "tests.faults.killed_builds", str(knowledge), str(data), "1", str(step)]
    done = subprocess.run(killer, capture_output=True, text=True, check=False)
    seen = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0, done.stderr
    assert [one["killed"] for one in seen] == [True] * (len(seen) - 1) + [False]
    assert len(seen) * step > 200
    assert "damaged" not in {one["serves"] for one in seen}
    assert [one["serves"] for one in seen[: len(seen) // 2]] == ["000001"] * (len(seen) // 2)
    assert "drawer 2" in answer(open_index(data))
    assert not list((data / "generations").glob(".new-*"))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 96 MB; needs the right to mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=96m", "tmpfs", folder], capture_output=True, check=False).returncode:
        pytest.skip("NOT TESTED: a full disk, since this user may not mount one")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def on_disk(disk: Path, data: Path) -> Path:
    """A data folder on another file system, with the same exported model."""
    (disk / "cache").mkdir()
    (disk / "cache" / "encoders").symlink_to((data / "cache" / "encoders").resolve())
    return disk


def test_a_full_disk_changes_nothing(knowledge: Path, data: Path, small_disk: Path) -> None:
    """The build says so in a sentence, leaves nothing behind, and succeeds when there is room."""
    data = on_disk(small_disk, data)
    build_index(knowledge, data, DEFAULT_MODEL)
    write_documents(knowledge, 2)
    for left in (20_000_000, 2_000_000, 50_000):  # full while copying the encoder, while reading, at once
        free = shutil.disk_usage(data).free
        (data / "filler").write_bytes(bytes(free - left))
        with pytest.raises(BuildError, match=r"(?s)(No space left on device|full).*"):
            build_index(knowledge, data, DEFAULT_MODEL)
        assert answer(open_index(data)) == "Look in drawer 1."
        assert [path.name for path in (data / "generations").iterdir()] == ["000001"]
        (data / "filler").unlink()
    assert build_index(knowledge, data, DEFAULT_MODEL).changed
    assert answer(open_index(data)) == "Look in drawer 2."


def test_a_folder_that_cannot_be_written_still_answers(knowledge: Path, data: Path, small_disk: Path) -> None:
    """On a read-only file system a build says so in a sentence, and the index opens and answers."""
    data = on_disk(small_disk, data)
    build_index(knowledge, data, DEFAULT_MODEL)
    write_documents(knowledge, 2)
    subprocess.run(["mount", "-o", "remount,ro", data], check=True)
    with pytest.raises(BuildError, match="Read-only file system"):
        build_index(knowledge, data, DEFAULT_MODEL)
    assert answer(CurrentIndex(data).get()) == "Look in drawer 1."


def test_two_builders_the_second_waits_or_is_told_who_builds(knowledge: Path, data: Path) -> None:
    """Without --wait: process, host and time of the first. With it: the second builds what is there when its turn comes."""
    holding, release = threading.Event(), threading.Event()

    def hold() -> None:
        with Generations(data).lock():
            holding.set()
            release.wait()

    first = threading.Thread(target=hold)
    first.start()
    holding.wait()
    with pytest.raises(BuildLocked, match=rf"process {os.getpid()} on .+, since 20\d\d-"):
        build_index(knowledge, data, DEFAULT_MODEL)
    done: list[str] = []
    second = threading.Thread(target=lambda: done.append(build_index(knowledge, data, DEFAULT_MODEL, BuildRules(wait=True)).manifest.id))
    second.start()
    write_documents(knowledge, 2)
    assert done == []
    release.set()
    first.join()
    second.join()
    assert done == ["000001"]
    assert answer(open_index(data)) == "Look in drawer 2."


def test_documents_edited_during_a_build_are_one_version(knowledge: Path, data: Path) -> None:
    """A build reads all documents before it does anything else; what is edited later is the next build's."""

    def edit(what: str, _done: int, _total: int) -> None:
        if what.startswith(("Embedding", "Writing")):
            write_documents(knowledge, 2)

    build_index(knowledge, data, DEFAULT_MODEL, progress=edit)
    bodies = {entry.body.rsplit(" ", 1)[1] for entry in open_index(data).entries("public")}
    assert bodies == {"1."}
    build_index(knowledge, data, DEFAULT_MODEL)
    assert {entry.body.rsplit(" ", 1)[1] for entry in open_index(data).entries("public")} == {"2."}


def test_a_clock_that_steps_changes_neither_order_nor_what_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Generations go by their numbers: with a clock that runs backwards and jumps ahead, the newest ones stay and roll back in order."""
    generations = Generations(tmp_path, Keep(3, 0))
    for year in (2030, 2020, 2026, 1990, 2050):

        class Clock(datetime):
            @classmethod
            def now(cls, tz: object = None) -> datetime:  # noqa: ARG003
                return datetime(year, 1, 1, tzinfo=UTC)  # noqa: B023

        monkeypatch.setattr(storage, "datetime", Clock)
        describe = {"inputs": "", "model": "", "encoder": "", "dim": 1, "entries": 1, "public_entries": 0, "chunks": 1}
        generations.write(describe, lambda folder, _: (folder / "a").write_text("a") and None, lambda folder: None)
    assert generations.ids() == ["000003", "000004", "000005"]
    assert [generations.rollback(), generations.rollback()] == ["000004", "000003"]


def test_ten_thousand_files_and_links_in_a_circle(tmp_path: Path) -> None:
    """All are read once; a link that leads nowhere is named; folders linked in a circle are not followed."""
    from index.corpus import read_corpus

    knowledge = tmp_path / "many"
    for folder in range(100):
        (knowledge / str(folder)).mkdir(parents=True)
        for number in range(100):
            (knowledge / str(folder) / f"{number}.md").write_text(f"# Matter {folder}.{number}\n\nDo {number}.\n")
        (knowledge / str(folder) / "up").symlink_to(knowledge, target_is_directory=True)
    (knowledge / "self.md").symlink_to(knowledge / "self.md")
    corpus = read_corpus(knowledge)
    assert (corpus.files, len(corpus.entries)) == (10_001, 10_000)
    assert [(problem.path, "Too many levels of symbolic links" in problem.message) for problem in corpus.errors] == [("self.md", True)]
