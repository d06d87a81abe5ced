"""How long a build takes: of everything, and after an edit of one line, at several sizes; each in a process of its own.

    python scripts/bench_build.py --source DATA_SETS --dataset DATA_SETS/clinc150

Wall clock, and in brackets processor seconds, which other work on the machine changes less.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from generate_knowledge import generate

from index.build import BuildRules, build_index, write_generation
from index.dataset import read_entries
from index.embedding import OnnxEncoder
from index.export import DEFAULT_MODEL, encoder_folder
from index.prepared import Prepared
from index.storage import Generations
from index.vector_cache import VectorCache

Result = TypeVar("Result")
_EDITS = 3
"""One-line edits that are measured; the quickest counts, as the others were kept waiting by something else."""


def main() -> None:
    """Read the arguments, measure each size, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", type=Path, required=True, help="folder of data sets as `sopbot evaluate` reads them; texts are drawn from it")
    parser.add_argument("--entries", type=int, nargs="+", default=[100, 1_000, 10_000])
    parser.add_argument("--dataset", type=Path, help="a data set to build as it is")
    parser.add_argument("--encoders", type=Path, help="folder of exported models, to spare the export")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(_measured(given.one, given.source, given.encoders)))
        return
    print("| entries | texts | full build | edit, watching | edit, `index build` | memory |\n|---|---|---|---|---|---|")
    for entries in given.entries:
        encoders = ["--encoders", str(given.encoders)] if given.encoders else []
        command = [sys.executable, __file__, "--source", str(given.source), "--one", str(entries), *encoders]
        found = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout.splitlines()[-1])
        print("| {entries:,} | {texts:,} | {full} | {watching} | {command} | {memory} MB |".format(**found), flush=True)
    if given.dataset:
        print(f"\n{given.dataset.name}: {_data_set(given.dataset, given.encoders)}")


def _measured(entries: int, source: Path, encoders: Path | None) -> dict[str, object]:
    """One size: wall clock and processor seconds."""
    with tempfile.TemporaryDirectory() as scratch:
        knowledge, data = Path(scratch, "knowledge"), _data_folder(Path(scratch, "data"), encoders)
        generate(knowledge, entries, source)
        full, report = _timed(lambda: build_index(knowledge, data, DEFAULT_MODEL))
        edits = []
        for number in range(_EDITS):
            prepared = Prepared(data)
            prepared.load(knowledge, DEFAULT_MODEL)  # while nobody waits, as `sopbot serve --watch` does
            _edit(knowledge, number)
            edits.append(_timed(lambda: build_index(knowledge, data, DEFAULT_MODEL, BuildRules(), prepared=prepared))[0])  # noqa: B023
        commands = [_command(knowledge, data, _EDITS + number) for number in range(_EDITS)]
        return {
            "entries": entries,
            "texts": report.manifest.chunks,
            "full": _said(full),
            "watching": _said(min(edits)),
            "command": _said(min(commands)),
            "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        }


def _data_set(folder: Path, encoders: Path | None) -> str:
    """A build of a data set's entries, without anything remembered."""
    with tempfile.TemporaryDirectory() as scratch:
        data = _data_folder(Path(scratch), encoders)
        exported = encoder_folder(DEFAULT_MODEL, data / "cache" / "encoders")
        entries = read_entries(folder)
        generations = Generations(data)
        with generations.lock():
            cache = VectorCache(data / "cache" / "vectors.db")
            taken, _ = _timed(lambda: write_generation(generations, entries, OnnxEncoder(exported), exported, cache, "bench"))
        return f"{len(entries)} entries in {_said(taken)}"


def _data_folder(path: Path, encoders: Path | None) -> Path:
    (path / "cache").mkdir(parents=True)
    if encoders:
        (path / "cache" / "encoders").symlink_to(encoders.resolve())
    return path


def _edit(knowledge: Path, number: int) -> None:
    """Another last line in one document of questions and answers."""
    document = min((knowledge / "faqs").iterdir())
    lines = document.read_text(encoding="utf-8").rstrip("\n").split("\n")
    document.write_text("\n".join([*lines[:-1], f"Ask for form {number:04d}."]) + "\n", encoding="utf-8")


def _timed(build: Callable[[], Result]) -> tuple[tuple[float, float], Result]:
    wall, processor = time.perf_counter(), time.process_time()
    done = build()
    return (time.perf_counter() - wall, time.process_time() - processor), done


def _command(knowledge: Path, data: Path, number: int) -> tuple[float, float]:
    """A one-line edit built by the command, start of Python and all."""
    _edit(knowledge, number)
    settings = {"SOPBOT_KNOWLEDGE_DIR": str(knowledge), "SOPBOT_DATA_DIR": str(data)}
    wall, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", "bot", "index", "build"], env=os.environ | settings, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.perf_counter() - wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _said(taken: tuple[float, float]) -> str:
    return f"{taken[0]:.1f} s ({taken[1]:.1f})"


if __name__ == "__main__":
    main()
