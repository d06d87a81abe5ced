"""A process that holds one contender: does what the lines on its input say, and answers each with a line of JSON.

python -m scripts.bench.worker NAME ENCODER MODEL
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from .contender import Contender, contender


def main() -> None:
    """Take orders until the input ends."""
    name, encoder, model = sys.argv[1:]
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print is no answer
    measured = contender(name, Path(encoder), Path(model))
    for line in sys.stdin:
        print(json.dumps(_done(measured, json.loads(line))), file=answers, flush=True)


def _done(measured: Contender, order: dict[str, Any]) -> Any:
    if order["do"] == "build":
        from .material import read_material

        material = read_material(Path(order["source"]))
        measured.prepare()
        started = time.perf_counter()
        measured.build(material, Path(order["folder"]))
        return time.perf_counter() - started
    if order["do"] == "open":
        measured.open(Path(order["folder"]))
        return getattr(measured, "server_pid", None)
    if order["do"] == "ask":
        return [_timed(measured.ask, question) for question in order["questions"]]
    if order["do"] == "again":
        measured.ask_again(order["question"])
        return [_timed(measured.ask_again, order["question"]) for _ in range(order["times"])]
    if order["do"] == "many":
        return _many(measured, order["questions"], order["seconds"])
    raise ValueError(order["do"])


def _timed(ask: Any, question: str) -> tuple[float, str]:
    """Milliseconds, and the first entry."""
    started = time.perf_counter()
    first = ask(question)
    return (time.perf_counter() - started) * 1000, first


def _many(measured: Contender, questions: list[str], seconds: float) -> float:
    """Answers a second, one question after the other."""
    started = time.perf_counter()
    done = 0
    for question in questions:
        measured.ask(question)
        done += 1
        if time.perf_counter() - started >= seconds:
            break
    return done / (time.perf_counter() - started)


if __name__ == "__main__":
    main()
