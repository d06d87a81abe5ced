"""Arrays by name <-> a folder of files that are mapped into memory, so that processes on one machine share them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from index.errors import GenerationError

Arrays = dict[str, npt.NDArray[Any]]
_SMALL = 64 * 1024
"""Bytes up to which an array is read instead of mapped: a map costs a page or two and a file handle's work."""


def write_arrays(folder: Path, arrays: Mapping[str, npt.NDArray[Any]], written: Callable[[Path], None] = lambda path: None) -> None:
    """Write each array to a file of its own.

    Args:
        folder: made when missing.
        arrays: numbers go to `NAME.npy`, texts to `NAME.json`; other types are refused.
        written: told of each file that is finished.
    """
    folder.mkdir(exist_ok=True)
    for name, array in arrays.items():
        if array.dtype.kind == "U":
            path = folder / f"{name}.json"
            path.write_bytes(msgspec.json.encode(array.tolist()))
        else:
            path = folder / f"{name}.npy"
            np.save(path, array, allow_pickle=False)
        written(path)


def read_arrays(folder: Path) -> Arrays:
    """Read what `write_arrays` wrote; large arrays are mapped and cannot be written to.

    Raises:
        GenerationError: there are none.
        OSError, ValueError, msgspec.MsgspecError: a file cannot be read.
    """
    found: Arrays = {}
    for path in sorted(folder.iterdir()):
        if path.suffix == ".json":
            found[path.stem] = np.array(msgspec.json.decode(path.read_bytes(), type=list[str]), dtype=np.str_)
        else:
            mapped = np.load(path, mmap_mode="r" if path.stat().st_size > _SMALL else None, allow_pickle=False)
            found[path.stem] = np.asarray(mapped)  # a plain array: numpy's own class for maps is slow to index
    if not found:
        raise GenerationError(f"The folder {folder} is empty. Build the index again.")
    return found
