"""Break a line, see a test fail, for each line below: `python scripts/mutants.py [PART…]`. Nothing here is changed: it works on a copy.

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
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_COPIED = ("bot", "index", "knowledge", "tests", "scripts", "docs")
_SECONDS = 600
"""A test that hangs longer has failed."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One way to break the code.

    Attributes:
        path: the file, from the root.
        old: what stands there, once.
        new: what stands there instead.
        tests: of which at least one must fail.
    """

    path: str
    old: str
    new: str
    tests: tuple[str, ...]


def _of(path: str, tests: str, *pairs: tuple[str, str]) -> list[Mutant]:
    return [Mutant(path, old, new, tuple(tests.split())) for old, new in pairs]


MUTANTS = [
    *_of(
        "bot/answer.py",
        "tests/bot/test_answer.py",
        ("confidence < thresholds.suggest or", "confidence <= thresholds.suggest or"),
        ("confidence >= thresholds.answer and", "confidence > thresholds.answer and"),
        ("hits[0].lead >= thresholds.lead", "hits[0].lead > thresholds.lead"),
        ("hits[0].lead >= thresholds.lead", "True"),
        (" and not only_offered:", ":"),
        ("for hit in hits[1:] if", "for hit in hits if"),
        ("hit.confidence >= _LIKELY_TOO", "hit.confidence >= 0"),
        ("hit.confidence >= _WORTH_OFFERING * confidence", "True"),
        ("hits[:MAX_SUGGESTIONS]", "hits"),
        ("entry.review_by < today", "entry.review_by <= today"),
        ("        hits = [hit for hit in hits if not is_stale(hit.entry, today)]\n    confidence", "        pass\n    confidence"),
        ("return [hit for hit in hits if not is_stale", "return [hit for hit in hits if is_stale"),
        ("(_NEAR if is_stale", "(1.0 if is_stale"),
        ("(-demoted[place], is_stale(hits[place].entry, today))", "-demoted[place]"),
        ('hit.entry.audience == "public")', 'hit.entry.audience != "public")'),
        ("if confidence >= 0.8:", "if confidence > 0.8:"),
        ("if confidence >= 0.5:", "if confidence > 0.5:"),
    ),
    *_of(
        "index/storage.py",
        "tests/index/test_storage.py",
        (
            "        os.replace(scratch, self.data / _CURRENT)\n",
            "        (self.data / _CURRENT).unlink(missing_ok=True)\n        os.rename(scratch, self.data / _CURRENT)\n",
        ),
        ("        self.switch(generation)\n        self._prune()\n", "        self._prune()\n"),
        ("            files = sealed(", "            self.switch(generation)\n            files = sealed("),
        ("            shutil.rmtree(scratch, ignore_errors=True)\n            if", "            if"),
        ("max(numbers, default=0) + 1", "len(self.ids()) + 1"),
        ("        self.verify(target)\n", ""),
        ("or generation < current]", "or generation <= current]"),
        ("to or (older[-1]", "to or (older[0]"),
        ("if found[name] != digest:", "if found[name] is None:"),
        ('if fields.pop("digest") != own_digest(fields):', 'if not fields.pop("digest"):'),
        (" and (path / MANIFEST).is_file())", ")"),
        ("if generation not in before and", "if"),
        ("len(others) + 1 - self._keep.generations", "len(others) - self._keep.generations"),
    ),
    *_of("index/sealing.py", "tests/index/test_storage.py", ("        check(folder)\n", "")),
    *_of("index/build_lock.py", "tests/index/test_storage.py", ("fcntl.LOCK_EX | fcntl.LOCK_NB", "fcntl.LOCK_SH | fcntl.LOCK_NB")),
    *_of(
        "index/search.py",
        "tests/index/test_search.py",
        ('"public": View(folder / "public")', '"public": View(folder / "internal")'),
        ('tuple(entry for entry in entries if entry.audience == "public")', "tuple(entries)"),
        ("self._review_by[audience] < self._withheld_from()", "self._review_by[audience] <= self._withheld_from()"),
        ("(withheld is not None and withheld[position])", "False"),
        ("limit, always, withheld)\n", "limit, always, None)\n"),
    ),
    *_of("index/build.py", "tests/index/test_search.py", ('if folder.name == "internal" or entry.audience == "public"]', "]")),
    *_of(
        "bot/api/auth.py",
        "tests/bot/api/test_auth.py tests/bot/api/test_audience.py",
        ('return Caller("public", None)', 'return Caller("internal", None)'),
        ('"public" if key.scope == "public" else "internal"', '"internal"'),
        ("    if len(sent) > 1:", "    if False:"),
    ),
    *_of(
        "index/ranking.py",
        "tests/index/test_search.py tests/index/test_ranking.py",
        ("np.argsort(-scores", "np.argsort(scores"),
        ("entries, best, cosine, coverage = entries[kept], best[kept], cosine[kept], coverage[kept]", "pass"),
        ('"best chunk": best,', '"best chunk": np.zeros_like(best),'),
        ('"centroid": inner(self._centroids if len(entries) == self._entries else self._centroids[entries], query),', '"centroid": np.zeros_like(best),'),
        ('"words": _COSINE * cosine,', '"words": np.zeros_like(best),'),
        ('"coverage": _COVERAGE * coverage,', '"coverage": np.zeros_like(best),'),
        ("if picked is None else _PROBE * picked[entries]", "if True else best"),
        ("np.where(others[entries], _ANOTHER_CODE,", "np.where(others[entries], np.float32(0),"),
        ("(rank for rank in wanted if rank >= limit)", "()"),
        ("lead=judged.lead if rank == 0 else 0.0", "lead=judged.lead"),
        ("int(np.argmax(inner(", "int(np.argmin(inner("),
        ("~self._faqs[ranked] if self._procedures[first] else", "None if False else"),
        ("            rival &= ~others[ranked]\n", ""),
        ("            centroids[others[nearby]] = -1.0\n", ""),
        ("            centroids[withheld[nearby]] = -1.0\n", "            pass\n"),
        ("return text if self._empty else self._spelling.corrected(", "return text if True else self._spelling.corrected("),
        ("return () if self._empty else self._particulars", "return () if True else self._particulars"),
    ),
]


def main() -> int:
    """Try those that were asked for; 1 when one was not caught."""
    wanted = [mutant for mutant in MUTANTS if not sys.argv[1:] or any(part in mutant.path for part in sys.argv[1:])]
    alive = 0
    with tempfile.TemporaryDirectory(prefix="sopbot-mutants-") as folder:
        tree = Path(folder)
        for name in _COPIED:
            shutil.copytree(ROOT / name, tree / name, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "pyproject.toml", tree)
        for tests in dict.fromkeys(mutant.tests for mutant in wanted):
            if not _passes(tree, tests):
                sys.exit(f"{' '.join(tests)} fail before anything is broken. Mend that first.")
        for mutant in wanted:
            began = time.monotonic()
            what = _try(tree, mutant)
            alive += what != "caught"
            print(f"{what:8} {time.monotonic() - began:4.0f} s  {mutant.path}: {mutant.old.strip()!r} -> {mutant.new.strip()!r}", flush=True)
    print(f"{len(wanted) - alive} of {len(wanted)} were caught.")
    return 1 if alive else 0


def _try(tree: Path, mutant: Mutant) -> str:
    """What becomes of a mutant in the copy, which is put right again: "caught", "SURVIVED", or "GONE" when its line is no longer there."""
    file = tree / mutant.path
    whole = file.read_text(encoding="utf-8")
    if whole.count(mutant.old) != 1:
        return "GONE"
    try:
        file.write_text(whole.replace(mutant.old, mutant.new), encoding="utf-8")
        return "SURVIVED" if _passes(tree, mutant.tests) else "caught"
    finally:
        file.write_text(whole, encoding="utf-8")


def _passes(tree: Path, tests: tuple[str, ...]) -> bool:
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-o", f"cache_dir={ROOT / '.pytest_cache'}", *tests]
    environment = os.environ | {"PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        return subprocess.run(command, cwd=tree, env=environment, capture_output=True, timeout=_SECONDS, check=False).returncode == 0
    except subprocess.TimeoutExpired:
        return False


if __name__ == "__main__":
    sys.exit(main())
