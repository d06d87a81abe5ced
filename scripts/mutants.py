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
_BUILDING = ("index/build.py",)
"""A mutant of these is looked for in an index that it has built itself; for all others one is built once."""
_NO_TESTS = (4, 5)
"""What pytest ends with when it finds no file or no test of a name: that catches nothing."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One way to break the code.

    Attributes:
        path: the file, from the root.
        old: what stands there, once.
        new: what stands there instead.
        tests: files of which at least one test must fail.
        only: narrows them down to those that look after the line, as `pytest -k` takes it; all when empty.
    """

    path: str
    old: str
    new: str
    tests: tuple[str, ...]
    only: str = ""


def _of(path: str, tests: str, *broken: tuple[str, str] | tuple[str, str, str]) -> list[Mutant]:
    return [Mutant(path, one[0], one[1], tuple(tests.split()), one[2] if len(one) == 3 else "") for one in broken]


MUTANTS = [
    *_of(
        "bot/answer.py",
        "tests/bot/test_answer.py",
        ("confidence < thresholds.suggest or", "confidence <= thresholds.suggest or"),
        (" or not hits:", ":"),
        ("return NoAnswer(confidence)", "return NoAnswer(0.0)"),
        ("confidence >= thresholds.answer and", "confidence > thresholds.answer and"),
        ("hits[0].lead >= thresholds.lead", "hits[0].lead > thresholds.lead"),
        ("hits[0].lead >= thresholds.lead", "True"),
        (" and not only_offered:", ":"),
        ('past_review == "demote" and is_stale(hits[0]', "is_stale(hits[0]"),
        ("for hit in hits[1:] if", "for hit in hits if"),
        ("hit.confidence >= _LIKELY_TOO", "hit.confidence >= 0"),
        ("hit.confidence >= _LIKELY_TOO", "hit.confidence > _LIKELY_TOO"),
        ("_LIKELY_TOO = 0.25", "_LIKELY_TOO = 0.3"),
        ("hit.confidence >= _WORTH_OFFERING * confidence", "True"),
        ("hit.confidence >= _WORTH_OFFERING * confidence", "hit.confidence > _WORTH_OFFERING * confidence"),
        ("_WORTH_OFFERING = 0.1", "_WORTH_OFFERING = 0.2"),
        ("today, past_review)), confidence)", "today, past_review)), 1.0)"),
        ("hits[:MAX_SUGGESTIONS]", "hits"),
        ("MAX_SUGGESTIONS = 3", "MAX_SUGGESTIONS = 2"),
        ("entry.review_by < today", "entry.review_by <= today"),
        ("        hits = [hit for hit in hits if not is_stale(hit.entry, today)]\n    confidence", "        pass\n    confidence"),
        ("return [hit for hit in hits if not is_stale", "return [hit for hit in hits if is_stale"),
        ('    if past_review == "warn":\n', "    if False:\n"),
        ("(_NEAR if is_stale", "(1.0 if is_stale"),
        ("_NEAR = 0.5", "_NEAR = 0.45"),
        ("(-demoted[place], is_stale(hits[place].entry, today))", "-demoted[place]"),
        ("hit.entry.title, hit.confidence,", "hit.entry.title, hit.score,"),
        ('hit.entry.audience == "public")', 'hit.entry.audience != "public")'),
        ("is_stale(hit.entry, today), also)", "False, also)"),
        ("is_stale(hit.entry, today), also)", "is_stale(hit.entry, today))"),
        ("if confidence >= 0.8:", "if confidence > 0.8:"),
        ("if confidence >= 0.5:", "if confidence > 0.5:"),
    ),
    *_of(
        "index/storage.py",
        "tests/index/test_storage.py",
        (
            "        os.replace(scratch, self.data / _CURRENT)\n",
            "        (self.data / _CURRENT).unlink(missing_ok=True)\n        os.rename(scratch, self.data / _CURRENT)\n",
            "one_step",
        ),
        ("        self.switch(generation)\n        with suppress", "        with suppress", "switched_to"),
        ("        with suppress(OSError):  # it serves", "        if True:  # it serves", "cannot_go"),
        ("            files = sealed(", "            self.switch(generation)\n            files = sealed(", "failing_build"),
        ("        flush(scratch)\n        os.replace", "        os.replace", "on_the_disk"),
        ("        flush(self.data)\n", "", "on_the_disk"),
        ("        flush(self.folder)\n", "", "on_the_disk"),
        ("                flush(folder)\n", "                pass\n", "on_the_disk"),
        ("            shutil.rmtree(scratch, ignore_errors=True)\n            if", "            if", "failing_build"),
        ("max(numbers, default=0) + 1", "len(self.ids()) + 1"),
        ('.removeprefix(".new-")) for path', ") for path", "left_behind"),
        ("        self.verify(target)\n", "", "rollback"),
        ("        self.switch(target)\n", "", "rollback"),
        ("or generation < current]", "or generation <= current]", "rollback"),
        ("to or (older[-1]", "to or (older[0]", "rollback"),
        ("if target not in self.ids():", "if False:", "rollback"),
        ("if found[name] != digest:", "if found[name] is None:", "damage_is_found"),
        ('if fields.pop("digest") != own_digest(fields):', 'if not fields.pop("digest"):', "damage_is_found"),
        ('            if fields["id"] != generation:\n', "            if False:\n", "own_name"),
        ("        if not named.isdigit():\n", "        if False:\n", "names_no_generation"),
        (" and (path / MANIFEST).is_file())", ")", "without_a_manifest"),
        ("if generation not in before and", "if", "old_generations"),
        ("len(others) + 1 - self._keep.generations", "len(others) - self._keep.generations", "old_generations"),
        ("[found for found in self.ids() if found != current]", "self.ids()", "old_generations"),
        (
            "        except (GenerationError, ValueError):\n            return False\n",
            "        except (GenerationError, ValueError):\n            return True\n",
            "nobody_knows",
        ),
        ("                shutil.rmtree(leftover, ignore_errors=True)\n", "                pass\n", "one_builder"),
    ),
    *_of(
        "index/sealing.py",
        "tests/index/test_storage.py",
        ("        flush(path)\n        return file_digest", "        return file_digest", "on_the_disk"),
        ("        check(folder)\n", "", "failing_build"),
        ("        check(folder)\n        rest()\n", "        check(folder)\n", "check_adds"),
    ),
    *_of(
        "index/build_lock.py",
        "tests/index/test_storage.py",
        ("                    told = True\n", "", "told_once"),
        ("fcntl.LOCK_EX | fcntl.LOCK_NB", "fcntl.LOCK_SH | fcntl.LOCK_NB", "one_builder"),
    ),
    *_of(
        "index/search.py",
        "tests/index/test_search.py",
        ('"public": View(folder / "public")', '"public": View(folder / "internal")', "nothing_internal"),
        (' for entry in entries if entry.audience == "public")', " for entry in entries)", "nothing_internal"),
        ("view = self._views[audience]", 'view = self._views["internal"]', "nothing_internal"),
        ("self._entries[audience][ranked.entry]", 'self._entries["internal"][ranked.entry]', "places_of"),
        ("self._entries[audience][position]", 'self._entries["internal"][position]', "places_of"),
        ("position = self._by_id[audience].get(entry_id)", 'position = self._by_id["internal"].get(entry_id)', "nothing_internal"),
        ("entries, withheld_from = self._entries[audience],", 'entries, withheld_from = self._entries["internal"],', "nothing_internal"),
        ("asked = (question, audience, limit, day)", 'asked = (question, "internal", limit, day)', "repeated_question"),
        ("asked = (question, audience, limit, day)", "asked = (question, audience, limit, 0)", "midnight"),
        ("self._shown[audience] = (today, shown)", 'self._shown["public"] = self._shown["internal"] = (today, shown)', "withheld"),
        ("if day != today:", "if day is None:", "midnight"),
        ("(entry.review_by or date.max) >= today", "(entry.review_by or date.max) > today", "withheld"),
        ("self._review_by[audience] < self._withheld_from()", "self._review_by[audience] <= self._withheld_from()", "withheld"),
        ("(withheld is not None and withheld[position])", "False", "withheld"),
        ("limit, always, withheld)\n", "limit, always, None)\n", "withheld"),
    ),
    *_of("index/recent.py", "tests/index/test_search.py", ('f"{others}\\0{question}"', "question", "repeated_question")),
    *_of(
        "index/build.py",
        "tests/index/test_search.py",
        ('if folder.name == "internal" or entry.audience == "public"]', "]", "nothing_internal"),
        ("chosen = _rows_of(seen, chunks)", "chosen = _rows_of(entries, chunks)", "nothing_internal"),
        ("background, wordings.of(rows), written)", "background, wordings, written)", "nothing_internal or do_not_move"),
    ),
    *_of(
        "bot/ask.py",
        "tests/bot/test_ask.py",
        ("hits, repeated = index.found(text, question.audience, SEARCH_LIMIT)", 'hits, repeated = index.found(text, "internal", SEARCH_LIMIT)', "public"),
        ("self._decided(index.found(text, question.audience, SEARCH_LIMIT)[0]", 'self._decided(index.found(text, "internal", SEARCH_LIMIT)[0]', "asking_would"),
        ("entry_id, question.audience)\n", 'entry_id, "internal")\n', "choice"),
        ("index.found(checked(text), audience, limit)", 'index.found(checked(text), "internal", limit)', "public"),
        ("index.generation, took_ms, index.entries(question.audience), repeated)", 'index.generation, took_ms, index.entries("internal"), repeated)', "public"),
        ("        seen = index.entries(question.audience)\n", '        seen = index.entries("internal")\n', "public"),
        ("self.today(), self._past_review), text", 'self.today(), "warn"), text', "policy"),
        ("self.today(), self._past_review))\n\n", 'self.today(), "warn"))\n\n', "policy"),
        ('self._past_review == "withhold" and is_stale(', "False and is_stale(", "withheld"),
        ("                audience=question.audience,\n", '                audience="internal",\n', "public"),
    ),
    *_of(
        "bot/api/auth.py",
        "tests/bot/api/test_auth.py tests/bot/api/test_admission.py",
        ('return Caller("public", None)', 'return Caller("internal", None)', "without_a_key"),
        ('"public" if key.scope == "public" else "internal"', '"internal"', "opens_its_scope"),
        ('"public" if key.scope == "public" else "internal"', '"public"', "opens_its_scope"),
        ("    if len(sent) > 1:", "    if False:", "two_different_keys"),
        ("    if key is None:\n", '    if key is None:\n        return Caller("public", None)\n', "not_good"),
        ('| set(request.headers.getlist("x-api-key"))', "| set()", "opens_its_scope"),
        ('if scheme.lower() != "bearer":', "if False:", "another_scheme"),
        ("    _count(request.app.state.by_key, key.id)\n", "", "allowance"),
        ("    if key is None:\n        count_bad_try(request)\n", "    if key is None:\n", "address_that_asks_too_often"),
        ("    if len(sent) > 1:\n        count_bad_try(request)\n", "    if len(sent) > 1:\n", "too_often"),
        ('f"key:{self.key.id}" if self.key else ""', '""', "who_asked"),
    ),
    *_of(
        "bot/slack/audience.py",
        "tests/bot/slack/test_audience.py",
        ("if not user or not team_id or", "if not user or", "full_member"),
        ('user.get("deleted") or ', "", "full_member"),
        (' or user.get("is_stranger")', "", "full_member"),
        ('user.get("is_restricted") is not False or', 'user.get("is_restricted") is True or', "full_member"),
        (' or user.get("is_ultra_restricted")', "", "full_member"),
        ('"internal" if bot and user.get("team_id") == team_id else "public"', '"internal" if bot else "public"', "full_member"),
        ('    return "internal" if user.get("team_id") == team_id else "public"\n\n', '    return "internal"\n\n', "full_member"),
        (' or channel.get("is_archived")', "", "shared_channel"),
        ("return bool(stated) and", "return", "shared_channel"),
        (' and not channel.get("pending_shared")', "", "shared_channel"),
        ('if await self.of_user(user_id) == "public":', "if False:", "from_outside"),
        ('"internal" if direct else await self.of_channel(channel_id)', '"internal"', "read_from_outside"),
        ("self._channels.pop(channel_id, None)", "pass", "who_joins"),
        (
            '        except _TROUBLE as error:\n            _log.warning("Slack does not say who reads',
            '        except ZeroDivisionError as error:\n            _log.warning("Slack does not say who reads',
            "does_not_say",
        ),
        ("        if not may_hold_internal(info):", "        if False:", "about_to_be_shared"),
        (" or not members:", ":", "without_members"),
        ("                raise LookupError(member)", "                continue", "does_not_say or failed_look_up"),
        ("            if not cursor:\n                return members\n", "            return members\n", "later_page"),
        ("                return members\n        return None\n", "                return members\n        return members\n", "too_many_members"),
    ),
    *_of(
        "index/own_words.py",
        "tests/index/test_own_words.py",
        ('hit.chunk.kind in ("title", "question") and ', "", "step"),
        (" and words(hit.chunk.text) == asked", "", "in_their_order"),
        ("if not same or len({hit.entry.kind for hit in same}) < len(same):", "if not same:", "undecided"),
        ("max(found.confidence, _SURE)", "found.confidence", "in_their_order"),
        ("lead=1.0,", "lead=found.lead,", "in_their_order"),
        ("replace(hit, lead=0.0) for hit", "hit for hit", "in_their_order"),
    ),
    *_of(
        "index/ranking.py",
        "tests/index/test_search.py tests/index/test_ranking.py tests/index/test_shortlist.py",
        ("np.argsort(-scores", "np.argsort(scores", "comes_first"),
        ("order = order[~withheld[found.entries[order]]]", "pass", "withheld"),
        ("withheld[found.entries].sum() * 2 > len(found.entries)", "False", "shortlisted"),
        ("signals[0] = np.maximum.reduceat(found.chunks, found.begins)", "signals[0] = 0", "every_part"),
        ("signals[1] = inner(self._centroids if", "signals[1] = 0 * inner(self._centroids if", "every_part"),
        ("_COSINE * found.cosine, _COVERAGE", "0, _COVERAGE", "every_part"),
        ("_COVERAGE * found.bm25, _PROBE", "0, _PROBE", "every_part"),
        ("_PROBE * picked", "0", "every_part"),
        ("np.where(others[found.entries], _ANOTHER_CODE,", "np.where(others[found.entries], np.float32(0),", "another_code or gets_its_own or not_answered"),
        ("(rank for rank in wanted if rank >= limit)", "()", "whatever_its_rank"),
        ("lead=judged.lead if rank == 0 else 0.0", "lead=judged.lead", "as_if_they_were_not_there"),
        (".argmax()])", ".argmin()])", "is_the_nearest"),
        ("~self._faqs[ranked] if self._procedures[first] else", "None if False else", "no_rival_of_the_procedure"),
        ("        rival[0] = False\n", "", "no_rivals"),
        ("            rival &= ~others[ranked]\n", "", "no_rivals"),
        ("            centroids[others[nearby]] = -1.0\n", "", "not_near"),
        ("            centroids[withheld[nearby]] = -1.0\n", "            pass\n", "nothing_is_near"),
        ("np.maximum(inner(plain, vector), inner(plain, subject))", "inner(plain, vector)", "particulars"),
        ("return without_numbers(text, subject)", "return text", "order_number"),
        ('return "" if self._codes.nobody_has(text) else text', "return text", "order_number"),
        ("return text if self._empty else self._spelling.corrected(", "return text if True else self._spelling.corrected(", "typos"),
        ("self._spelling.corrected(self._codes.as_written(text), known)", "self._spelling.corrected(text, known)", "however_it_is_typed"),
        ("return () if self._empty else self._particulars", "return () if True else self._particulars", "particulars"),
    ),
]


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
