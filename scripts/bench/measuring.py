"""Contenders -> figures, all in one run and taken in turns, so that whatever else the machine does falls on each alike."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from index.dataset import LabelledQuestion

from .child import ROOT, Child, quiet_environment
from .contender import FLOOR, OURS, SERVED, is_client
from .material import Material, read_material, take
from .server import Server, serving, settings_for
from .turns import blocks, in_turns

_REPEATS = 200
_AGAIN = 4
"""So many more cold processes in each round, of those that are quick to start."""


@dataclass(slots=True)
class Seen:
    """What one contender showed. Times in milliseconds, but for those in seconds."""

    warm: list[float] = field(default_factory=list)
    processor_ms: float = 0.0
    """Time of the processor for one warm question, on average."""
    right: list[bool] = field(default_factory=list)
    """Whether the first entry is a right one; empty where nothing is searched."""
    again: list[float] = field(default_factory=list)
    cold_seconds: list[float] = field(default_factory=list)
    build_seconds: list[float] = field(default_factory=list)
    memory_mb: float = 0.0
    answers_a_second: dict[int, float] = field(default_factory=dict)
    """By number of processes that ask at once."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured, and how much of it.

    Attributes:
        source: see `read_material`.
        encoder: folder of the exported encoder.
        model: folder of the same model for PyTorch.
        names: of the contenders.
        questions: warm ones.
        rounds: of builds and of cold processes.
        seconds: of each measurement of throughput.
        progress: told in words what comes next.
    """

    source: Path
    encoder: Path
    model: Path
    names: Sequence[str]
    questions: int
    rounds: int
    seconds: float
    progress: Callable[[str], None]


def measured(plan: Plan) -> tuple[Material, dict[str, Seen]]:
    """Measure everything.

    Returns:
        What was asked of what, and by contender what it showed.
    """
    material = read_material(plan.source)
    questions = material.fresh()
    seen = {name: Seen() for name in plan.names}
    with tempfile.TemporaryDirectory(prefix="sopbot-bench-") as scratch:
        folders = {name: Path(scratch) / str(number) for number, name in enumerate(plan.names)}
        folders[SERVED] = folders[OURS]
        _builds(plan, folders, seen)
        with ExitStack() as stack:
            servers = [stack.enter_context(serving(folders[OURS])) for _ in range(2)]
            opened = {name: stack.enter_context(_opened(plan, name, folders[name], servers[0])) for name in plan.names}
            plan.progress(f"{plan.questions} questions, in turns")
            asked = take(questions, blocks(plan.questions))
            working = {name: child.server for name, child in opened.items() if child.server} | {SERVED: servers[0].pid}
            answers = in_turns(list(opened.values()), [question.text for question in asked], working)
            for name, child in opened.items():
                seen[name].warm, seen[name].processor_ms = answers[name].milliseconds, answers[name].processor_ms
                if "alone" not in name:
                    seen[name].right = [first in question.right for first, question in zip(answers[name].firsts, asked, strict=True)]
                seen[name].memory_mb = servers[0].memory_mb() if name == SERVED else child.memory_mb()
                seen[name].again = [taken for taken, _ in child.do("again", question=material.questions[0].text, times=_REPEATS)]
            texts = [question.text for question in questions]
            for name, child in opened.items():
                plan.progress(f"Throughput: {name}")
                with _opened(plan, name, folders[name], servers[1]) as second:
                    both, each = [child, second], len(texts) // 3
                    seen[name].answers_a_second[1] = child.do("many", questions=texts[:each], seconds=plan.seconds)
                    for number, one in enumerate(both, 1):
                        one.send("many", questions=texts[number * each :][:each], seconds=plan.seconds)
                    seen[name].answers_a_second[2] = sum(one.receive() for one in both)
        _cold(plan, folders, take(material.fresh(), plan.rounds), seen)
    return material, seen


def _builds(plan: Plan, folders: dict[str, Path], seen: dict[str, Seen]) -> None:
    for number in range(plan.rounds):
        for name in plan.names:
            if is_client(name):
                continue
            plan.progress(f"Build {number + 1} of {plan.rounds}: {name}")
            last = number == plan.rounds - 1
            with tempfile.TemporaryDirectory(prefix="sopbot-bench-") as other, Child(name, plan.encoder, plan.model) as child:
                folder = folders[name] if last else Path(other)
                folder.mkdir(exist_ok=True)
                seen[name].build_seconds.append(child.do("build", source=str(plan.source.resolve()), folder=str(folder)))


def _opened(plan: Plan, name: str, folder: Path, server: Server) -> Child:
    child = Child(name, plan.encoder, plan.model, server.environment)
    child.server = child.do("open", folder=str(folder))
    return child


def _cold(plan: Plan, folders: dict[str, Path], questions: Sequence[LabelledQuestion], seen: dict[str, Seen]) -> None:
    """Whole processes, from their start to their end."""
    for number, question in enumerate(questions, 1):
        for name in plan.names:
            if is_client(name):
                continue
            plan.progress(f"Cold process {number} of {len(questions)}: {name}")
            _start_once(plan, name, folders[name], question.text, seen[name])
        for name in [FLOOR, OURS] * _AGAIN:  # they take half a second, of which other work on the machine changes much
            _start_once(plan, name, folders[name], question.text, seen[name])


def _start_once(plan: Plan, name: str, folder: Path, question: str, seen: Seen) -> None:
    environment, command = quiet_environment(), [sys.executable, "-m"]
    if name == OURS:
        environment, rest = settings_for(folder), ["bot", "ask", question]
    else:
        rest = ["scripts.bench.cold", name, str(plan.encoder), str(plan.model), str(folder), question]
    started = time.perf_counter()
    subprocess.run([*command, *rest], env=environment, cwd=ROOT, check=False, capture_output=True)
    seen.cold_seconds.append(time.perf_counter() - started)
