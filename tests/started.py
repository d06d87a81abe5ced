"""The environment of commands that tests start: their own home, and no setting of whoever develops."""

from __future__ import annotations

import os
from pathlib import Path

_KEPT = ("PATH", "PYTHONPATH", "COVERAGE_PROCESS_CONFIG")
"""Where programs are; and, under `make coverage`, where the lines that run are counted."""


def environment(home: Path, **settings: str) -> dict[str, str]:
    """The variables that a command gets.

    Args:
        home: the folder that is its user's home.
        settings: further variables, such as `SOPBOT_DATA_DIR`.
    """
    return {name: os.environ[name] for name in _KEPT if name in os.environ} | {"HOME": str(home), "HF_HUB_OFFLINE": "1"} | settings
