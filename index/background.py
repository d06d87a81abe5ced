"""Questions that are about no knowledge base in particular: what a stranger might say to any bot.

Being nearer to these than to any document is a sign of being out of scope. They are our own words, and belong to no shop.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from index.embedding import Encoder, Vectors
from index.vector_cache import VectorCache

_BETWEEN = "# computing"


def background_lines() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The lines of `background.txt`.

    Returns:
        Off topic for any support desk (small talk, trivia, noise); and questions that other trades' desks get.
    """
    text = files("index").joinpath("background.txt").read_text(encoding="utf-8")
    off_topic, support = text.split(_BETWEEN)
    return _lines(off_topic), _lines(support)


def background_vectors(encoder: Encoder, folder: Path) -> Vectors:
    """The vectors of all lines; made once for each encoder and kept beside it, as they are the same for every knowledge base.

    Args:
        encoder: what embeds.
        folder: of the encoder; `FOLDER.db` is the file beside it.

    Returns:
        float32, `(lines, dim)`, unit rows, in the order of the lines.
    """
    lines = [line for kind in background_lines() for line in kind]
    return VectorCache(folder.with_name(f"{folder.name}.db")).encode(encoder, lines)[0]


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#"))
