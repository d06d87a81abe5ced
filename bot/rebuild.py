"""Requests to rebuild -> one build at a time, in a process of its own, so that serving needs neither PyTorch nor its memory."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Literal

import msgspec

from index.changes import Changes

_log = logging.getLogger(__name__)
_STOP_SECONDS = 10.0
_PULL_SECONDS = 120.0
_UNASKING = {**os.environ, "GIT_TERMINAL_PROMPT": "0"}
"""Git is not to wait for a password that nobody will type."""
_PROGRESS_ENDS = "…"
"""Lines of progress end so; the others say what is wrong."""


def build_command(*more: str) -> list[str]:
    """The command line of a build with this Python, which reads its settings as this process did; with more options."""
    return [sys.executable, "-m", "bot", "index", "build", "--wait", "--json", *more]


def pull_command(folder: Path) -> list[str]:
    """The command line that brings a folder under Git up to date, and changes nothing where that would need a decision."""
    return ["git", "-C", str(folder), "pull", "--ff-only", "--quiet"]


StopReason = Literal["documents", "worse"]


class Stopped(msgspec.Struct, frozen=True):
    """What stopped a build before anything was switched."""

    why: StopReason
    """documents: they have errors; worse: golden questions lose their answers, or most entries are gone."""
    reasons: tuple[str, ...]
    """One sentence each, with its place."""

    @property
    def shown(self) -> str:
        """Names these very reasons, so that nobody agrees to others than were shown; 16 hexadecimal digits."""
        return hashlib.sha256("\n".join(self.reasons).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class RebuildState:
    """How rebuilding stands."""

    state: Literal["idle", "building", "failed"] = "idle"
    """failed: the last build switched nothing, for the reason given; the index that was there answers."""
    since: datetime | None = None
    """When it came to be so; aware, UTC. None before the first build."""
    reason: str = ""
    """Why the last build failed: what the command said."""
    generation: str = ""
    """What the last build that succeeded left serving."""
    changes: Changes | None = None
    """What that build changed; None when it changed nothing."""
    again: bool = False
    """Another build follows the running one, since somebody asked meanwhile."""
    asked_by: str = ""
    """Who asked for the running build, or for the last one; empty for a program."""
    doing: str = ""
    """What the running build is at; empty before its first word, and when none runs."""
    stopped: Stopped | None = None
    """What stopped the last build, where it was the documents or a worse index; None otherwise."""


class _Done(msgspec.Struct):
    generation: str
    changes: Changes | None


class _Refused(msgspec.Struct):
    stopped: Stopped


class Rebuilder:
    """Builds when asked. Requests that come during a build are answered by one more build after it.

    Args:
        command: builds once and prints JSON; see `build_command`.
        prepared: keep a process ready that has loaded everything, so that a build starts at once; costs its memory.
        told: called after each build, in a thread of this object.
        pull: fetches newer documents, where a request asks for that too; see `pull_command`.
    """

    def __init__(
        self,
        command: Sequence[str] | None = None,
        *,
        prepared: bool = False,
        told: Callable[[RebuildState], None] = lambda state: None,
        pull: Sequence[str] = (),
    ) -> None:
        self._command = list(command or build_command())
        self._prepared = prepared
        self._told = told
        self._changed = threading.Condition()
        self._state = RebuildState()
        self._wanted = False
        self._pull = list(pull)
        self._pull_wanted = False
        self._wanted_by = ""
        self._allow_worse = False
        self._stopping = False
        self._child: subprocess.Popen[str] | None = None
        self._thread: threading.Thread | None = None

    @property
    def state(self) -> RebuildState:
        """How it stands now."""
        return self._state

    def request(self, asked_by: str = "", *, allow_worse: bool = False, pull: bool = False) -> RebuildState:
        """Ask for a build; returns at once.

        Args:
            asked_by: who asks, for people who look how it stands; empty for a program.
            allow_worse: switch although golden questions lose their answers or most entries are gone.
            pull: fetch newer documents first; there is no build when that fails.

        Returns:
            The state, which is "building".
        """
        with self._changed:
            self._start_thread()
            self._wanted, self._wanted_by = True, asked_by
            self._allow_worse = self._allow_worse or allow_worse
            self._pull_wanted |= pull
            if self._state.state == "building":
                self._state = replace(self._state, again=True)
            else:
                self._state = replace(self._state, state="building", since=datetime.now(UTC), asked_by=asked_by, doing="")
            self._changed.notify_all()
            return self._state

    def stop(self) -> None:
        """End the running build, if there is one: it changes nothing when it ends early."""
        with self._changed:
            self._stopping = True
            child = self._child
            self._changed.notify_all()
        if child:
            with contextlib.suppress(OSError):
                child.terminate()
        if self._thread:
            self._thread.join(_STOP_SECONDS)

    def _start_thread(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="rebuild", daemon=True)
            self._thread.start()

    def _work(self) -> None:
        while True:
            ready = self._kept_ready() if self._prepared and not self._stopping else None
            with self._changed:
                self._changed.wait_for(lambda: self._wanted or self._stopping)
                if self._stopping:
                    break
                pull, self._wanted, self._pull_wanted = self._pull_wanted, False, False
                allow_worse, self._allow_worse = self._allow_worse, False
                self._state = replace(self._state, state="building", since=datetime.now(UTC), again=False, asked_by=self._wanted_by, doing="")
            finished = self._finished(*self._round(ready, pull, allow_worse))
            ready = None
            with self._changed:
                self._child = None
                waiting = self._wanted
                self._state = replace(finished, state="building", again=False) if waiting else finished
            try:
                if not self._stopping:  # nobody waits for word of a build that was ended with the server
                    self._told(finished)
            except Exception:  # noqa: BLE001 - the next request is still answered
                _log.exception("telling of a rebuild failed")
        if ready:
            _end(ready)

    def _round(self, ready: subprocess.Popen[str] | None, pull: bool, allow_worse: bool) -> tuple[int, str, list[str]]:
        """What one request asks for: exit status, output, and what was said that is no progress."""
        try:
            failed = self._pulled() if pull else None
            if ready and (failed or allow_worse):  # the one that waits was started without
                _end(ready)
                ready = None
            return failed or self._run(ready, ["--allow-worse"] if allow_worse else [])
        except Exception as error:  # noqa: BLE001 - the next request is still answered, and nobody waits for ever for this one
            _log.exception("a rebuild failed")
            for left in filter(None, (ready, self._child)):  # whatever runs still, nobody hears of it any more
                _end(left)
            return 2, "", [f"The build could not be run ({error}). The server's log says more."]

    def _kept_ready(self) -> subprocess.Popen[str] | None:
        """A process that loads what a build needs, and waits; None when it cannot be started, which the next request is told."""
        try:
            return self._launch(["--on-demand"])
        except OSError:
            return None

    def _run(self, ready: subprocess.Popen[str] | None, more: Sequence[str]) -> tuple[int, str, list[str]]:
        """One build: exit status, output, and what it said that is no progress."""
        try:
            child = ready if ready and ready.poll() is None else self._launch(more)
        except OSError as error:
            return 2, "", [f"The build could not be started ({error.strerror or error})."]
        with self._changed:
            self._child = child
            if self._stopping:
                child.terminate()
        said: list[str] = []
        listening = threading.Thread(target=self._listen, args=(child.stderr, said), name="rebuild-progress", daemon=True)
        listening.start()  # beside reading the output: a build must never wait because nobody takes what it says
        output = ""
        if child.stdin and child.stdout:  # both are pipes
            with contextlib.suppress(OSError):  # it has ended already, and says why
                child.stdin.write("build\n")
                child.stdin.close()
            output = child.stdout.read()
        listening.join()
        status = child.wait()
        _end(child)
        return status, output, said

    def _listen(self, errors: IO[str] | None, said: list[str]) -> None:
        """Take what a build says line by line: progress into the state, the rest into a list."""
        for line in errors or ():
            words = line.rstrip()
            if words.endswith(_PROGRESS_ENDS):
                with self._changed:
                    self._state = replace(self._state, doing=words.removesuffix(_PROGRESS_ENDS).strip())
            elif words:
                said.append(words)

    def _pulled(self) -> tuple[int, str, list[str]] | None:
        """Fetch newer documents; how that ended when it failed."""
        try:
            with subprocess.Popen(
                self._pull, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace", env=_UNASKING
            ) as child:
                with self._changed:
                    self._child = child
                    if self._stopping:
                        child.terminate()
                try:
                    _, errors = child.communicate(timeout=_PULL_SECONDS)
                except subprocess.TimeoutExpired:
                    child.kill()
                    return 1, "", [f"Newer documents could not be fetched within {_PULL_SECONDS:g} seconds."]
        except OSError as error:
            return 1, "", [f"Git could not be started ({error.strerror or error})."]
        return (1, "", ["Newer documents could not be fetched; Git says:", *errors.splitlines()]) if child.returncode else None

    def _launch(self, more: Sequence[str]) -> subprocess.Popen[str]:
        return subprocess.Popen([*self._command, *more], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace")

    def _finished(self, status: int, output: str, said: list[str]) -> RebuildState:
        now, asked_by = datetime.now(UTC), self._state.asked_by
        if status == 0:
            try:
                done = msgspec.json.decode(output, type=_Done)
                return RebuildState("idle", now, generation=done.generation, changes=done.changes, asked_by=asked_by)
            except msgspec.MsgspecError:
                said.append(f"The build said what nobody understands: {output[:200]!r}")
        reason = "\n".join(said) or f"The build ended with status {status}."
        stopped = None
        with contextlib.suppress(msgspec.MsgspecError):
            stopped = msgspec.json.decode(output, type=_Refused).stopped
        return replace(self._state, state="failed", since=now, reason=reason, again=False, doing="", stopped=stopped)


def _end(child: subprocess.Popen[str]) -> None:
    """End a process that waits to be told to build, or loads what it will need."""
    pipes: tuple[IO[str] | None, ...] = (child.stdin, child.stdout, child.stderr)
    for pipe in pipes:
        if pipe:
            with contextlib.suppress(OSError):
                pipe.close()
    child.terminate()  # nothing happens to one that has ended
    try:
        child.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
