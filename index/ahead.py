"""A data folder -> what takes longest of the generation that serves, done before anything else is known.

Reading the encoder and checking every byte lets go of the interpreter lock: a command that asks one question begins with it, and
loads meanwhile what it needs besides.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from index.embedding import OnnxEncoder
from index.errors import GenerationError
from index.storage import ENCODER_FOLDER, Generations, Manifest


@dataclass(frozen=True, slots=True)
class Ahead:
    """A generation whose files are verified, and its encoder.

    Attributes:
        data: the folder it lies in.
        manifest: what it says of itself.
        encoder: opened.
    """

    data: Path
    manifest: Manifest
    encoder: OnnxEncoder


def looked_ahead(data: Path) -> Ahead | None:
    """Check the generation that CURRENT names, and open its encoder.

    Args:
        data: the folder that holds all state.

    Returns:
        None when there is none that can be used; whoever then opens the index hears why.
    """
    generations = Generations(data)
    try:
        wanted = generations.current()
        if wanted is None:
            return None
        manifest = generations.verify(wanted)
        return Ahead(data, manifest, OnnxEncoder(generations.path(wanted) / ENCODER_FOLDER))
    except GenerationError:
        return None
