"""What `python -m build` gives, installed in an environment of its own outside the checkout, as a stranger uses it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import urllib.request
import venv
import zipfile
from pathlib import Path

import pytest

from bot.cli.extras import EXTRA_OF
from tests.e2e.serving import serving

ROOT = Path(__file__).parent.parent.parent
_BUILT_FROM = ("bot", "index", "knowledge", "docs")
_LEFT_OUT = shutil.ignore_patterns("__pycache__")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from an sdist, which is built from a copy of the tree: what one of them lacks, the wheel lacks."""
    tree, out = tmp_path_factory.mktemp("tree"), tmp_path_factory.mktemp("dist")
    for folder in _BUILT_FROM:
        shutil.copytree(ROOT / folder, tree / folder, symlinks=True, ignore=_LEFT_OUT)
    for file in ROOT.iterdir():
        if file.is_file() and not file.name.startswith("."):
            shutil.copy(file, tree)
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out)]
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command, in a new environment that has the wheel and, from this one, libraries."""
    folder = tmp_path_factory.mktemp("environment")
    venv.EnvBuilder(symlinks=True).create(folder)
    python = folder / "bin" / "python"
    subprocess.run([sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-index", "--no-deps", wheel], check=True, timeout=120)
    # Named in a file of its own, folders are only looked through: what they link to, such as this checkout, stays out.
    libraries = "\n".join(place for place in sys.path if place.endswith("site-packages"))
    next(folder.glob("lib/*/site-packages")).joinpath("libraries.pth").write_text(libraries)
    return folder / "bin" / "sopbot"


def test_the_wheel_holds_every_file_of_the_tree(wheel: Path) -> None:
    """Code, templates, widget, migrations, manifest, word lists, starter documents and guides are inside; tests and scripts are not."""
    inside = set(zipfile.ZipFile(wheel).namelist())
    of_tree = {path.relative_to(ROOT).as_posix() for name in ("bot", "index") for path in (ROOT / name).rglob("*") if path.is_file()}
    wanted = {path for path in of_tree if "__pycache__" not in path}
    wanted |= {f"bot/starter/{path.relative_to(ROOT / 'knowledge').as_posix()}" for path in (ROOT / "knowledge").rglob("*.*") if path.is_file()}
    wanted |= {f"bot/docs/{path.name}" for path in (ROOT / "docs").glob("*.md")}
    assert wanted - inside == set()
    assert {path.split("/")[0] for path in inside if ".dist-info/" not in path} == {"bot", "index"}


def test_a_stranger_installs_it_and_is_answered(installed: Path, starter_data: Path, tmp_path: Path) -> None:
    """`init` and `index build` in a folder that holds nothing else; then `ask` and `serve`, which need no extra's libraries."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "HF_HUB_OFFLINE": "1"}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([installed, *arguments], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120, check=False)

    where = [installed.parent / "python", "-c", "import bot, index; print(bot.__file__, index.__file__)"]
    origins = subprocess.run(where, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True).stdout.split()
    assert all(Path(origin).is_relative_to(installed.parent.parent) for origin in origins), origins

    laid_out = run("init", "my-knowledge")
    assert (laid_out.returncode, "sopbot index build" in laid_out.stdout) == (0, True), laid_out.stderr
    shutil.copytree(starter_data / "cache", tmp_path / "data" / "cache", symlinks=True)  # saves exporting and embedding
    built = run("index", "build")
    assert built.returncode == 0, built.stderr
    next(installed.parent.parent.glob("lib/*/site-packages")).joinpath("serving_only.pth").write_text(
        f"import sys; sys.modules.update(dict.fromkeys({[*EXTRA_OF]}))"
    )
    told = run("evaluate", "my-knowledge/golden.jsonl")
    assert (told.returncode, told.stderr.splitlines()[-1]) == (
        2,
        "sopbot: This needs ir_measures, which is not installed. Install it with: pip install 'sopbot[evaluate]'",
    )
    answer = run("ask", "how do I handle a refund complaint")
    assert "sops/handle-refund-complaint.md, lines " in answer.stdout
    with serving(tmp_path / "data", command=installed) as address:
        asked = urllib.request.Request(  # noqa: S310 - our own address
            f"{address}/v1/ask", json.dumps({"question": "how long do I have to return something"}).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(asked, timeout=30) as response:  # noqa: S310
            assert json.load(response)["outcome"] == "answer"
        for path in ("/", "/faq", "/widget.js", "/widget/demo", "/docs"):
            with urllib.request.urlopen(f"{address}{path}", timeout=30) as response:  # noqa: S310
                assert len(response.read()) > 500, path
