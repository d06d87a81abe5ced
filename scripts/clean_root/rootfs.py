"""A folder -> a Debian with Python, git and make and nothing else, and commands run in it as a user who knows nothing."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PACKAGES = ("python3", "git", "make", "ca-certificates")
USER = "stranger"
HOME = f"/home/{USER}"
CHECKOUT = f"{HOME}/sopbot"
_PATH = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"
_CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
_PASSED_ON = re.compile(r"(PIP_\w+|SSL_CERT_\w+|https?_proxy|no_proxy)", re.IGNORECASE)
_PIP_FILES = (("/etc/pip.conf", "/etc/pip.conf"), ("/etc/xdg/pip", "/etc/xdg/pip"), ("~/.pip", f"{HOME}/.pip"), ("~/.config/pip", f"{HOME}/.config/pip"))
"""Where pip keeps its settings, here and in the root."""


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a command."""

    status: int | None
    """None: it was stopped at its time limit."""
    output: str


@dataclass(frozen=True, slots=True)
class Root:
    """A root file system below a folder."""

    folder: Path

    def make(self, suite: str, mirror: str) -> None:
        """Put Debian there, with a user, and with this machine's way to the package index."""
        options = ("--variant=minbase", f"--include={','.join(PACKAGES)}")
        subprocess.run(["debootstrap", *options, suite, self.folder, mirror], check=True, timeout=900)  # noqa: S607 - whichever is installed
        self.run(f"useradd --create-home --shell /bin/bash {USER}", user="root", where="/", limit=60)
        for here, there in _PIP_FILES:
            source, target = Path(here).expanduser(), self.folder / there.lstrip("/")
            if source.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                (shutil.copytree if source.is_dir() else shutil.copy)(source, target)
        (self.folder / HOME.lstrip("/") / ".curlrc").write_text("fail-with-body\n")  # so that a refusal is seen by curl's status
        for same in ("/etc/resolv.conf", _CERTIFICATES):
            shutil.copy(same, self.folder / same.lstrip("/"))

    def enter(self) -> None:
        """Mount what programs expect, and the folders of packages that pip's settings name; they go with the namespace of mounts."""
        mount("-t", "proc", "proc", self.folder / "proc")
        for source in ("/dev", "/sys", *sorted(_folders_that_pip_reads(self.folder))):
            target = self.folder / source.lstrip("/")
            target.mkdir(parents=True, exist_ok=True)
            mount("--rbind", source, target)

    def command(self, text: str, *, user: str = USER, where: str = CHECKOUT, more: Mapping[str, str] | None = None) -> list[str]:
        """What runs a line of bash in the root."""
        home = HOME if user == USER else "/root"
        passed = {name: value for name, value in os.environ.items() if _PASSED_ON.fullmatch(name)}
        environment = {"HOME": home, "PATH": _PATH, "USER": user, "TERM": "dumb", **passed, **(more or {})}
        variables = [f"{name}={value}" for name, value in environment.items()]
        return ["chroot", f"--userspec={user}:{user}", str(self.folder), "env", "-i", *variables, "bash", "-c", f"cd {where} && {text}"]

    def run(self, text: str, *, limit: float, answers: str = "", user: str = USER, where: str = CHECKOUT, more: Mapping[str, str] | None = None) -> Done:
        """Run a line of bash to its end, or to its time limit in seconds; `answers` is what is typed meanwhile."""
        command = self.command(text, user=user, where=where, more=more)
        with tempfile.TemporaryFile() as output:  # no pipe: what a command leaves running would hold it open
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=output, stderr=subprocess.STDOUT, start_new_session=True)
            status: int | None = None
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.communicate(answers.encode(), timeout=limit)
                status = process.returncode
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            output.seek(0)
            return Done(status, output.read().decode(errors="replace"))


def mount(*arguments: str | Path) -> None:
    """Mount something until this namespace ends."""
    subprocess.run(["mount", *arguments], check=True, timeout=60)  # noqa: S607 - whichever is installed


def _folders_that_pip_reads(root: Path) -> set[str]:
    """Packages that lie on this machine, where pip is told to look for them."""
    files = [file for _, there in _PIP_FILES for file in (root / there.lstrip("/"), *(root / there.lstrip("/")).glob("*")) if file.is_file()]
    texts = [file.read_text() for file in files] + [value for name, value in os.environ.items() if name.startswith("PIP_")]
    named = {Path(place) for text in texts for place in re.findall(r"(?:(?<=file://)|(?<![\w/:.-]))/[\w./-]+", text) if Path(place).is_dir()}
    return {str(place.parent if place.name == "simple" else place) for place in named}  # an index's files lie beside its pages
