"""Ways to find the nearest of many vectors, compared: `python -m scripts.bench.nearest GENERATION`.

GENERATION is the folder of one, with as many chunks as one likes (`python -m scripts.bench.scale --keep FOLDER` leaves them there). Times are of the
processor, one question at a time in one thread; recall is the share of the ten exactly nearest vectors among those found.
"""

from __future__ import annotations

import argparse
import importlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index.arrays import read_arrays
from index.embedding import OnnxEncoder, Vectors
from index.storage import ENCODER_FOLDER
from index.whitening import Whitening

from .child import ROOT
from .material import read_material

faiss: Any = importlib.import_module("faiss")  # its own types lack what is used here
_FOUND = 512
_NEAREST = 10
_ROWS_TO_LEARN = 40
"""For each cell of an inverted file."""


def main() -> None:
    """Read the argument, compare, print Markdown."""
    parser = argparse.ArgumentParser(prog="python -m scripts.bench.nearest", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("generation", type=Path)
    parser.add_argument("--dataset", type=Path, default=ROOT / "knowledge", help="whose questions are asked (default: knowledge)")
    given = parser.parse_args()
    faiss.omp_set_num_threads(1)
    vectors = np.load(given.generation / "internal" / "whitened.npy", mmap_mode="r")
    arrays = read_arrays(given.generation / "internal" / "view")
    whitening, encoder = Whitening(arrays["mean"], arrays["matrix"]), OnnxEncoder(given.generation / ENCODER_FOLDER)
    questions = [whitening.apply(encoder.encode_query(question.text)[0]) for question in read_material(given.dataset).questions[:100]]
    nearest: list[npt.NDArray[np.int64]] = []
    print(f"{len(vectors):,} vectors\n\n| index | build (s) | bytes a vector | ms a question | recall |\n|---|---|---|---|---|")
    for name, made in _indexes(np.ascontiguousarray(vectors)):
        started = time.process_time()
        index, settings = made()
        built = time.process_time() - started
        for label, parameters in settings:
            found, ms = _asked(index, questions, parameters)
            nearest = nearest or [rows[:_NEAREST] for rows in found]
            recall = np.mean([len(set(rows) & set(best)) / _NEAREST for rows, best in zip(found, nearest, strict=True)])
            size = len(faiss.serialize_index(index)) / len(vectors)
            print(f"| {name}{label} | {built:.1f} | {size:.0f} | {ms:.2f} | {recall:.3f} |", flush=True)


def _asked(index: Any, questions: list[Vectors], parameters: Any) -> tuple[list[npt.NDArray[np.int64]], float]:
    found, taken = [], []
    for question in questions:
        started = time.process_time()
        found.append(index.search(question[None, :], _FOUND, params=parameters)[1][0])
        taken.append((time.process_time() - started) * 1000)
    return found, float(np.median(taken))


Made = Callable[[], tuple[Any, list[tuple[str, Any]]]]


def _indexes(vectors: Vectors) -> Iterator[tuple[str, Made]]:
    """Names, and what builds each: the index, and the settings to ask it with. The exact one comes first."""
    dim, inner = vectors.shape[1], faiss.METRIC_INNER_PRODUCT
    cells = 2 ** int(np.log2(4 * np.sqrt(len(vectors))))

    def filled(index: Any, *settings: tuple[str, Any]) -> tuple[Any, list[tuple[str, Any]]]:
        index.train(vectors[:: max(1, len(vectors) // (_ROWS_TO_LEARN * cells))])
        index.add(vectors)
        return index, list(settings) or [("", None)]

    def inverted() -> tuple[Any, list[tuple[str, Any]]]:
        index = faiss.IndexIVFScalarQuantizer(faiss.IndexFlatIP(dim), dim, cells, faiss.ScalarQuantizer.QT_8bit, inner)
        index.cp.niter = 8
        return filled(index, *((f", {probes} cells looked at", faiss.SearchParametersIVF(nprobe=probes)) for probes in (16, 64, 256)))

    def graph() -> tuple[Any, list[tuple[str, Any]]]:
        index = faiss.IndexHNSWSQ(dim, faiss.ScalarQuantizer.QT_8bit, 16, inner)
        index.hnsw.efConstruction = 80
        return filled(index, *((f", {width} at once", faiss.SearchParametersHNSW(efSearch=width)) for width in (512, 1024)))

    yield "exact, 32 bits a dimension", lambda: filled(faiss.IndexFlatIP(dim))
    yield "scanned, 8 bits", lambda: filled(faiss.IndexScalarQuantizer(dim, faiss.ScalarQuantizer.QT_8bit, inner))
    yield "scanned, 1 bit (RaBitQ)", lambda: filled(faiss.IndexRaBitQFastScan(dim, inner))
    yield f"inverted file, {cells} cells, 8 bits", inverted
    yield "HNSW, 16 links, 8 bits", graph


if __name__ == "__main__":
    main()
