"""A path as somebody types it -> the place in the folder with the documents that is meant, or why there is none."""

from __future__ import annotations

from pathlib import Path

import click


def place_in(folder: Path, typed: Path) -> Path:
    """Find what is meant, from where somebody stands or else from the folder itself.

    Args:
        folder: with the documents.
        typed: a file or folder in it, or a folder around it.

    Returns:
        Absolute, links followed.

    Raises:
        click.UsageError: there is no such thing, or it lies elsewhere, so that nothing could be said about it.
    """
    root = folder.resolve()
    there = [place for place in (typed, folder / typed) if place.exists()]
    for place in there:
        inside = place.absolute().is_relative_to(folder.absolute()) or place.resolve().is_relative_to(root)
        if inside or root.is_relative_to(place.resolve()):
            return place.resolve()
    if there:
        raise click.UsageError(outside(folder, typed))
    raise click.UsageError(f"There is no '{typed}', neither here nor in '{folder}', the folder with your documents.")


def outside(folder: Path, typed: Path) -> str:
    """Why nothing can be done about a file that lies elsewhere, and the remedy."""
    return f"'{typed}' is not in '{folder}', the folder with your documents. Another folder is named by SOPBOT_KNOWLEDGE_DIR, or knowledge_dir in sopbot.toml."
