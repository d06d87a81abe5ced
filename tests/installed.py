"""What some tests need from the system: without it they are left out with a word about how to get it; in CI, which installs it, they fail."""

from __future__ import annotations

import os

import pytest


def left_out(what: str, packages: str) -> None:
    """End the test that runs, since something is not installed.

    Args:
        what: as people call it.
        packages: Debian's names for it.
    """
    text = f"{what} is not installed. On Debian: apt install --no-install-recommends {packages}"
    if os.environ.get("CI"):
        pytest.fail(text, pytrace=False)
    pytest.skip(text)
