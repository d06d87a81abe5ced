"""A process that starts, opens an index, answers one question and ends: `python -m scripts.bench.cold NAME ENCODER MODEL FOLDER QUESTION`."""

from __future__ import annotations

import sys
from pathlib import Path

from .contender import contender

if __name__ == "__main__":
    name, encoder, model, folder, question = sys.argv[1:]
    one = contender(name, Path(encoder), Path(model))
    one.open(Path(folder))
    one.ask(question)
