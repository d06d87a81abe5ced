"""How often ranking only what is near finds the same as ranking everything: `python -m scripts.bench.agreement GENERATION QUESTIONS`.

Prints JSON: milliseconds of processor time of both, the share of questions with the same first entry, and how many of the first three
and ten are the same.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from index.embedding import OnnxEncoder, Vectors
from index.particulars import Spans
from index.ranking import SHORTLIST_FILE, Ranked, View
from index.storage import ENCODER_FOLDER


def main() -> None:
    """Ask both views of one generation."""
    generation, questions = Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
    encoder = OnnxEncoder(generation / ENCODER_FOLDER)
    near = View(generation / "internal")
    subjects = [(text, near.subject(text, encoder.knows)) for text in questions]
    asked = [(text, subject, encoder.encode_query(text, subject)) for text, subject in subjects]
    with tempfile.TemporaryDirectory(prefix="sopbot-bench-") as scratch:
        for path in (generation / "internal").iterdir():
            if path.name != SHORTLIST_FILE:  # a view without it ranks whole
                (Path(scratch) / path.name).symlink_to(path.resolve())
        (found, ms), (expected, whole_ms) = _ranked(near, asked), _ranked(View(Path(scratch)), asked)
    firsts = {f"first_{count}": _shared(found, expected, count) for count in (1, 3, 10)}
    print(json.dumps({"ms": ms, "whole_ms": whole_ms, **firsts}))


def _ranked(view: View, asked: list[tuple[str, Spans, Vectors]]) -> tuple[list[tuple[Ranked, ...]], float]:
    view.rank(*asked[0], 10)
    started = time.process_time()
    ranked = [view.rank(*question, 10) for question in asked]
    return ranked, (time.process_time() - started) * 1000 / len(asked)


def _shared(found: list[tuple[Ranked, ...]], expected: list[tuple[Ranked, ...]], count: int) -> float:
    """The share of the first `count` of each question that both have."""
    pairs = zip(found, expected, strict=True)
    return float(np.mean([len({one.entry for one in near[:count]} & {one.entry for one in whole[:count]}) / len(whole[:count]) for near, whole in pairs]))


if __name__ == "__main__":
    main()
