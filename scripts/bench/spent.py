"""What the time of one question is spent on: `python -m scripts.bench.spent [--data data] [--questions knowledge/golden.jsonl]`.

Asks questions in process, as `Asker` does but without storing them, and looks every millisecond of processor time at which of
our modules is at work; what a library does counts for the module that called it. Then says what each half of the work takes when
it is repeated, and what between two questions: the other half has the processor's caches by then.
"""

from __future__ import annotations

import argparse
import signal
import time
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median
from types import FrameType

from bot.answer import Thresholds, decide
from index.dataset import read_dataset, read_golden
from index.ranking import View
from index.search import Index, open_index
from index.storage import Generations

from .child import ROOT
from .report import put_between

_ROUNDS = 3


def main() -> None:
    """Read the arguments, ask, print Markdown."""
    parser = argparse.ArgumentParser(prog="python -m scripts.bench.spent", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("data"), help="data folder with an index (default: data)")
    parser.add_argument("--questions", type=Path, default=ROOT / "knowledge" / "golden.jsonl", help="golden file, or folder of a data set")
    parser.add_argument("--write", type=Path, metavar="FILE", help="put the table into this Markdown file as well")
    given = parser.parse_args()
    questions = (read_golden if given.questions.is_file() else read_dataset)(given.questions).in_scope
    texts = [question.text for question in questions][:500]
    index = open_index(given.data)
    index.warm()
    seen, each = spent(index, texts)
    total = sum(seen.values())
    rows = [f"| {name} | {each * count / total:.2f} | {count / total:.0%} |" for name, count in seen.most_common() if count / total >= 0.01]
    said = f"{each:.2f} ms of processor time a question, {len(texts)} questions. {_halves(index, Generations(given.data).path(index.generation), texts)}"
    table = "\n".join(["| module | ms a question | share |", "|---|---|---|", *rows, "", said])
    print(table)
    if given.write:
        put_between(given.write, "spent", table)


def _halves(index: Index, folder: Path, texts: list[str]) -> str:
    """The encoder and ranking, each on its own and in turns; medians by the clock."""
    encoder, view = index.query_encoder, View(folder / "internal")
    subjects = [view.subject(text, encoder.knows) for text in texts]
    vectors = [encoder.encode_query(text, subject) for text, subject in zip(texts, subjects, strict=True)]
    steps = {
        "encoder": lambda row: encoder.encode_query(texts[row], subjects[row]),
        "ranking": lambda row: view.rank(texts[row], subjects[row], vectors[row], 10),
    }
    alone = {name: median([_ms(step, row) for row in range(len(texts))]) for name, step in steps.items()}
    turns = [{name: _ms(step, row) for name, step in steps.items()} for row in range(len(texts))]
    return " ".join(f"The {name} takes {alone[name]:.2f} ms when repeated, and {median(turn[name] for turn in turns):.2f} ms in turns." for name in steps)


def _ms(step: Callable[[int], object], row: int) -> float:
    started = time.perf_counter()
    step(row)
    return (time.perf_counter() - started) * 1000


def spent(index: Index, texts: list[str]) -> tuple[Counter[str], float]:
    """Ask, and look where the time goes.

    Returns:
        Samples by module, and milliseconds of processor time a question.
    """
    seen: Counter[str] = Counter()

    def look(_number: int, frame: FrameType | None) -> None:
        while frame and not frame.f_code.co_filename.startswith((f"{ROOT}/index/", f"{ROOT}/bot/")):
            frame = frame.f_back
        seen[Path(frame.f_code.co_filename).relative_to(ROOT).as_posix() if frame else "asking"] += 1

    today, thresholds = date.today(), Thresholds()  # noqa: DTZ011
    signal.signal(signal.SIGPROF, look)
    started = time.process_time()
    signal.setitimer(signal.ITIMER_PROF, 0.001, 0.001)
    for _ in range(_ROUNDS):
        for text in texts:
            decide(index.search(text, "internal", 10), thresholds, today, "warn")
    signal.setitimer(signal.ITIMER_PROF, 0, 0)
    return seen, (time.process_time() - started) * 1000 / (_ROUNDS * len(texts))


if __name__ == "__main__":
    main()
