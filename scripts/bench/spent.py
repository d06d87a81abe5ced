"""What the time of one question is spent on: `python -m scripts.bench.spent [--data data] [--questions knowledge/golden.jsonl]`.

Asks questions in process, as `Asker` does but without storing them, and looks every millisecond of processor time at which of
our modules is at work; what a library does counts for the module that called it.
"""

from __future__ import annotations

import argparse
import signal
import time
from collections import Counter
from datetime import date
from pathlib import Path
from types import FrameType

from bot.answer import Thresholds, decide
from index.dataset import read_dataset, read_golden
from index.search import Index, open_index

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
    said = f"{each:.2f} ms of processor time a question, {len(texts)} questions."
    table = "\n".join(["| module | ms a question | share |", "|---|---|---|", *rows, "", said])
    print(table)
    if given.write:
        put_between(given.write, "spent", table)


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
