"""A generation under another id: as good as a new one, without building it."""

from __future__ import annotations

import json
import shutil

from index.storage import MANIFEST, Generations, own_digest


def copy_generation(generations: Generations, generation: str) -> None:
    """The first generation under another id."""
    shutil.copytree(generations.path("000001"), generations.path(generation))
    manifest = generations.path(generation) / MANIFEST
    fields = json.loads(manifest.read_text()) | {"id": generation}
    del fields["digest"]
    manifest.write_text(json.dumps(fields | {"digest": own_digest(fields)}))
