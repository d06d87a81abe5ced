"""A page's commands -> what came of each, typed one after the other in the root; servers run until their page is through."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.docs.pages import Line

from . import plan
from .rootfs import CHECKOUT, HOME, Done, Root

_OUTPUT = "server.log"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one command of a document."""

    line: Line
    kind: str
    """`ok`, `FAILED`, or `left` for one that was not run."""
    said: str
    """What was run instead, what was put in, or why it was not run."""
    output: str
    seconds: float


@dataclass(slots=True)
class Stranger:
    """Somebody at a terminal."""

    root: Root
    servers: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict)
    exported: dict[str, str] = field(default_factory=dict)
    seen: str = ""
    """What was printed on this page so far."""

    def follow(self, page: str, lines: Iterator[Line]) -> Iterator[Outcome]:
        """Type a page's commands, as they stand."""
        self.seen, self.exported = "", {}
        try:
            for line in (*(Line("before", text) for text in plan.BEFORE.get(page, ())), *lines):
                begun = time.monotonic()
                kind, said, output = self._type(line.text)
                self.seen += output
                yield Outcome(line, kind, said, output, time.monotonic() - begun)
        finally:
            for port in tuple(self.servers):
                self._stop(port)

    def _type(self, text: str) -> tuple[str, str, str]:
        left = next((why for pattern, why in plan.LEFT_OUT if re.search(pattern, text)), "")
        if left:
            return "left", left, ""
        exported = re.match(r"export (\w+)=(.*)$", text)
        typed, said = plan.filled_in(text, self.seen)
        if exported:
            name, _, value = typed.removeprefix("export ").partition("=")
            self.exported[name] = shlex.split(value)[0]
            return "ok", said, ""
        port = plan.port_of(typed)
        if port:
            return self._serve(port, typed, said)
        status, why = next(((status, why) for pattern, status, why in plan.STATUS if re.search(pattern, text)), (0, ""))
        done = self._run(typed)
        as_expected = done.status == status
        ended = "" if done.status == 0 and as_expected else f"stopped after {plan.limit(typed):.0f} s" if done.status is None else f"status {done.status}"
        return "ok" if as_expected else "FAILED", "; ".join(filter(None, (said, ended, why if as_expected else ""))), done.output

    def _run(self, text: str) -> Done:
        if text.startswith("apt"):
            return self.root.run(f"apt-get update -qq && {text} --yes -qq --no-install-recommends", user="root", where="/", limit=600)
        where = folder_for(text)
        return self.root.run(activated(text), where=where, more=self.exported, answers="y\n", limit=plan.limit(text))

    def _serve(self, port: int, text: str, said: str) -> tuple[str, str, str]:
        """Start a server, and see that it is ready; one that is on its port is stopped with Ctrl+C first."""
        self._stop(port)
        log = self.root.folder / HOME.lstrip("/") / _OUTPUT
        with log.open("wb") as output:
            command = self.root.command(activated(text), where=folder_for(text), more=self.exported)
            server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True)
        self.servers[port] = server
        end = time.monotonic() + plan.limit(text)
        while time.monotonic() < end and server.poll() is None:
            if is_ready(port):
                return "ok", "; ".join(filter(None, (said, f"ready on port {port}"))), log.read_text(errors="replace")
            time.sleep(0.2)
        return "FAILED", "the server did not become ready", log.read_text(errors="replace")

    def _stop(self, port: int) -> None:
        server = self.servers.pop(port, None)
        if server is None or server.poll() is not None:
            return
        os.killpg(server.pid, signal.SIGINT)
        try:
            server.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            print(f"  FAILED  the server on port {port} did not stop on Ctrl+C", flush=True)


def activated(text: str) -> str:
    """With `.venv` activated where the README says to: for commands that are named without their folder."""
    return f". {CHECKOUT}/.venv/bin/activate && {text}" if re.match(r"(sopbot|python|pip)\b", text) and not text.startswith("python3 ") else text


def folder_for(text: str) -> str:
    """Where a command is typed."""
    return next((folder for pattern, folder in plan.FOLDERS if re.search(pattern, text)), CHECKOUT)


def is_ready(port: int) -> bool:
    """Whether a server answers, and sopbot says that it can."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
            return True
    except urllib.error.HTTPError as error:
        return error.code == 404
    except OSError:
        return False
