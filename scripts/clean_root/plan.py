"""What a script cannot take from the documents: what readers put in, what their day brings, and what cannot run here, with the reason."""

from __future__ import annotations

import re
import urllib.request
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from tests.docs.pages import ROOT

PREPARED = (
    "trap 'kill %1; wait' EXIT; sopbot serve > /dev/null 2>&1 & python scripts/clean_root/people.py",
    *(f"printf '\\nSee also our letter of this week, number {number}.\\n' >> knowledge/faqs/returns.md && sopbot index build" for number in range(2, 6)),
    "until sopbot review list --json | grep -q '\"id\": 17' && sopbot review proposals --json | grep -q '\"id\": 8'; do sleep 5; done",
)
"""What the documents suppose: a server that people have used for a while, whose questions are in gaps by now, and documents that were edited."""
_SLACK = (".venv/bin/python -m tests.slack_stand_in --port 8090", "export SOPBOT_SLACK_API_URL=http://127.0.0.1:8090/api/")
_TOKENS = ("export SLACK_BOT_TOKEN=xoxb-stand-in", "export SLACK_APP_TOKEN=xapp-stand-in", "export SLACK_SIGNING_SECRET=made-up")
BEFORE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "docs/authoring.md": (
            "awk '/^```markdown/{take = !done; next} /^```/{if (take) done = 1; take = 0} take' docs/authoring.md > knowledge/sops/hand-back-a-lost-key.md",
        ),
        "docs/commands.md": (*_SLACK, *_TOKENS),
        "docs/slack.md": _SLACK,
        "docs/operations.md": ("make package", "rm -rf ../without-a-checkout && mkdir ../without-a-checkout && cp dist/*.whl ../without-a-checkout"),
    }
)
"""By page: what its reader has done already, or does in an editor or in the browser."""
FOLDERS = ((r"^(python3 -m venv |sopbot-env/)", "~/without-a-checkout"), (r"^sopbot init\b", "$(mktemp -d)"))
"""Commands that are for another folder than a checkout."""

_DATA = "tests/fixtures/regression"
PUT_IN: tuple[tuple[str, str], ...] = (
    (r"xoxb-…", "xoxb-stand-in"),
    (r"xapp-…", "xapp-stand-in"),
    (r"(?<=init )FOLDER", "my-folder"),
    (r"\b(FOLDER(\.\.\.)?|DATASET)(?= |\"|$)", _DATA),
    (r"\bGENERATION\b", "data/generations/000005"),
    (r"(?<=decline )7", "8"),
    (r"\bNAME$", "slack"),
    (r"\bQUESTION$", '"how do I handle a refund complaint"'),
    (r"\bPATH$", "knowledge/sops/refund-not-received.md"),
    (r"(?<=backup )FILE$", "all.zip"),
    (r"(?<=restore )FILE$", "--force all.zip"),
)
"""What readers put in for a word in capitals, or for a secret of theirs."""
PRINTED: tuple[tuple[str, str], ...] = (
    (r"sop_…", r"\b(sop_[\w-]+)"),
    (r"(?<=revoke )3f9a1c20", r"(?m)^(\w{8})  (?:public|internal|admin)"),
    (r"(?<=split 12 )3f9a 81bc", r"(?m)^ +([0-9a-f]{8})  \S"),
)
"""What they copy from what was printed last."""

IN_PART: tuple[tuple[str, str], ...] = (
    (r"^make test\b", "make .venv/.test && .venv/bin/python -m pytest tests/docs tests/index/test_build.py tests/bot/api/test_ask.py"),
    (r"^make check\b", "scripts/check tests/index/test_codes.py"),
    (
        r"^make coverage\b",
        ".venv/bin/coverage run -m pytest tests/index/test_codes.py && .venv/bin/coverage combine -q && .venv/bin/coverage report --fail-under=0",
    ),
    (r"^make mutants\b", ".venv/bin/python scripts/mutants.py auth"),
    (r"^make bench .*--dataset", f'make bench BENCH="--dataset {_DATA} --questions 3 --rounds 1 --seconds 0.1"'),
    (r'^make bench( BENCH="--write [^"]*")?( |$)', 'make bench BENCH="--questions 3 --rounds 1 --seconds 0.1"'),
    (r"^make scale\b", 'make scale BENCH="--chunks 1000 --questions 20"'),
    (r"^python scripts/measure_store.py", "python scripts/measure_store.py --questions 2000"),
    (r"^python scripts/measure_pages.py", "python scripts/measure_pages.py --questions 2000"),
    (r"scripts/soak.py", ".venv/bin/python scripts/soak.py --minutes 0.3 --rebuild-every 5 --picture soak.png"),
    (r"scripts/bench_build.py", "python scripts/bench_build.py --source tests/fixtures --entries 20"),
    (r"scripts/fit_confidence.py", f"python scripts/fit_confidence.py --dry-run {_DATA} knowledge"),
)
"""What takes from ten minutes to hours, and what is run of it."""
LEFT_OUT: tuple[tuple[str, str], ...] = (
    (
        r"^sopbot (ask|backup|restore|evaluate|renew|keys revoke|privacy( export)?|review reopen)$|^pip (install|wheel)$",
        "a command's name; it needs something behind it",
    ),
    (r"^ssh ", "needs another machine"),
    (r"slack_pictures.py", "needs Chromium, as the page says"),
)
STATUS: tuple[tuple[str, int, str], ...] = (
    (r"^sopbot restore monday.zip", 2, "there is state already, which it says it does not replace"),
    (r"^sopbot privacy (export|erase) U012AB3CD", 1, "nothing is kept about that person here"),
)
"""Commands that are to end with another status than 0, here."""


def in_part(text: str) -> str | None:
    """What is run of a command that takes long; None for any other."""
    return next((instead for pattern, instead in IN_PART if re.search(pattern, text)), None)


def filled_in(text: str, seen: str) -> tuple[str, str]:
    """A command as a reader types it, with what they put in for its blanks; and a word about it when that differs."""
    shorter = in_part(text)
    if shorter:
        return shorter, f"in part: {shorter}"
    typed = text
    for blank, value in PUT_IN:
        typed = re.sub(blank, value, typed)
    index = re.search(r"torch --index-url (\S+)", typed)
    if index and not _reached(index[1]):  # PyTorch's own, which not every network lets through; pip gets the rest from elsewhere
        pinned = re.search(r"(?m)^torch==\S+", (ROOT / "constraints.txt").read_text())
        typed = typed.replace(index[0], pinned[0] if pinned else "torch")
    for blank, printed in PRINTED:
        found = re.findall(printed, seen)
        typed = re.sub(blank, found[-1], typed) if found else typed
    return typed, "" if typed == text else f"typed as: {typed}"


@cache
def _reached(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/torch/", timeout=15):
            return True
    except OSError:
        return False


def port_of(text: str) -> int | None:
    """The port of a command that serves until it is stopped; None for any other."""
    if not re.match(r"(make run|(\S*/)?sopbot serve|\S+ -m tests.slack_stand_in)\b", text):
        return None
    given = re.search(r"--port (\d+)", text)
    return int(given[1]) if given else 8090 if "slack_stand_in" in text else 8000


def limit(text: str) -> float:
    """Seconds that a command may take."""
    return 2400 if re.match(r"make|scripts/check|\.venv/bin/coverage|\S*pip install", text) else 600
