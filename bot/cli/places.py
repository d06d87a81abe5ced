"""A path as somebody types it -> the place in the folder with the documents that is meant, or why there is none."""

from __future__ import annotations

from pathlib import Path

import click


def place_in(folder: Path, typed: Path) -> Path:
    """Find what is meant.

    Args:
        folder: with the documents.
        typed: a file or folder in it, or a folder around it.

    Returns:
        Absolute, links followed.

    Raises:
        click.UsageError: there is no such thing, or it lies elsewhere, so that nothing could be said about it.
    """
    place, root = typed.resolve(), folder.resolve()
    if not place.exists():
        raise click.UsageError(f"There is no '{typed}'.")
    if place.is_relative_to(root) or root.is_relative_to(place) or typed.absolute().is_relative_to(folder.absolute()):
        return place
    raise click.UsageError(outside(folder, typed))


def outside(folder: Path, typed: Path) -> str:
    """Why nothing can be done about a file that lies elsewhere, and the remedy."""
    return f"'{typed}' is not in '{folder}', the folder with your documents. Another folder is named by SOPBOT_KNOWLEDGE_DIR, or knowledge_dir in sopbot.toml."
