"""What is measured, by name: whoever builds an index, opens it and answers, each in a process of its own."""

from __future__ import annotations

import importlib
import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # a process that only answers loads nothing to read documents with
    from .material import Material


class Contender(Protocol):
    """One way to get from documents and a question to an entry.

    Args:
        encoder: folder of the exported int8 encoder.
        model: folder of the same weights as sentence-transformers keeps them.
    """

    def __init__(self, encoder: Path, model: Path) -> None: ...

    def prepare(self) -> None:
        """Load libraries and model."""

    def build(self, material: Material, folder: Path) -> None:
        """Index the documents and write the index.

        Args:
            material: holds them.
            folder: new and empty.
        """

    def open(self, folder: Path) -> None:
        """Get ready to answer from what `build` wrote, in a new process."""

    def ask(self, question: str) -> str:
        """The id of the first entry; "" when there is none, or nothing is searched."""

    def ask_again(self, question: str) -> str:
        """The same for a question that was just asked, where answers are kept."""


FLOOR, FLOOR_SERVED, OURS, SERVED = "encoder alone", "encoder alone over HTTP", "sopbot", "sopbot over HTTP"
_MODULES = {
    FLOOR: ("encoder_alone", "onnxruntime"),
    FLOOR_SERVED: ("encoder_served", "onnxruntime"),
    OURS: ("sopbot_here", "onnxruntime"),
    SERVED: ("sopbot_served", "onnxruntime"),
    "sentence-transformers alone": ("transformers_alone", "sentence_transformers"),
    "txtai hybrid": ("txtai_hybrid", "txtai"),
    "Haystack hybrid": ("haystack_hybrid", "haystack"),
}
"""By name: the module here, and the package that must be installed for it."""
PEERS = ("txtai hybrid", "Haystack hybrid")


def present() -> list[str]:
    """The names of those whose packages are installed."""
    return [name for name, (_, package) in _MODULES.items() if importlib.util.find_spec(package)]


def is_client(name: str) -> bool:
    """Whether it only asks a server: it builds nothing, and what it takes to start says nothing."""
    return name in (FLOOR_SERVED, SERVED)


def contender(name: str, encoder: Path, model: Path) -> Contender:
    """One of them."""
    found: Contender = importlib.import_module(f".{_MODULES[name][0]}", __package__).Measured(encoder, model)
    return found
