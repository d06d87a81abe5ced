"""How memory is looked after while thousands of objects come at once, and when they are gone."""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_COLLECTED_AFTER = 1_000_000
"""New objects after which Python looks for garbage while many are made; some 100 MB."""


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Within this, garbage is looked for seldom.

    Hardly anything that a build makes, or opening an index, is garbage before it ends; looking for some again and again took a
    third of the time.
    """
    usual = gc.get_threshold()
    gc.set_threshold(_COLLECTED_AFTER, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def _trim() -> Callable[[int], int] | None:
    try:
        found: Callable[[int], int] = ctypes.CDLL(None).malloc_trim
    except (OSError, AttributeError, TypeError):  # another C library, which has ways of its own
        return None
    return found


_malloc_trim = _trim()


def give_back() -> None:
    """Give memory that the C library keeps, though it was let go, back to the system, where it is glibc; takes some milliseconds.

    Opening a generation reads its model and its entries into buffers that are let go at once, in pieces between others that
    stay, so that the process goes on looking larger by a tenth.
    """
    gc.collect()
    if _malloc_trim:
        _malloc_trim(0)
