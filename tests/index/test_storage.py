"""Generations: whole or not at all, checked, and one step to switch."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from index import storage
from index.errors import BuildError, BuildLocked, GenerationError
from index.sealing import Written
from index.storage import MANIFEST, Generations, Keep

DESCRIBE = {"inputs": "x", "model": "m", "encoder": "e", "dim": 3, "entries": 1, "public_entries": 0, "chunks": 1}


def write(generations: Generations, text: str = "one") -> str:
    """A generation of one file; its id."""
    with generations.lock():
        return generations.write(DESCRIBE, lambda folder, _: (folder / "a.txt").write_text(text) and None, lambda folder: None).id


def test_a_generation_is_switched_to_when_it_is_whole(tmp_path: Path) -> None:
    """CURRENT names the new generation, whose files are as written."""
    generations = Generations(tmp_path)
    assert generations.current() is None
    first = write(generations, "one")
    second = write(generations, "two")
    assert (first, second, generations.current()) == ("000001", "000002", "000002")
    assert (generations.path(second) / "a.txt").read_text() == "two"
    assert generations.verify(second).files.keys() == {"a.txt"}


def test_the_switch_is_one_step(tmp_path: Path) -> None:
    """Whenever a file is made, renamed or removed on the way, whoever reads CURRENT gets the old id or the new one, whole."""
    generations = Generations(tmp_path)
    write(generations)
    seen: list[str | None] = []
    watching = True

    def look(event: str, _arguments: object) -> None:
        nonlocal watching
        if watching and event in {"open", "os.rename", "os.remove", "os.truncate"}:
            watching = False  # reading opens a file as well
            seen.append(generations.current())
            watching = True

    sys.addaudithook(look)  # it cannot be taken out again, but rests from below on
    opened = (tmp_path / "CURRENT").open()
    write(generations)
    watching = False
    assert {*seen} == {"000001", "000002"}
    with opened:
        assert opened.read() == "000001\n"  # replaced, not written over


def test_before_a_generation_serves_all_of_it_is_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A power cut after the switch finds each file whole, each name in its folder, and the switch itself as soon as it is said to be done."""
    generations, fsync, replace = Generations(tmp_path), os.fsync, os.replace
    flushed: list[int] = []
    at_the_switch: list[int] = []

    def flush(descriptor: int) -> None:
        flushed.append(os.fstat(descriptor).st_ino)
        fsync(descriptor)

    def switch(source: Path, target: Path) -> None:
        at_the_switch[:] = flushed
        flushed.clear()
        replace(source, target)

    def fill(folder: Path, written: Written) -> None:
        (folder / "below").mkdir()
        for name in ("told.txt", "below/untold.txt"):
            (folder / name).write_text(name)
        written(folder / "told.txt")

    monkeypatch.setattr(os, "fsync", flush)
    monkeypatch.setattr(os, "replace", switch)
    generation = generations.path(generations.write(DESCRIBE, fill, lambda folder: None).id)
    paths = [generation, *generation.rglob("*"), generations.folder, tmp_path / "CURRENT"]
    assert len(paths) == 7
    assert {path.stat().st_ino for path in paths} <= {*at_the_switch}
    assert tmp_path.stat().st_ino in flushed


def test_what_the_check_adds_is_sealed_too(tmp_path: Path) -> None:
    """A file that is written while the new index is read back is part of the generation, and damage to it is found."""
    generations = Generations(tmp_path)
    generations.write(DESCRIBE, lambda folder, _: (folder / "a.txt").write_text("one") and None, lambda folder: (folder / "b.txt").write_text("two") and None)
    assert generations.verify("000001").files.keys() == {"a.txt", "b.txt"}
    (generations.path("000001") / "b.txt").write_text("altered")
    with pytest.raises(GenerationError, match=r"b\.txt is altered"):
        generations.verify("000001")


def test_what_is_left_behind_is_in_nobodys_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a generation that nobody could remove keeps its number, and the next one is written beside it."""
    monkeypatch.setattr(storage.shutil, "rmtree", lambda path, ignore_errors: None)
    generations = Generations(tmp_path)
    (generations.folder / ".new-000001").mkdir(parents=True)
    assert write(generations) == generations.current() == "000002"


def test_a_generation_has_its_own_name(tmp_path: Path) -> None:
    """A folder that somebody renamed or copied is not taken for another generation."""
    generations = Generations(tmp_path)
    write(generations)
    generations.path("000001").rename(generations.path("000007"))
    with pytest.raises(GenerationError, match=r"holds index 000001\. Give it back its own name"):
        generations.verify("000007")


@pytest.mark.parametrize(("content", "says"), [(b"", "names no index"), (b"../../etc\n", "names no index"), (b"\xff\xfe", "cannot be read")])
def test_a_current_that_names_no_generation_is_said(tmp_path: Path, content: bytes, says: str) -> None:
    """Emptied, altered or garbled: the file is named, and how to choose one; then one can be chosen."""
    generations = Generations(tmp_path)
    write(generations)
    (tmp_path / "CURRENT").write_bytes(content)
    with pytest.raises(GenerationError, match=f"CURRENT.*{says}.*sopbot index rollback"):
        generations.current()
    generations.switch("000001")
    assert generations.current() == "000001"


@pytest.mark.parametrize("part", ["fill", "check"])
def test_a_failing_build_leaves_the_old_generation(tmp_path: Path, part: str) -> None:
    """Whatever fails, CURRENT stays and nothing is left lying about."""
    generations = Generations(tmp_path)
    write(generations)

    def fail(_folder: Path) -> None:
        raise GenerationError("no")

    with pytest.raises(GenerationError):
        generations.write(DESCRIBE, *((lambda folder, _: fail(folder), lambda folder: None) if part == "fill" else (lambda folder, _: None, fail)))
    assert generations.current() == "000001"
    assert [path.name for path in generations.folder.iterdir()] == ["000001"]


def test_a_full_disk_is_said_in_words(tmp_path: Path) -> None:
    """An error of the operating system becomes one sentence with a remedy."""

    def full(folder: Path, _written: object) -> None:
        raise OSError(28, "No space left on device", str(folder))

    with pytest.raises(BuildError, match=r"No space left on device.*the old index still serves"):
        Generations(tmp_path).write(DESCRIBE, full, lambda folder: None)


@pytest.mark.parametrize("damage", ["flip", "cut", "remove", "manifest", "fact", "format"])
def test_damage_is_found(tmp_path: Path, damage: str) -> None:
    """A flipped bit, a cut or missing file, a broken, altered or foreign manifest: each is refused with its place."""
    generations = Generations(tmp_path)
    path = generations.path(write(generations)) / ("a.txt" if damage in ("flip", "cut", "remove") else MANIFEST)
    if damage == "remove":
        path.unlink()
    elif damage in ("fact", "format"):
        changed = {"format": 999} if damage == "format" else {"entries": 2}
        path.write_text(json.dumps(json.loads(path.read_text()) | changed))
    elif damage == "flip":
        path.write_bytes(bytes([path.read_bytes()[0] ^ 1]) + path.read_bytes()[1:])
    else:
        path.write_bytes(path.read_bytes()[:-3])
    with pytest.raises(GenerationError, match="000001"):
        generations.verify("000001")


def test_a_folder_without_a_manifest_is_no_generation(tmp_path: Path) -> None:
    """It is neither listed nor gone back to."""
    generations = Generations(tmp_path)
    for _ in range(3):
        write(generations)
    (generations.path("000002") / MANIFEST).unlink()
    assert generations.ids() == ["000001", "000003"]
    assert generations.rollback() == "000001"


def test_rollback_goes_back_one_and_refuses_a_damaged_one(tmp_path: Path) -> None:
    """Without a name it takes the one before; it never switches to a damaged one."""
    generations = Generations(tmp_path)
    for text in ("one", "two", "three"):
        write(generations, text)
    assert generations.rollback() == "000002"
    assert generations.current() == "000002"
    (generations.path("000001") / "a.txt").write_text("altered")
    with pytest.raises(GenerationError, match="altered"):
        generations.rollback()
    assert generations.current() == "000002"
    assert generations.rollback("000003") == "000003"
    with pytest.raises(GenerationError, match="There are: 000001, 000002, 000003"):
        generations.rollback("000009")


def test_what_was_gone_back_to_during_a_build_stays(tmp_path: Path) -> None:
    """The build says so; what it made is there whole, for whoever wants it."""
    generations = Generations(tmp_path, Keep(2))
    for text in ("one", "two"):
        write(generations, text)

    def going_back(_folder: Path) -> None:
        Generations(tmp_path).rollback()

    with generations.lock(), pytest.raises(BuildError, match=r"chose index 000001 while index 000003 .* sopbot index rollback --to 000003"):
        generations.write(DESCRIBE, lambda folder, _: (folder / "a.txt").write_text("three") and None, going_back)
    assert generations.current() == "000001"
    assert generations.rollback("000003") == "000003"
    assert (generations.path("000003") / "a.txt").read_text() == "three"


def test_a_build_that_ends_meanwhile_does_not_throw_away_what_is_gone_back_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It waits for its turn, and then finds that another one was chosen."""
    generations, other = Generations(tmp_path, Keep(2)), Generations(tmp_path)
    for text in ("one", "two"):
        write(generations, text)
    checking, go_on = threading.Event(), threading.Event()
    verify = other.verify

    def slowly(generation: str) -> storage.Manifest:
        checking.set()
        assert go_on.wait(30)
        return verify(generation)

    monkeypatch.setattr(other, "verify", slowly)
    with ThreadPoolExecutor() as pool:
        going_back = pool.submit(other.rollback)
        assert checking.wait(30)
        building = pool.submit(write, generations, "three")
        while not generations.path("000003").exists():
            time.sleep(0.01)
        with pytest.raises(TimeoutError):
            building.result(0.3)
        go_on.set()
        assert going_back.result() == "000001"
        with pytest.raises(BuildError, match="chose index 000001"):
            building.result()
    assert generations.current() == "000001"
    assert generations.verify("000001")


@pytest.mark.parametrize("content", [b"", b"../../etc\n", b"\xff\xfe"])
@pytest.mark.parametrize(("to", "serves"), [(None, "000002"), ("000001", "000001")])
def test_rollback_mends_a_damaged_current(tmp_path: Path, content: bytes, to: str | None, serves: str) -> None:
    """What the message about a damaged CURRENT recommends helps: without a name, the newest generation serves."""
    generations = Generations(tmp_path)
    for text in ("one", "two"):
        write(generations, text)
    (tmp_path / "CURRENT").write_bytes(content)
    assert generations.rollback(to) == serves
    assert generations.current() == serves


def test_old_generations_that_cannot_go_do_not_undo_the_switch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The new generation serves and is given back; the next build throws away what this one could not."""
    generations, rename = Generations(tmp_path, Keep(2)), os.rename

    def refuse(source: Path, target: Path) -> None:
        if Path(target).name.startswith(".old-"):
            raise PermissionError(13, "Permission denied", str(source))
        rename(source, target)

    write(generations)
    write(generations)
    monkeypatch.setattr(os, "rename", refuse)
    assert write(generations) == generations.current() == "000003"
    monkeypatch.undo()
    write(generations)
    assert generations.ids() == ["000003", "000004"]


def test_old_generations_go_but_never_the_current_one(tmp_path: Path) -> None:
    """Five are kept; after a rollback the one that serves is among them."""
    generations = Generations(tmp_path)
    for number in range(7):
        write(generations, str(number))
    assert generations.ids() == ["000003", "000004", "000005", "000006", "000007"]
    generations.rollback("000003")
    write(generations)
    assert generations.current() == "000008"
    assert len(generations.ids()) == 5


def test_what_served_until_now_stays_whatever_its_number(tmp_path: Path) -> None:
    """After going back, that is not the one with the next lower number."""
    generations = Generations(tmp_path, Keep(2))
    for number in range(2):
        write(generations, str(number))
    generations.rollback()
    write(generations, "three")
    assert generations.ids() == ["000001", "000003"]


def test_after_a_current_that_named_nothing_the_newest_other_one_stays(tmp_path: Path) -> None:
    """At any age: there is one to go back to, also where nobody knows what served."""
    generations = Generations(tmp_path, Keep(5, days=1e-9))
    write(generations, "one")
    write(generations, "two")
    (tmp_path / "CURRENT").write_text("garbled")
    write(generations, "three")
    assert generations.ids() == ["000002", "000003"]


def test_a_current_that_is_gone_at_the_end_of_a_build_is_made_again(tmp_path: Path) -> None:
    """Nobody has chosen another one."""
    generations = Generations(tmp_path)
    write(generations)
    with generations.lock():
        generations.write(DESCRIBE, lambda folder, _: None, lambda _: (tmp_path / "CURRENT").unlink())
    assert generations.current() == "000002"


def test_old_generations_go_by_age_but_for_the_one_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is older than allowed goes, whatever the number; the serving one and the one before it stay at any age."""
    generations = Generations(tmp_path, Keep(9, days=30))
    for year in (2020, 2021, 2022, 2022):

        class Clock(datetime):
            @classmethod
            def now(cls, tz: object = None) -> datetime:  # noqa: ARG003
                return datetime(year, 6, 1, tzinfo=UTC)  # noqa: B023

        monkeypatch.setattr(storage, "datetime", Clock)
        write(generations, str(year))
    assert generations.ids() == ["000003", "000004"]
    monkeypatch.undo()
    write(generations)
    assert generations.ids() == ["000004", "000005"]


def test_a_generation_whose_age_nobody_knows_stays(tmp_path: Path) -> None:
    """A damaged manifest is no reason to throw away what may be mended; by number it goes like any other."""
    generations = Generations(tmp_path, Keep(3, days=1e-9))
    for _ in range(2):
        write(generations)
    (generations.path("000001") / MANIFEST).write_text("{")
    write(generations)
    assert generations.ids() == ["000001", "000002", "000003"]
    write(generations)
    assert generations.ids() == ["000003", "000004"]


def test_without_an_older_generation_there_is_nothing_to_go_back_to(tmp_path: Path) -> None:
    """It says so, and what serves stays."""
    generations = Generations(tmp_path)
    write(generations)
    with pytest.raises(GenerationError, match=r"no older index to go back to\.$"):
        generations.rollback()
    assert generations.current() == "000001"
    write(generations)
    generations.rollback()
    with pytest.raises(GenerationError, match=r"no older index to go back to\. There are: 000002\. Choose one with: sopbot index rollback --to 000002"):
        generations.rollback()


def test_who_builds_is_told_as_far_as_it_is_known(tmp_path: Path) -> None:
    """A lock whose file is garbled is a lock all the same."""
    with Generations(tmp_path).lock():
        (tmp_path / "build.lock").write_text("garbled")
        with pytest.raises(BuildLocked, match=r"^Another build is running\. Wait"), Generations(tmp_path).lock():
            pass


@pytest.mark.parametrize("wait", [False, True])
def test_a_file_system_without_locks_is_no_other_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wait: bool) -> None:
    """It is said at once, with the folder and what to do; nobody waits for a build that does not run."""

    def refuse(_file: object, _operation: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(BuildError, match=f"{tmp_path}.*No locks available.*Put it on") as error, Generations(tmp_path).lock(wait):
        pass
    assert not isinstance(error.value, BuildLocked)


def test_whoever_waits_is_told_once_for_whom_and_goes_on_after_them(tmp_path: Path) -> None:
    """The second builder hears who builds, and has the lock as soon as the first gives it back."""
    told: list[str] = []
    waits, holds = threading.Event(), threading.Event()

    def tell(holder: str) -> None:
        told.append(holder)
        waits.set()

    def build() -> None:
        with Generations(tmp_path).lock(wait=True, waiting=tell):
            holds.set()

    second = threading.Thread(target=build)
    with Generations(tmp_path).lock():
        second.start()
        assert waits.wait(30)
        assert not holds.wait(0.3)  # it asks again and again meanwhile
    assert holds.wait(30)
    second.join()
    assert len(told) == 1
    assert told[0].startswith(f" (process {os.getpid()} on ")


def test_one_builder_at_a_time_also_after_a_crash(tmp_path: Path) -> None:
    """A second builder is told who builds; when the first is killed, the lock is free and its leftovers go."""
    code = f"""
import sys, time
from pathlib import Path
from index.storage import Generations
generations = Generations(Path({str(tmp_path)!r}))
with generations.lock():
    (generations.folder / ".new-000001").mkdir(parents=True)
    print("held", flush=True)
    time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as builder:
        assert builder.stdout
        assert builder.stdout.readline() == "held\n"
        generations = Generations(tmp_path)
        with pytest.raises(BuildLocked, match=str(builder.pid)), generations.lock():
            pass
        builder.send_signal(signal.SIGKILL)
        builder.wait()
        with generations.lock():
            assert not (generations.folder / ".new-000001").exists()


def test_a_build_killed_at_any_moment_leaves_a_whole_generation(tmp_path: Path) -> None:
    """With kill -9 at random moments of a loop of builds: CURRENT always names a generation that verifies."""
    code = f"""
import os
from pathlib import Path
from index.storage import Generations
generations = Generations(Path({str(tmp_path)!r}))
describe = {DESCRIBE!r}
def fill(folder, written):
    for number in range(20):
        (folder / str(number)).write_bytes(os.urandom(20_000))
        written(folder / str(number))
with generations.lock():
    print("ready", flush=True)
    while True:
        generations.write(describe, fill, lambda folder: None)
"""
    generations = Generations(tmp_path)
    seen = set()
    for attempt in range(8):
        with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as builder:
            assert builder.stdout
            builder.stdout.readline()
            time.sleep(0.02 + 0.037 * attempt)  # the moment of the kill, not a wait for anything
            os.kill(builder.pid, signal.SIGKILL)
            builder.wait()
        current = generations.current()
        if current:
            generations.verify(current)
            seen.add(current)
    assert seen
