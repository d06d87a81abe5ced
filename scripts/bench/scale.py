"""How time and memory grow with the knowledge base: `python -m scripts.bench.scale [--chunks 1000 10000 100000 1000000]`.

The sentences of a knowledge base are recombined, see `scripts.bench.many`. A million chunks take some 16 GB of memory, 8 GB
of disk and a quarter of an hour.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.export import DEFAULT_MODEL, encoder_folder
from index.ranking import RANKED_WHOLE
from index.storage import Generations
from index.vector_cache import VectorCache

from .child import ROOT, Child, quiet_environment
from .contender import FLOOR, OURS, SERVED
from .many import pool_of, write_many
from .material import read_material, take
from .report import put_between
from .server import serving
from .turns import Answers, blocks, in_turns


@dataclass(frozen=True, slots=True)
class Size:
    """What a knowledge base of one size showed. Milliseconds of one warm question each, in turns; see the columns of the table."""

    chunks: int
    build_seconds: float
    build_processor_seconds: float
    build_mb: float
    disk_mb: float
    memory_mb: float
    served_mb: float
    floor: Answers
    here: Answers
    served: Answers
    agreement: dict[str, float]


def main() -> None:
    """Read the arguments, measure each size, print Markdown."""
    parser = argparse.ArgumentParser(prog="python -m scripts.bench.scale", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chunks", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--dataset", type=Path, default=ROOT / "knowledge", help="as for `make bench` (default: knowledge)")
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--encoders", type=Path, default=ROOT / "data" / "cache" / "encoders", help="folder of exported encoders")
    parser.add_argument("--write", type=Path, metavar="FILE", help="put the table into this Markdown file as well")
    parser.add_argument("--picture", type=Path, metavar="FILE", help="draw it as a PNG")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="leave the data folders there, by number of chunks; made when missing")
    parser.add_argument("--fill", type=Path, metavar="FOLDER", help=argparse.SUPPRESS)
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as for Ctrl+C: the server that is measured ends too
    encoder = encoder_folder(DEFAULT_MODEL, given.encoders, _say).resolve()
    if given.fill:
        vectors = VectorCache(given.encoders.parent / "vectors.db")
        write_many(given.fill, pool_of(read_material(given.dataset).entries), given.chunks[0], encoder, vectors, _say)
        return
    with tempfile.TemporaryDirectory(prefix="sopbot-bench-") as scratch:
        place = (given.keep or Path(scratch)).resolve()
        sizes = [measured(place / str(chunks), chunks, given.dataset, given.questions, encoder, given.encoders) for chunks in given.chunks]
    table = markdown(sizes)
    print(table)
    if given.picture:
        draw(sizes, given.picture)
    if given.write:
        put_between(given.write, "scale", table, given.picture, "Time of a question, and memory and disk, over the number of chunks")


def measured(data: Path, chunks: int, source: Path, count: int, encoder: Path, encoders: Path) -> Size:
    """Build a knowledge base of this size in a process of its own, then ask it.

    Args:
        data: a new folder for it.
        chunks: how many.
        source: see `read_material`.
        count: questions, none twice.
        encoder: folder of the exported encoder.
        encoders: the folder that it lies in.
    """
    data.mkdir(parents=True)
    command = [sys.executable, "-m", "scripts.bench.scale", "--fill", str(data), "--chunks", str(chunks)]
    started = time.perf_counter()
    with subprocess.Popen([*command, "--dataset", str(source.resolve()), "--encoders", str(encoders.resolve())], cwd=ROOT, env=quiet_environment()) as fill:
        _, status, usage = os.wait4(fill.pid, 0)
        fill.returncode = os.waitstatus_to_exitcode(status)
    if fill.returncode:
        raise subprocess.CalledProcessError(fill.returncode, command)
    seconds = time.perf_counter() - started
    generation = Generations(data).path(Generations(data).current() or "")
    disk = sum(path.stat().st_size for path in generation.rglob("*") if path.is_file()) / 1e6
    questions = [question.text for question in take(read_material(source).fresh(), blocks(count))]
    _say(f"Asking {count} questions, in turns")
    with (
        serving(data) as server,
        Child(FLOOR, encoder, encoder) as floor,
        Child(OURS, encoder, encoder) as here,
        Child(SERVED, encoder, encoder, server.environment) as served,
    ):
        children = [floor, here, served]
        for child in children:
            child.do("open", folder=str(data))
        answers = in_turns(children, questions, {SERVED: server.pid})
        memory, served_mb = here.memory_mb(), server.memory_mb()
    (data / "questions.json").write_text(json.dumps(questions[:100]), encoding="utf-8")
    told = subprocess.run(
        [sys.executable, "-m", "scripts.bench.agreement", str(generation), str(data / "questions.json")], cwd=ROOT, check=True, capture_output=True
    )
    return Size(
        chunks,
        seconds,
        usage.ru_utime + usage.ru_stime,
        usage.ru_maxrss / 1e3,
        disk,
        memory,
        served_mb,
        answers[FLOOR],
        answers[OURS],
        answers[SERVED],
        json.loads(told.stdout),
    )


def markdown(sizes: list[Size]) -> str:
    """The table."""
    head = (
        "chunks", "searched", "build (s), of the processor", "its memory (MB)", "disk (MB)", "memory, in process / serving (MB)", "in process: median, p99 (ms)", "× floor",
        "over HTTP: median, p99 (ms)", "× floor", "processor time: encoder, in process, server (ms)", "same first entry as exact", "same among first 3, 10", "ranking, exact ranking (ms of processor)",
    )  # fmt: skip
    rows = []
    for size in sizes:
        floor, agreed = float(np.median(size.floor.milliseconds)), size.agreement
        rows.append([
            f"{size.chunks:,}", "whole" if size.chunks <= RANKED_WHOLE else "near", f"{size.build_seconds:.0f}, {size.build_processor_seconds:.0f}", f"{size.build_mb:.0f}", f"{size.disk_mb:.0f}",
            f"{size.memory_mb:.0f} / {size.served_mb:.0f}", _times(size.here), f"{np.median(size.here.milliseconds) / floor:.2f}", _times(size.served),
            f"{np.median(size.served.milliseconds) / floor:.2f}", ", ".join(f"{one.processor_ms:.1f}" for one in (size.floor, size.here, size.served)), f"{agreed['first_1']:.3f}", f"{agreed['first_3']:.3f}, {agreed['first_10']:.3f}",
            f"{agreed['ms']:.1f}, {agreed['whole_ms']:.1f}",
        ])  # fmt: skip
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows))


def draw(sizes: list[Size], path: Path) -> None:
    """Time of a question and memory over the number of chunks."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.5), constrained_layout=True)
    chunks = [size.chunks for size in sizes]
    for label, colour, taken in (
        ("encoder alone", "0.6", [size.floor for size in sizes]),
        ("sopbot in process", "tab:green", [size.here for size in sizes]),
        ("sopbot over HTTP", "tab:blue", [size.served for size in sizes]),
    ):
        left.plot(chunks, [np.median(one.milliseconds) for one in taken], "o-", color=colour, label=f"{label}, median")
        left.plot(chunks, [np.quantile(one.milliseconds, 0.99) for one in taken], ":", color=colour, label="p99")
    left.set(xscale="log", yscale="log", xlabel="chunks", ylabel="one warm question, ms")
    left.legend(fontsize=7)
    right.plot(chunks, [size.served_mb for size in sizes], "o-", color="tab:blue", label="serving")
    right.plot(chunks, [size.disk_mb for size in sizes], "o-", color="tab:orange", label="on disk")
    right.set(xscale="log", yscale="log", xlabel="chunks", ylabel="MB")
    right.legend(fontsize=7)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)
    plt.close(figure)


def _times(answers: Answers) -> str:
    return f"{np.median(answers.milliseconds):.1f}, {np.quantile(answers.milliseconds, 0.99):.1f}"


def _say(text: str) -> None:
    print(f"{text} …", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
