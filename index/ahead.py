"""A data folder -> the encoder of the generation that serves, opened before anything else is known.

Opening it takes longer than all the rest of a generation, and lets go of the interpreter lock: a command that asks one
question begins with it, and loads meanwhile what it needs besides.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from index.embedding import OnnxEncoder
from index.errors import GenerationError
from index.storage import ENCODER_FOLDER, Generations


@dataclass(frozen=True, slots=True)
class Ahead:
    """An encoder that nobody has checked yet: for the one generation whose files it was read from, once these are verified."""

    data: Path
    generation: str
    encoder: OnnxEncoder


def encoder_ahead(data: Path) -> Ahead | None:
    """Open the encoder that the generation named in CURRENT has.

    Args:
        data: the folder that holds all state.

    Returns:
        None when there is none that can be opened; whoever then opens the index hears why.
    """
    generations = Generations(data)
    try:
        wanted = generations.current()
        return Ahead(data, wanted, OnnxEncoder(generations.path(wanted) / ENCODER_FOLDER)) if wanted else None
    except GenerationError:
        return None
