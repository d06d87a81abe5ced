"""What many tests share: the real model, exported once, and the starter knowledge base, built once."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

from index.build import build_index
from index.export import DEFAULT_MODEL, encoder_folder

os.environ["HF_HUB_OFFLINE"] = "1"
settings.register_profile("sopbot", deadline=None)  # a busy machine is no failure
settings.load_profile("sopbot")
ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def encoder_path(pytestconfig: pytest.Config) -> Path:
    """Folder of the exported default model; kept between runs, since exporting takes a while."""
    return encoder_folder(DEFAULT_MODEL, pytestconfig.cache.mkdir("sopbot") / "encoders")  # type: ignore[union-attr]


@pytest.fixture(scope="session")
def starter_data(encoder_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with one generation of the starter knowledge base; tests only read it. Its vectors are kept between runs, too.

    With the variable set, it is one that was made before, as scripts/mutants.py does, which runs tests many times.
    """
    if made := os.environ.get("SOPBOT_TESTS_STARTER"):
        return Path(made)
    data = tmp_path_factory.mktemp("starter")
    (data / "cache").mkdir()
    (data / "cache" / "encoders").symlink_to(encoder_path.parent)
    kept, vectors = encoder_path.parent.parent / "vectors.db", data / "cache" / "vectors.db"
    if kept.exists():
        shutil.copy(kept, vectors)
    build_index(ROOT / "knowledge", data, DEFAULT_MODEL)
    shutil.copy(vectors, kept.with_suffix(f".{os.getpid()}"))
    kept.with_suffix(f".{os.getpid()}").replace(kept)
    return data
