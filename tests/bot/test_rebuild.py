"""Builds on request: one at a time, requests put together, and word of how each ended."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from bot.rebuild import Rebuilder, RebuildState, Stopped

BUILD = """
import json, pathlib, sys, time
folder = pathlib.Path({folder!r})
if "--on-demand" in sys.argv and not sys.stdin.readline():
    sys.exit(0)
number = len(list(folder.glob("begun-*"))) + 1
(folder / f"begun-{{number}}").touch()
print("Reading documents …", file=sys.stderr, flush=True)
while (folder / "hold").exists():
    time.sleep(0.01)
if (folder / "worse").exists() and "--allow-worse" not in sys.argv:
    print("It would be worse.", file=sys.stderr)
    print(json.dumps({{"stopped": {{"why": "worse", "reasons": ["It would be worse."]}}}}))
    sys.exit(1)
if (folder / "documents").exists():
    print(json.dumps({{"stopped": {{"why": "documents", "reasons": ["a.md:3: The <step> has no text."]}}}}))
    sys.exit(1)
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


@pytest.mark.parametrize("prepared", [False, True])
def test_a_worse_index_is_switched_to_only_when_somebody_says_so(tmp_path: Path, prepared: bool) -> None:
    """What stopped the build is told by itself; "all the same" holds for one build, also with a process that was kept ready."""
    (tmp_path / "worse").touch()
    builds = Builds(tmp_path, prepared=prepared)
    builds.rebuilder.request("ada")
    builds.wait(lambda: len(builds.told) == 1)
    assert (builds.told[0].state, builds.told[0].asked_by, builds.told[0].stopped) == ("failed", "ada", Stopped("worse", ("It would be worse.",)))
    builds.rebuilder.request("ada", allow_worse=True)
    builds.wait(lambda: len(builds.told) == 2)
    assert (builds.told[1].state, builds.told[1].stopped) == ("idle", None)
    builds.rebuilder.request("bob")
    builds.wait(lambda: len(builds.told) == 3)
    assert (builds.told[2].state, builds.told[2].asked_by) == ("failed", "bob")
    builds.rebuilder.stop()


def test_while_a_build_runs_it_says_what_it_is_at(tmp_path: Path) -> None:
    """Its last line of progress, without the dots, and who asked; nothing of it stays afterwards."""
    (tmp_path / "hold").touch()
    builds = Builds(tmp_path)
    assert (builds.rebuilder.request("ada").doing, builds.rebuilder.state.asked_by) == ("", "ada")
    while not builds.rebuilder.state.doing:
        pass
    assert builds.rebuilder.state.doing == "Reading documents"
    (tmp_path / "hold").unlink()
    builds.wait(lambda: len(builds.told) == 1)
    assert (builds.told[0].doing, builds.told[0].asked_by) == ("", "ada")
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
    (tmp_path / "hold").unlink()
    waiting = Builds(tmp_path, prepared=True)
    waiting.rebuilder.request()
    waiting.wait(lambda: len(waiting.told) == 1)
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


def test_a_process_that_cannot_be_kept_ready_stops_nothing(tmp_path: Path) -> None:
    """Each request is told why, also the second one: the thread that builds lives on."""
    told: list[RebuildState] = []
    changed = threading.Condition()

    def tell(state: RebuildState) -> None:
        with changed:
            told.append(state)
            changed.notify_all()

    rebuilder = Rebuilder([str(tmp_path / "nowhere")], prepared=True, told=tell)
    for count in (1, 2):
        rebuilder.request()
        with changed:
            assert changed.wait_for(lambda count=count: len(told) == count, 30)
    assert [(state.state, state.reason) for state in told] == [("failed", "The build could not be started (No such file or directory).")] * 2
    rebuilder.stop()


def test_a_pull_that_writes_what_is_no_text_is_a_reason(tmp_path: Path) -> None:
    """A file name in an old encoding is shown with a replacement character, and the next request builds."""
    program = "import sys; sys.stderr.buffer.write(bytes([0x61, 0xff])); sys.exit(1)"
    builds = Builds(tmp_path, pull=[sys.executable, "-c", program])
    builds.rebuilder.request(pull=True)
    builds.wait(lambda: len(builds.told) == 1)
    assert (builds.told[0].state, builds.told[0].reason) == ("failed", "Newer documents could not be fetched; Git says:\na\ufffd")
    builds.rebuilder.request()
    builds.wait(lambda: len(builds.told) == 2)
    assert builds.told[1].state == "idle"
    builds.rebuilder.stop()


def test_what_nobody_foresaw_is_a_reason(tmp_path: Path) -> None:
    """A command line that no system takes; the state does not stay "building" for ever."""
    told: list[RebuildState] = []
    done = threading.Event()

    def tell(state: RebuildState) -> None:
        told.append(state)
        done.set()

    rebuilder = Rebuilder([str(tmp_path / "a\0b")], told=tell)
    rebuilder.request()
    assert done.wait(30)
    assert (told[0].state, told[0].reason) == ("failed", "The build could not be run (embedded null byte). The server's log says more.")
    assert rebuilder.state == told[0]
    rebuilder.stop()


def test_a_build_that_says_what_nobody_understands_has_failed() -> None:
    """It may have ended well; what serves is not known, so nothing is claimed."""
    told: list[RebuildState] = []
    done = threading.Event()

    def tell(state: RebuildState) -> None:
        told.append(state)
        done.set()

    rebuilder = Rebuilder([sys.executable, "-c", "print('all well')"], told=tell)
    rebuilder.request()
    assert done.wait(30)
    assert (told[0].state, told[0].reason) == ("failed", "The build said what nobody understands: 'all well\\n'")
    rebuilder.stop()


def test_documents_that_cannot_be_fetched_because_git_is_missing_are_a_reason(tmp_path: Path) -> None:
    """There is no build then; the next request without fetching builds."""
    builds = Builds(tmp_path, pull=[str(tmp_path / "no-git")])
    builds.rebuilder.request(pull=True)
    builds.wait(lambda: len(builds.told) == 1)
    assert (builds.told[0].state, builds.told[0].reason, builds.begun()) == ("failed", "Git could not be started (No such file or directory).", 0)
    builds.rebuilder.request()
    builds.wait(lambda: len(builds.told) == 2)
    assert (builds.told[1].state, builds.begun()) == ("idle", 1)
    builds.rebuilder.stop()


def test_documents_that_take_too_long_to_fetch_are_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that does not answer holds up no build for ever."""
    monkeypatch.setattr("bot.rebuild._PULL_SECONDS", 0.2)
    builds = Builds(tmp_path, pull=[sys.executable, "-c", "import time; time.sleep(60)"])
    builds.rebuilder.request(pull=True)
    builds.wait(lambda: len(builds.told) == 1)
    assert (builds.told[0].state, builds.told[0].reason) == ("failed", "Newer documents could not be fetched within 0.2 seconds.")
    builds.rebuilder.stop()


def test_whoever_is_told_may_fail(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """It is logged, and the next request is still answered."""
    builds = Builds(tmp_path)
    troubled = builds._tell
    troubles = [ZeroDivisionError("nobody listens")]

    def tell(state: RebuildState) -> None:
        troubled(state)
        if troubles:
            raise troubles.pop()

    builds.rebuilder._told = tell
    for number in (1, 2):
        builds.rebuilder.request()
        builds.wait(lambda number=number: len(builds.told) == number)  # type: ignore[misc]
    builds.rebuilder.stop()
    assert "nobody listens" in caplog.text
    assert [state.generation for state in builds.told] == ["000001", "000002"]
