"""Read the arguments, measure, print Markdown.

    make bench
    make bench BENCH="--dataset FOLDER --write docs/performance.md"

Peers are measured where they are installed: .venv/bin/pip install -e '.[bench,peers]'
"""

from __future__ import annotations

import argparse
import shlex
import signal
import sys
from pathlib import Path

from index.export import DEFAULT_MODEL, encoder_folder, model_folder

from .child import ROOT
from .contender import PEERS, present
from .measuring import Plan, measured
from .report import draw, markdown, put_between


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(prog="python -m scripts.bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dataset", type=Path, default=ROOT / "knowledge", help="folder with corpus.jsonl, or a knowledge folder (default: knowledge)")
    parser.add_argument("--questions", type=int, default=400, help="warm questions for each (default: 400)")
    parser.add_argument("--rounds", type=int, default=3, help="builds and cold processes of each (default: 3)")
    parser.add_argument("--seconds", type=float, default=3.0, help="length of each measurement of throughput (default: 3)")
    parser.add_argument("--encoders", type=Path, default=ROOT / "data" / "cache" / "encoders", help="folder of exported encoders")
    parser.add_argument("--write", type=Path, metavar="FILE", help="put the table into this Markdown file as well")
    parser.add_argument("--picture", type=Path, metavar="FILE", help="draw it as a PNG")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as for Ctrl+C: the server that is measured ends too
    names = present()
    missing = [name for name in PEERS if name not in names]
    if missing:
        _say(f"Not installed, so left out: {', '.join(missing)}. Install them with: {Path(sys.executable).parent / 'pip'} install -e '.[bench,peers]'")
    encoder = encoder_folder(DEFAULT_MODEL, given.encoders, _say)
    plan = Plan(given.dataset, encoder.resolve(), model_folder(DEFAULT_MODEL), names, given.questions, given.rounds, given.seconds, _say)
    material, seen = measured(plan)
    command = "make bench" + (f' BENCH="{shlex.join(sys.argv[1:])}"' if sys.argv[1:] else "")
    table = markdown(material, seen, command)
    print(table)
    if given.picture:
        draw(seen, given.picture)
    if given.write:
        put_between(given.write, "bench", table, given.picture, "Three bar charts: one warm question, a cold process, and memory, for each of these")


def _say(text: str) -> None:
    print(f"{text} …", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
