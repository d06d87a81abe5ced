"""Make `.venv` with pinned dependencies: `python3 scripts/install.py run|test`. Standard library only, no pip needed.

Says in one line what to do when something is missing.
"""

from __future__ import annotations

import hashlib
import json
import platform
import shutil
import subprocess
import sys
import urllib.request
import venv
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
EXTRAS = {"run": "build,evaluate", "test": "build,evaluate,oidc,postgres,bench,dev"}
SPACE_NEEDED = 3_500_000_000
CPU_TORCH = "https://download.pytorch.org/whl/cpu"


def main() -> None:
    """Install for the purpose named on the command line, and mark it as done."""
    purpose = sys.argv[-1]
    if purpose not in EXTRAS:
        stop("Usage: python3 scripts/install.py run|test")
    if sys.version_info < (3, 11):
        stop(f"Python {platform.python_version()} is too old: 3.11 or newer is needed. With another one: make {purpose} PYTHON=python3.12")
    free = shutil.disk_usage(ROOT).free
    if not PYTHON.exists() and free < SPACE_NEEDED:
        stop(f"{free / 1e9:.1f} GB are free here, about {SPACE_NEEDED / 1e9:.1f} GB are needed for the libraries. Make room and try again.")
    make_environment()
    say("Installing libraries (the first time takes some minutes)")
    install_torch()
    pip("install", "--constraint", "constraints.txt", "--editable", f".[{EXTRAS[purpose]}]")
    (VENV / f".{purpose}").touch()
    if purpose == "test":
        (VENV / ".run").touch()


def make_environment() -> None:
    """Make `.venv` with pip in it; Debian's Python has no pip to put there, so then it is fetched."""
    if PYTHON.exists() and subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0:
        return
    say("Making .venv")
    try:
        venv.EnvBuilder(clear=True, symlinks=True).create(VENV)
        if subprocess.run([PYTHON, "-m", "ensurepip", "--default-pip"], capture_output=True, check=False).returncode != 0:
            fetch_pip()
    except OSError as error:
        stop(f".venv cannot be made ({error.strerror or error}). Check the space and your rights in {ROOT}.")


def fetch_pip() -> None:
    """Fetch pip's wheel from the package index, check its digest, and let it install itself."""
    wanted = next(line.split("==")[1].strip() for line in (ROOT / "constraints.txt").read_text().splitlines() if line.startswith("pip=="))
    asking = urllib.request.Request("https://pypi.org/simple/pip/", headers={"Accept": "application/vnd.pypi.simple.v1+json"})
    try:
        with urllib.request.urlopen(asking, timeout=60) as answer:
            file = next(found for found in json.load(answer)["files"] if found["filename"] == f"pip-{wanted}-py3-none-any.whl")
        with urllib.request.urlopen(file["url"], timeout=60) as answer:
            data = answer.read()
    except OSError as error:
        stop(f"pip is not here and cannot be fetched ({error}). Check the network, or install it: apt install python3-venv")
    if hashlib.sha256(data).hexdigest() != file["hashes"]["sha256"]:
        stop("The pip that was fetched is damaged. Try again.")
    wheel = VENV / file["filename"]
    wheel.write_bytes(data)
    run([PYTHON, f"{wheel}/pip", "install", "--quiet", str(wheel)])
    wheel.unlink()


def install_torch() -> None:
    """On Linux, PyPI's PyTorch brings gigabytes of GPU libraries; take the CPU build when its index can be reached."""
    wanted = next(line.strip() for line in (ROOT / "constraints.txt").read_text().splitlines() if line.startswith("torch=="))
    if subprocess.run([PYTHON, "-c", "import torch"], capture_output=True, check=False).returncode == 0:
        return
    if platform.system() == "Linux":
        cpu = ["install", "--quiet", "--no-deps", "--retries", "0", "--timeout", "15", "--index-url", CPU_TORCH, wanted]
        if subprocess.run([PYTHON, "-m", "pip", *cpu], capture_output=True, check=False).returncode == 0:
            return
    pip("install", wanted)


def pip(*arguments: str) -> None:
    """Run the environment's pip; on failure say which of the usual causes it was."""
    run([PYTHON, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments])


def run(command: list[str | Path]) -> None:
    """Run a command; when it fails, show its last lines and what to do."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return
    output = done.stderr or done.stdout
    print("\n".join(output.strip().splitlines()[-8:]), file=sys.stderr)
    if "No space left" in output:
        stop("The disk is full. Make room and try again.")
    if "gcc" in output or "error: command" in output or "Python.h" in output:
        stop("A library has no ready build for this machine and needs a compiler. On Debian: apt install gcc python3-dev. On macOS: xcode-select --install")
    stop("The libraries could not be installed; the lines above say why. Check the network and try again.")


def say(text: str) -> None:
    """Tell what is going on."""
    print(f"{text} …", file=sys.stderr, flush=True)


def stop(text: str) -> NoReturn:
    """Say what to do, and end."""
    sys.exit(f"sopbot: {text}")


if __name__ == "__main__":
    main()
