"""Builds on request: one at a time, requests put together, and word of how each ended."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from bot.rebuild import Rebuilder, RebuildState

BUILD = """
import json, pathlib, sys, time
folder = pathlib.Path({folder!r})
if "--on-demand" in sys.argv and not sys.stdin.readline():
    sys.exit(0)
number = len(list(folder.glob("begun-*"))) + 1
(folder / f"begun-{{number}}").touch()
print("Reading documents …", file=sys.stderr)
while (folder / "hold").exists():
    time.sleep(0.01)
if (folder / "fail").exists():
    print("knowledge/a.md:3: The step has no text.", file=sys.stderr)
    sys.exit(1)
print(json.dumps({{"generation": f"{{number:06d}}", "changed": True, "changes": {{"since": None}}}}))
"""


class Builds:
    """A stand-in for the build command, and what the rebuilder tells."""

    def __init__(self, folder: Path, *, prepared: bool = False, pull: Sequence[str] = ()) -> None:
        self.folder = folder
        self.told: list[RebuildState] = []
        self.changed = threading.Condition()
        self.rebuilder = Rebuilder([sys.executable, "-c", BUILD.format(folder=str(folder))], prepared=prepared, told=self._tell, pull=pull)

    def _tell(self, state: RebuildState) -> None:
        with self.changed:
            self.told.append(state)
            self.changed.notify_all()

    def wait(self, condition: Callable[[], bool]) -> None:
        """Until builds were told of as wished."""
        with self.changed:
            assert self.changed.wait_for(condition, 30)

    def begun(self) -> int:
        """How many builds began."""
        return len(list(self.folder.glob("begun-*")))


def test_a_request_builds_and_tells_what_changed(tmp_path: Path) -> None:
    """From idle to building to idle, with the generation that serves."""
    builds = Builds(tmp_path)
    assert builds.rebuilder.state.state == "idle"
    assert builds.rebuilder.request().state == "building"
    builds.wait(lambda: len(builds.told) == 1)
    assert (builds.told[0].state, builds.told[0].generation, builds.told[0].since is not None) == ("idle", "000001", True)
    assert builds.told[0].changes
    assert builds.rebuilder.state == builds.told[0]
    builds.rebuilder.stop()


def test_requests_during_a_build_are_one_more_build(tmp_path: Path) -> None:
    """Five requests while one runs: two builds in all, and the state says that another follows."""
    (tmp_path / "hold").touch()
    builds = Builds(tmp_path)
    builds.rebuilder.request()
    while builds.begun() == 0:
        pass
    for _ in range(5):
        state = builds.rebuilder.request()
    assert (state.state, state.again) == ("building", True)
    (tmp_path / "hold").unlink()
    builds.wait(lambda: len(builds.told) == 2)
    assert (builds.begun(), builds.rebuilder.state.generation, builds.rebuilder.state.again) == (2, "000002", False)
    builds.rebuilder.stop()


def test_a_build_that_fails_says_why_and_the_next_one_may_succeed(tmp_path: Path) -> None:
    """The reason is what the command said, without its lines of progress; the generation before is remembered."""
    builds = Builds(tmp_path, prepared=True)
    builds.rebuilder.request()
    builds.wait(lambda: len(builds.told) == 1)
    (tmp_path / "fail").touch()
    builds.rebuilder.request()
    builds.wait(lambda: len(builds.told) == 2)
    failed = builds.told[1]
    assert (failed.state, failed.reason, failed.generation) == ("failed", "knowledge/a.md:3: The step has no text.", "000001")
    (tmp_path / "fail").unlink()
    builds.rebuilder.request()
    builds.wait(lambda: len(builds.told) == 3)
    assert (builds.told[2].state, builds.told[2].reason) == ("idle", "")
    builds.rebuilder.stop()


def test_stopping_ends_a_running_build_and_a_prepared_process(tmp_path: Path) -> None:
    """No child stays behind."""
    (tmp_path / "hold").touch()
    builds = Builds(tmp_path, prepared=True)
    builds.rebuilder.request()
    while builds.begun() == 0:
        pass
    child = builds.rebuilder._child
    assert child
    builds.rebuilder.stop()
    assert child.poll() is not None
    waiting = Builds(tmp_path, prepared=True)
    waiting.rebuilder.prepare()
    waiting.rebuilder.stop()
    assert waiting.rebuilder._thread
    assert not waiting.rebuilder._thread.is_alive()


def test_a_command_that_is_not_there_is_a_reason(tmp_path: Path) -> None:
    """Nothing hangs."""
    told: list[RebuildState] = []
    done = threading.Event()

    def tell(state: RebuildState) -> None:
        told.append(state)
        done.set()

    rebuilder = Rebuilder([str(tmp_path / "nowhere")], told=tell)
    rebuilder.request()
    assert done.wait(30)
    assert (told[0].state, told[0].reason) == ("failed", "The build could not be started (No such file or directory).")
    rebuilder.stop()
