"""The data folder, told before the settings are read: the same as they say."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.data_folder import SETTINGS_FILE, data_folder
from bot.settings import read_settings


@pytest.mark.parametrize(
    ("variable", "file"),
    [
        (None, None),
        (None, ""),
        (None, 'data_dir = "state"'),
        (None, "port = 8080"),
        ("elsewhere", None),
        ("elsewhere", 'data_dir = "state"'),
        ("/srv/sopbot", 'data_dir = "state"'),
    ],
)
def test_it_is_where_the_settings_say(variable: str | None, file: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the variable, by the file, or by neither; the variable wins."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SOPBOT_DATA_DIR", raising=False)
    if variable is not None:
        monkeypatch.setenv("SOPBOT_DATA_DIR", variable)
    if file is not None:
        (tmp_path / SETTINGS_FILE).write_text(file, encoding="utf-8")
    assert data_folder() == read_settings().data_dir


@pytest.mark.parametrize("file", ["data_dir = 12", "no TOML", "data_dir = "])
def test_a_file_that_the_settings_refuse_is_no_matter_here(file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It gives the usual folder; the settings, read next, say what is wrong."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SOPBOT_DATA_DIR", raising=False)
    (tmp_path / SETTINGS_FILE).write_text(file, encoding="utf-8")
    assert data_folder() == Path("data")
