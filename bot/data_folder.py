"""Environment and sopbot.toml -> the folder that holds all state, and nothing else of the settings.

Reading all of them takes a fifth of the time that `sopbot ask` does; what is read here can be opened meanwhile.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

SETTINGS_FILE = "sopbot.toml"
DATA_FOLDER = Path("data")


def data_folder() -> Path:
    """Where the settings put all state, as far as that can be told at once.

    Returns:
        A guess: whoever uses what lies there looks afterwards whether `Settings.data_dir` is the same.
    """
    if said := os.environ.get("SOPBOT_DATA_DIR"):
        return Path(said)
    try:
        return Path(tomllib.loads(Path(SETTINGS_FILE).read_text(encoding="utf-8")).get("data_dir", DATA_FOLDER))
    except (OSError, ValueError, TypeError):  # what is wrong with the file, the settings say
        return DATA_FOLDER
