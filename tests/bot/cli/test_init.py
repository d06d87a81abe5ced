"""`sopbot init` as people run it, in a folder of their own."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.cli import main

ROOT = Path(__file__).parent.parent.parent.parent


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended, and what it printed."""

    status: int
    out: str
    err: str


Run = Callable[..., Done]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Runs the command in an empty folder; in this process, since a new one takes seconds to start."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> Done:
        monkeypatch.setattr(sys, "argv", ["sopbot", *arguments])
        status = 0
        try:
            main()
        except SystemExit as end:
            status = int(end.code or 0)
        printed = capfd.readouterr()
        return Done(status, printed.out, printed.err)

    return run


def _files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_starter_documents_are_laid_out_whole_and_found(run: Run, tmp_path: Path) -> None:
    """A folder of any name holds them all, `sopbot.toml` names it, and other commands read it."""
    done = run("init", "my-knowledge")
    assert (done.status, done.err) == (0, "")
    assert "my-knowledge holds 37 procedures" in done.out
    laid_out = _files(tmp_path / "my-knowledge")
    assert laid_out == _files(ROOT / "knowledge")
    assert {"README.md", "golden.jsonl"} <= set(laid_out)
    assert (tmp_path / "sopbot.toml").read_text() == 'knowledge_dir = "my-knowledge"\n'
    assert "46 documents, 118 entries: 0 errors" in run("lint").out


def test_the_folder_that_sopbot_reads_by_itself_needs_no_settings(run: Run, tmp_path: Path) -> None:
    """Without a name it is `knowledge`, and no file of settings is written."""
    assert run("init").status == 0
    assert (tmp_path / "knowledge" / "README.md").is_file()
    assert not (tmp_path / "sopbot.toml").exists()


def test_nothing_is_overwritten(run: Run, tmp_path: Path) -> None:
    """A folder with anything in it is left as it is, with what to do instead; so are settings."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "note.md").write_text("mine")
    refused = run("init", "mine")
    assert (refused.status, refused.out) == (2, "")
    assert refused.err == "sopbot: mine is there already and is not empty, so nothing was changed. Name a new folder, for example: sopbot init mine-2\n"
    assert _files(tmp_path) == {"mine/note.md": b"mine"}
    (tmp_path / "sopbot.toml").write_text("port = 8123\n")
    told = run("init", "other").out
    assert 'let sopbot.toml say this, in place of a line that names another (a variable SOPBOT_KNOWLEDGE_DIR wins over it):\n  knowledge_dir = "other"' in told
    assert (tmp_path / "sopbot.toml").read_text() == "port = 8123\n"


@pytest.mark.parametrize(
    ("settings", "folder", "said"),
    [
        ("port = 0\n", "knowledge", "port"),
        ("", ".", "The documents need a folder of their own inside this one. Name it, for example: sopbot init knowledge"),
    ],
)
def test_what_stands_in_the_way_is_said_before_anything_is_written(run: Run, tmp_path: Path, settings: str, folder: str, said: str) -> None:
    """Settings that do not fit, and the folder that one is in."""
    (tmp_path / "sopbot.toml").write_text(settings)
    refused = run("init", folder)
    assert (refused.status, said in refused.err) == (2, True), refused.err
    assert list(_files(tmp_path)) == ["sopbot.toml"]


def test_a_place_that_cannot_be_written_is_said(run: Run, tmp_path: Path) -> None:
    """One sentence, and nothing is left behind."""
    (tmp_path / "file").write_text("")
    refused = run("init", "file/knowledge")
    assert refused.status == 2
    assert "file/knowledge cannot be written (" in refused.err
    assert _files(tmp_path) == {"file": b""}
