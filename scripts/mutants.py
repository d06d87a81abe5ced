"""Break a line, see a test fail, for each line of mutant_lines.py: `python scripts/mutants.py [PART…]`. Nothing here is changed: it works on a copy.

A line that can be broken without a test that fails is a line that nobody looks after. Prints each that survives, and ends
with 1 when there is one. PART picks those whose place holds it, such as `answer` or `storage`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from mutant_lines import MUTANTS, Mutant

ROOT = Path(__file__).resolve().parent.parent
_COPIED = ("bot", "index", "knowledge", "tests", "scripts", "docs")
_SECONDS = 600
"""A test that hangs longer has failed."""
_BUILDING = ("index/build.py",)
"""A mutant of these is looked for in an index that it has built itself; for all others one is built once."""
_NO_TESTS = (4, 5)
"""What pytest ends with when it finds no file or no test of a name: that catches nothing."""


def main() -> int:
    """Try those that were asked for; 1 when one was not caught."""
    wanted = [mutant for mutant in MUTANTS if not sys.argv[1:] or any(part in mutant.path for part in sys.argv[1:])]
    alive = 0
    with tempfile.TemporaryDirectory(prefix="sopbot-mutants-") as folder:
        tree = Path(folder) / "tree"
        tree.mkdir()
        for name in _COPIED:
            shutil.copytree(ROOT / name, tree / name, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "pyproject.toml", tree)
        starter = _starter(tree, Path(folder) / "starter")
        for tests in dict.fromkeys(mutant.tests for mutant in wanted):
            named = [mutant.only for mutant in wanted if mutant.tests == tests]
            if not _passes(tree, tests, " or ".join(dict.fromkeys(named)) if all(named) else "", starter):
                sys.exit(f"{' '.join(tests)} fail before anything is broken. Mend that first.")
        for mutant in wanted:
            began = time.monotonic()
            what = _try(tree, mutant, None if mutant.path in _BUILDING else starter)
            alive += what != "caught"
            print(f"{what:8} {time.monotonic() - began:4.0f} s  {mutant.path}: {mutant.old.strip()!r} -> {mutant.new.strip()!r}", flush=True)
    print(f"{len(wanted) - alive} of {len(wanted)} were caught.")
    return 1 if alive else 0


def _starter(tree: Path, data: Path) -> Path:
    """The starter knowledge base, built as tests/conftest.py does, with the encoder and the vectors that tests have kept."""
    (data / "cache").mkdir(parents=True)
    kept = ROOT / ".pytest_cache" / "d" / "sopbot"
    if (kept / "encoders").exists():
        (data / "cache" / "encoders").symlink_to(kept / "encoders")
    if (kept / "vectors.db").exists():
        shutil.copy(kept / "vectors.db", data / "cache" / "vectors.db")
    build = "import sys; from pathlib import Path; from index.build import build_index; from index.export import DEFAULT_MODEL as model; build_index(Path('knowledge'), Path(sys.argv[1]), model)"
    subprocess.run([sys.executable, "-c", build, str(data)], cwd=tree, env=_environment(tree), check=True)
    return data


def _try(tree: Path, mutant: Mutant, starter: Path | None) -> str:
    """What becomes of a mutant in the copy, which is put right again: "caught", "SURVIVED", or "GONE" when its line is no longer there."""
    file = tree / mutant.path
    whole = file.read_text(encoding="utf-8")
    if whole.count(mutant.old) != 1:
        return "GONE"
    try:
        file.write_text(whole.replace(mutant.old, mutant.new), encoding="utf-8")
        return "SURVIVED" if _passes(tree, mutant.tests, mutant.only, starter) else "caught"
    finally:
        file.write_text(whole, encoding="utf-8")


def _passes(tree: Path, tests: tuple[str, ...], only: str, starter: Path | None) -> bool:
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-o", f"cache_dir={ROOT / '.pytest_cache'}", *tests, *(("-k", only) if only else ())]
    made = {"SOPBOT_TESTS_STARTER": str(starter)} if starter else {}
    try:
        status = subprocess.run(command, cwd=tree, env=_environment(tree) | made, capture_output=True, timeout=_SECONDS, check=False).returncode
    except subprocess.TimeoutExpired:
        return False
    if status in _NO_TESTS:
        sys.exit(f"No test of {' '.join(tests)} is called {only!r}.")
    return status == 0


def _environment(tree: Path) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}


if __name__ == "__main__":
    sys.exit(main())
