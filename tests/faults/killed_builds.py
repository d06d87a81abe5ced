"""python -m tests.faults.killed_builds KNOWLEDGE DATA FIRST STEP: builds that die by SIGKILL at one point after another.

A point is every time that something on disk is about to change or be flushed: a file opened for writing, a folder made, a
rename, a removal, an fsync, a FAISS file. Modules are loaded once; each build is a fork of this process that has not
started a thread. After each, one line of JSON says whether the build was killed and what is on disk.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
from pathlib import Path

import faiss
import scipy.optimize  # noqa: F401 - a build imports it

from index.build import build_index
from index.errors import GenerationError
from index.export import DEFAULT_MODEL
from index.storage import Generations

_CHANGING = ("os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.link", "os.truncate", "shutil.rmtree", "shutil.copyfile", "sqlite3.connect", "fcntl.flock")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


def main() -> None:
    """Loop until a build comes through, or to the last point asked for."""
    knowledge, data, first, step = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    point = first
    while True:
        child = os.fork()
        if child == 0:
            _die_at(point, data)
            build_index(knowledge, data, DEFAULT_MODEL)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        print(json.dumps({"point": point, "killed": os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL, "serves": _serves(data)}), flush=True)
        if not os.WIFSIGNALED(status):
            sys.exit(os.waitstatus_to_exitcode(status))
        point += step


def _die_at(point: int, data: Path) -> None:
    count = 0
    inside = str(data)

    def reached() -> None:
        nonlocal count
        count += 1
        if count == point:
            os.kill(os.getpid(), signal.SIGKILL)

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if (event in _CHANGING) or (event == "open" and str(arguments[0]).startswith(inside) and isinstance(arguments[2], int) and arguments[2] & _WRITING):
            reached()

    def before(module: object, name: str) -> None:
        original = getattr(module, name)

        def wrapped(*arguments: object) -> object:
            reached()
            return original(*arguments)

        setattr(module, name, wrapped)

    sys.addaudithook(hook)
    before(os, "fsync")
    before(faiss, "write_index")


def _serves(data: Path) -> str | None:
    """The generation that serves when it is whole; null when there is none, "damaged" when it is not."""
    generations = Generations(data)
    with contextlib.suppress(GenerationError):
        current = generations.current()
        return generations.verify(current).id if current else None
    return "damaged"


if __name__ == "__main__":
    main()
