"""Make a clean Debian root, clone the last commit into it, and run every command of every document there, as it stands in the page.

    sudo .venv/bin/python -m scripts.clean_root /tmp/clean-root
    sudo .venv/bin/python -m scripts.clean_root /tmp/clean-root --again --pages docs/http.md

Needs root, debootstrap (`apt install debootstrap`), 8 GB in FOLDER, ports 8000, 8080 and 8090 of this machine, and a network with
Debian's packages and Python's. The root has Python, git and make; what a page says to `apt install` is installed when its turn
comes. A page's commands run one after the other, as a user without rights; servers run until the next one or the end of the page.
Everything else than a page's own text is in `plan.py`: what a reader puts in for a blank, what is run only in part because it
takes hours, and what cannot run, each told in what is printed. All is mounted and started in a namespace of its own and goes with it.
Ends with 1 when a command did not do what the page says.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.docs.pages import PAGES, ROOT, Line, code_spans, typed_commands

from . import plan
from .rootfs import CHECKOUT, HOME, USER, Root
from .stranger import Outcome, Stranger

_MARK = "sopbot-clean-root"
"""A file in the root: that this script made it, and may remove it."""
_FIRST, _LAST = ("README.md", "knowledge/README.md"), ("CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")
_NAMESPACE = ("unshare", "--mount", "--pid", "--fork", "--kill-child")


def main() -> None:
    """Read the arguments, and go on in a namespace of our own."""
    parser = argparse.ArgumentParser(prog="python -m scripts.clean_root", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where the root is made; must not exist, but for --again")
    parser.add_argument("--pages", nargs="+", default=[], help="pages to run, such as docs/http.md (default: all)")
    parser.add_argument("--again", action="store_true", help="use the root that an earlier run left in FOLDER, with what is installed in it")
    parser.add_argument("--keep", action="store_true", help="leave the root there")
    parser.add_argument("--suite", default="bookworm", help="Debian's name for the release (default: bookworm)")
    parser.add_argument("--mirror", default="http://deb.debian.org/debian", help="where its packages come from")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    root = Root(given.folder.resolve())
    made = (root.folder / _MARK).is_file()
    if given.inside:
        if not made:
            root.make(given.suite, given.mirror)
            (root.folder / _MARK).touch()
        sys.exit(_try_all(root, given.pages))
    if os.geteuid() != 0 or shutil.which("debootstrap") is None or shutil.which("unshare") is None:
        sys.exit("This needs root, debootstrap and unshare: apt install debootstrap util-linux, then run it with sudo.")
    if given.again and not made:
        sys.exit(f"No earlier run left a root in {root.folder}.")
    if not given.again and root.folder.exists():
        sys.exit(f"{root.folder} is there already. Name another folder; or, if an earlier run left it, use it with --again.")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Told to stop."))  # as on Ctrl+C: what runs in the namespace ends with it
    try:
        done = subprocess.run([*_NAMESPACE, sys.executable, "-m", "scripts.clean_root", "--inside", *sys.argv[1:]], check=False)
    finally:
        if not given.keep:
            shutil.rmtree(root.folder, ignore_errors=True)
    sys.exit(done.returncode)


def _try_all(root: Root, wanted: list[str]) -> int:
    """README first, then the other pages, each from a fresh checkout and the same state."""
    bundle = root.folder / HOME.lstrip("/") / "sopbot.bundle"
    subprocess.run(["git", "-C", ROOT, "bundle", "create", "--quiet", bundle, "HEAD", "--branches"], check=True, timeout=300)  # noqa: S607 - whichever is installed
    root.enter()
    stranger, outcomes, known = Stranger(root), list[Outcome](), set[str]()
    begun = time.monotonic()
    fresh = not (root.folder / CHECKOUT.lstrip("/")).exists()
    if fresh:
        _must(root, "git clone --quiet sopbot.bundle sopbot", where=HOME)
    else:
        _must(root, "git fetch --quiet origin HEAD && git reset --quiet --hard FETCH_HEAD")
    pages = {page.relative_to(ROOT).as_posix(): page for page in PAGES}
    between = sorted(set(pages) - {*_FIRST, *_LAST})
    for name in (*_FIRST, *between, *_LAST):
        if name not in wanted and not (name == "README.md" and fresh) and wanted:
            continue
        if name != "README.md":
            _prepare(root)
        print(f"\n{name}", flush=True)
        spans = set(code_spans(pages[name]))
        lines = [line for line in typed_commands(pages[name]) if _is_new(line, spans, known)]
        if name == "README.md":  # what it shows above `make run` is typed when there is something to type it at
            first = next(number for number, line in enumerate(lines) if line.text.startswith("make run"))
            lines = lines[first:] + lines[:first]
        for outcome in stranger.follow(name, iter(lines)):
            outcomes.append(outcome)
            _tell(outcome)
            if outcome.line.text.startswith("make run") and name == "README.md" and outcome is outcomes[0]:
                print(f"        {(time.monotonic() - begun) / 60:.1f} minutes from `git clone` to a server that is ready", flush=True)
    counts = {kind: sum(outcome.kind == kind for outcome in outcomes) for kind in ("ok", "left", "FAILED")}
    print(f"\n{counts['ok']} commands did what they should, {counts['left']} were left out, {counts['FAILED']} failed.")
    return 1 if counts["FAILED"] else 0


def _is_new(line: Line, spans: set[Line], known: set[str]) -> bool:
    """Whether a command is to be run: all of blocks; what is named in running text, and what takes long, only once. Servers begin anew each time."""
    shorter = plan.in_part(line.text)
    plain = shorter or line.text.partition("  #")[0].strip()
    repeated = plain in known and plan.port_of(plain) is None and (line in spans or shorter is not None)
    known.add(plain)
    return not repeated


def _prepare(root: Root) -> None:
    """The checkout as it was cloned, and the state of a server that people have used."""
    state = Path(CHECKOUT).name
    if not (root.folder / HOME.lstrip("/") / "state").exists():
        print("\nWhat the documents suppose: questions that nobody could answer, and a few builds", flush=True)
        for text in plan.PREPARED:
            _must(root, f". .venv/bin/activate && {text}")
        _must(root, f"cp -a {state}/data state && cp -a {state}/knowledge knowledge", where=HOME)
    _must(root, "rm -rf sopbot/data && cp -a state sopbot/data", where=HOME)
    _must(root, "git checkout --quiet . && git clean -fdxq -e .venv -e data && rm -rf knowledge && cp -a ../knowledge knowledge")


def _must(root: Root, text: str, where: str = CHECKOUT) -> None:
    done = root.run(text, where=where, limit=600)
    if done.status != 0:
        sys.exit(f"{text}\nended with {done.status} as {USER}:\n{done.output[-4000:]}")


def _tell(outcome: Outcome) -> None:
    """A line for each command, and what it printed when it failed."""
    print(f"  {outcome.kind:7} {outcome.seconds:6.1f} s  {outcome.line.place}: {outcome.line.text}", flush=True)
    if outcome.said:
        print(f"                    {outcome.said}", flush=True)
    if outcome.kind == "FAILED":
        print("\n".join(f"    | {line}" for line in outcome.output.splitlines()[-25:]), flush=True)


if __name__ == "__main__":
    main()
