"""What the C library keeps of memory that was let go -> back to the system, where it is glibc."""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Callable


def _trim() -> Callable[[int], int] | None:
    try:
        found: Callable[[int], int] = ctypes.CDLL(None).malloc_trim
    except (OSError, AttributeError, TypeError):  # another C library, which has ways of its own
        return None
    return found


_malloc_trim = _trim()


def give_back() -> None:
    """Give unused memory back; takes some milliseconds.

    Opening a generation reads its model and its entries into buffers that are let go at once, in pieces between others that
    stay, so that the process goes on looking larger by a tenth.
    """
    gc.collect()
    if _malloc_trim:
        _malloc_trim(0)
