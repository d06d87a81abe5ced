"""The end of a command that is done."""

from __future__ import annotations

import os
import sys
from typing import NoReturn


def end_at_once(status: int) -> NoReturn:
    """End the process without taking apart what it has loaded, which would be a twentieth of the time that asking takes.

    Call it when everything is stored and closed, and no thread is left. What was printed is sent first; where nobody takes it,
    that raises as printing does.

    Args:
        status: of the process.
    """
    for stream in filter(None, (sys.stdout, sys.stderr)):  # None where whoever started this process has closed it
        stream.flush()
    os._exit(status)
