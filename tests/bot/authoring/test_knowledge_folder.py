"""Saving: whole or not at all, only what was shown, never outside of the folder."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.authoring.edit import Edit, edit_of, version_of
from bot.authoring.knowledge_folder import KnowledgeFolder
from bot.errors import EditRefused


@pytest.fixture
def folder(tmp_path: Path) -> KnowledgeFolder:
    """A folder with one document, sops/a.md, that only its group may read along."""
    (tmp_path / "knowledge" / "sops").mkdir(parents=True)
    file = tmp_path / "knowledge" / "sops" / "a.md"
    file.write_bytes(b"one\n")
    file.chmod(0o640)
    return KnowledgeFolder(tmp_path / "knowledge")


def test_an_edit_is_saved_with_the_file_s_permissions(folder: KnowledgeFolder) -> None:
    """The new bytes are there, the old mode, and nothing else in the folder."""
    edit = edit_of("sops/a.md", folder.read("sops/a.md"), b"two\n")
    assert edit.diff == "--- sops/a.md\n+++ sops/a.md\n@@ -1 +1 @@\n-one\n+two"
    assert folder.apply(edit) == edit.version == version_of(b"two\n")
    file = folder.root / "sops" / "a.md"
    assert (file.read_bytes(), file.stat().st_mode & 0o777) == (b"two\n", 0o640)
    assert [path.name for path in folder.root.rglob("*")] == ["sops", "a.md"]


def test_a_file_that_changed_meanwhile_is_left_alone(folder: KnowledgeFolder) -> None:
    """What somebody else wrote is never lost."""
    edit = edit_of("sops/a.md", folder.read("sops/a.md"), b"two\n")
    (folder.root / "sops" / "a.md").write_bytes(b"theirs\n")
    with pytest.raises(EditRefused, match="changed by somebody else meanwhile"):
        folder.apply(edit)
    assert folder.read("sops/a.md") == b"theirs\n"


def test_of_many_edits_of_one_version_one_is_saved(folder: KnowledgeFolder) -> None:
    """Eight at once: seven are told that the file has changed."""
    before = folder.read("sops/a.md")

    def save(number: int) -> bool:
        try:
            folder.apply(edit_of("sops/a.md", before, f"{number}\n".encode()))
        except EditRefused:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(save, range(8))) == 1


def test_a_new_file_takes_no_other_s_place(folder: KnowledgeFolder) -> None:
    """The folder is made when missing; a file that is there stays."""
    folder.apply(edit_of("drafts/sops/b.md", None, b"b\n"))
    assert folder.read("drafts/sops/b.md") == b"b\n"
    with pytest.raises(EditRefused, match=r"There is a document drafts/sops/b\.md already"):
        folder.apply(edit_of("drafts/sops/b.md", None, b"c\n"))
    assert folder.read("drafts/sops/b.md") == b"b\n"
    assert list(folder.root.rglob(".*")) == []


@pytest.mark.parametrize(
    "path", ["../x.md", "sops/../../x.md", "/etc/passwd.md", "", ".", ".git/x.md", "sops/a.txt", "sops\\..\\x.md", "a\0.md", "sops/link.md", "out/x.md"]
)
def test_nothing_outside_is_read_or_written(folder: KnowledgeFolder, tmp_path: Path, path: str) -> None:
    """Not by name, not through links to files or folders."""
    (tmp_path / "x.md").write_text("secret")
    (folder.root / "sops" / "link.md").symlink_to(tmp_path / "x.md")
    (folder.root / "out").symlink_to(tmp_path)
    for attempt in (lambda: folder.read(path), lambda: folder.apply(edit_of(path, None, b"x")), lambda: folder.apply(edit_of(path, b"secret", b"x"))):
        with pytest.raises(EditRefused, match=r"no document|link to another place"):
            attempt()
    assert (tmp_path / "x.md").read_text() == "secret"


def test_a_file_that_is_gone_is_told(folder: KnowledgeFolder) -> None:
    """Neither read nor made anew."""
    edit = edit_of("sops/a.md", b"one\n", b"two\n")
    (folder.root / "sops" / "a.md").unlink()
    with pytest.raises(EditRefused, match=r"sops/a\.md cannot be read"):
        folder.apply(edit)


def test_a_full_or_closed_folder_is_told_and_loses_nothing(folder: KnowledgeFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk gives up before the file is whole, the old one stays and nothing is left behind."""

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(EditRefused, match="No space left on device"):
        folder.apply(edit_of("sops/a.md", b"one\n", b"two\n"))
    assert folder.read("sops/a.md") == b"one\n"
    assert [path.name for path in folder.root.rglob("*")] == ["sops", "a.md"]


def test_what_is_published_is_on_the_disk_before_its_draft_goes(folder: KnowledgeFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """A power cut in between leaves the document in both places, never in neither: the new folder and its parents are flushed with the draft still there."""
    folder.apply(edit_of("drafts/faqs/b.md", None, b"b\n"))
    flushed: list[tuple[Path, bool, bool]] = []
    flush, draft, target = os.fsync, folder.root / "drafts/faqs/b.md", folder.root / "faqs/b.md"

    def seen(handle: int) -> None:
        flush(handle)
        flushed.append((Path(f"/proc/self/fd/{handle}").readlink(), target.exists(), draft.exists()))

    monkeypatch.setattr(os, "fsync", seen)
    folder.apply(Edit("faqs/b.md", version_of(b"b\n"), b"b\n", "", replaces="drafts/faqs/b.md"))
    assert (target.exists(), draft.exists()) == (True, False)
    assert {(folder.root / "faqs", True, True), (folder.root, True, True)} <= set(flushed)
