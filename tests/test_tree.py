"""Which module may know which library, so that each can be exchanged in one place."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def _imported(file: Path) -> Iterator[str]:
    """The libraries that a module imports, anywhere in it."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


@pytest.mark.parametrize(
    ("library", "modules"),
    [
        ("faiss", {"index/vectors.py"}),
        ("onnxruntime", {"index/embedding.py", "index/export.py"}),  # the first tells it not to report to its maker
        ("sentence_transformers", {"index/export.py"}),
        ("torch", {"index/export.py"}),
        ("authlib", {"bot/web/oidc.py"}),
        ("psycopg", {"bot/postgres.py"}),
    ],
)
def test_a_library_is_known_in_one_place(library: str, modules: set[str]) -> None:
    """Whoever exchanges it has nothing else to read."""
    files = [path for name in ("bot", "index") for path in (ROOT / name).rglob("*.py")]
    assert {file.relative_to(ROOT).as_posix() for file in files if library in _imported(file)} == modules
