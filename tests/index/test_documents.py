"""Documents in, entries out: each fixture is compared with what a careful reader expects of it.

After a change on purpose: `python -m tests.index.test_documents` writes the expected files anew; read the difference.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from index.entries import read_entries
from index.markdown import parse_document
from tests.index.dump import dump

FOLDER = Path(__file__).parent.parent / "fixtures" / "documents"
PATHS = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.md"))


def read(path: str) -> str:
    """Entries and problems of a fixture, as text."""
    document, front = parse_document(path, (FOLDER / path).read_bytes())
    entries, problems = read_entries(document)
    return dump(entries, sorted([*front, *problems]))


@pytest.mark.parametrize("path", PATHS)
def test_document_is_read_as_expected(path: str) -> None:
    """Every part, line number and complaint is what the expected file says."""
    assert read(path) == (FOLDER / path).with_suffix(".expected").read_text(encoding="utf-8")


if __name__ == "__main__":
    for name in PATHS:
        (FOLDER / name).with_suffix(".expected").write_text(read(name), encoding="utf-8")
