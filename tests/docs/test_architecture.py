"""The description of the code, against the code."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def test_every_module_of_the_library_is_described() -> None:
    """docs/architecture.md names each module of index/, so that nobody finds one that it does not place."""
    named = set(re.findall(r"[a-z_]+\.py", (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")))
    modules = {path.name for path in (ROOT / "index").glob("*.py")} - {"__init__.py"}
    assert modules - named == set()
