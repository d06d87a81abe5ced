"""`sopbot lint` and `sopbot renew` as people run them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.index.lint.support import sop, write

COMMAND = Path(sys.executable).parent / "sopbot"
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs the command in a folder with one procedure that links to nothing, and one draft."""
    write(tmp_path / "knowledge", {"sops/a.md": sop(steps="1. See [b](b.md)."), "drafts/sops/c.md": "# C\n"})

    def run(*arguments: str, answer: str = "", folder: Path = tmp_path, **settings: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [COMMAND, *arguments], cwd=folder, env=os.environ | settings, input=answer, capture_output=True, text=True, timeout=60, check=False
        )

    return run


def test_findings_are_lines_that_open_at_a_click(run: Run) -> None:
    """Place, level, message, remedy and rule in one line each; drafts are named; a warning ends with 0, or 1 when strict."""
    done = run("lint")
    assert done.stdout.splitlines() == [
        "knowledge/sops/a.md:20: warning: The link leads to 'b.md', but there is no such file. Correct the link, or remove it. [dead-link]",
        "knowledge/drafts/sops/c.md: a draft: nobody is answered from it until it is published.",
        "1 document, 1 entry: 0 errors, 1 warning.",
    ]
    assert (done.returncode, run("lint", "--strict").returncode) == (0, 1)


def test_places_are_seen_from_where_it_was_started(run: Run, tmp_path: Path) -> None:
    """Also from inside the documents' folder: a path that begins with a slash would lead elsewhere."""
    places = [line.partition(": ")[0] for line in run("lint", folder=tmp_path / "knowledge", SOPBOT_KNOWLEDGE_DIR=".").stdout.splitlines()]
    assert places[:2] == ["sops/a.md:20", "drafts/sops/c.md"]


def test_each_format_holds_the_finding(run: Run) -> None:
    """For programs, code scanning and annotations."""
    (finding,) = json.loads(run("lint", "--json").stdout)["findings"]
    assert (finding["path"], finding["line"], finding["rule"], finding["level"]) == ("knowledge/sops/a.md", 20, "dead-link", "warning")
    (result,) = json.loads(run("lint", "--format", "sarif").stdout)["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "knowledge/sops/a.md"
    assert run("lint", "--format", "github").stdout.startswith("::warning file=knowledge/sops/a.md,line=20,title=dead-link::The link")


def test_paths_settings_and_levels(run: Run, tmp_path: Path) -> None:
    """Only what is named is told; an error by setting ends with 1; an exception silences it."""
    (tmp_path / "knowledge" / "faqs").mkdir()
    assert run("lint", "knowledge/faqs").stdout == "Of what you named: 0 errors, 0 warnings.\n"
    for path in ("knowledge/sops", "knowledge/sops/a.md", "."):
        assert "dead-link" in run("lint", path).stdout
    (tmp_path / "sopbot.toml").write_text('[lint.levels]\ndead-link = "error"\n')
    assert run("lint").returncode == 1
    (tmp_path / "sopbot.toml").write_text('[[lint.exceptions]]\npath = "sops/*"\nrule = "dead-link"\n')
    assert "0 errors, 0 warnings" in run("lint").stdout


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[lint.levels]\ndead-lnik = "off"\n', "there is no rule 'dead-lnik'. Did you mean 'dead-link'?"),
        ('[lint.levels]\ndead-link = "loud"\n', "lint.levels.dead-link"),
        ("[lint]\nlongest = 3\n", "There is no setting 'lint.longest'"),
    ],
)
def test_a_setting_that_does_not_fit_is_named(run: Run, tmp_path: Path, text: str, says: str) -> None:
    """One sentence, status 2."""
    (tmp_path / "sopbot.toml").write_text(text)
    done = run("lint")
    assert (done.returncode, says in done.stderr, "Traceback" in done.stderr) == (2, True, False), done.stderr


def test_without_documents_or_index_the_set_up_is_wrong(run: Run) -> None:
    """Status 2 and what to do, so that CI never takes an empty folder for a clean one."""
    missing = run("lint", SOPBOT_KNOWLEDGE_DIR="nowhere")
    assert (missing.returncode, "no such folder" in missing.stderr) == (2, True)
    unindexed = run("lint", "--index")
    assert (unindexed.returncode, "sopbot index build" in unindexed.stderr) == (2, True)


@pytest.mark.parametrize("command", ["lint", "renew"])
def test_a_file_elsewhere_is_refused(run: Run, tmp_path: Path, command: str) -> None:
    """A mistyped name, or a file of another folder than the one in use, is never told to be well."""
    elsewhere = tmp_path / "elsewhere.md"
    elsewhere.write_text(sop())
    missing = run(command, "knowledge/sops/aa.md")
    assert missing.returncode != 0
    assert "aa.md" in missing.stderr
    done = run(command, "elsewhere.md")
    assert (done.returncode != 0, "is not in 'knowledge', the folder with your documents" in done.stderr) == (True, True), done.stderr


def test_renewing_shows_the_change_and_asks(run: Run, tmp_path: Path) -> None:
    """No leaves the file, yes saves it; a second time there is nothing to do."""
    file = tmp_path / "knowledge" / "sops" / "a.md"
    before = file.read_text()
    refused = run("renew", "knowledge/sops/a.md", answer="n\n")
    assert (refused.returncode, file.read_text() == before) == (1, True)
    assert "-reviewed_on: 2026-10-01" in refused.stdout
    done = run("renew", "knowledge/sops/a.md", answer="y\n")
    assert (done.returncode, "sops/a.md is saved." in done.stdout) == (0, True)
    assert file.read_text() != before
    again = run("renew", "--yes", "sops/a.md")
    assert (again.returncode, "was reviewed today already" in again.stderr) == (1, True)
    assert "no document of the knowledge folder" in run("renew", "../secret.md").stderr
