"""Several contenders asked the same questions in turns, a block each, so that whatever else the machine does falls on all alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import psutil

from .child import Child

_BLOCK, _UNCOUNTED = 60, 10
"""Questions that one answers before it is the next one's turn, and the first of these, which are not counted: the processor's caches are
full of what others had in them, and a warm question is asked for."""


@dataclass(slots=True)
class Answers:
    """What one contender showed.

    Attributes:
        milliseconds: of each question, by the clock.
        processor_ms: time of the processor that a question took, on average; the first of each block are in it.
        firsts: the first entry for each question.
    """

    milliseconds: list[float] = field(default_factory=list)
    processor_ms: float = 0.0
    firsts: list[str] = field(default_factory=list)


def blocks(count: int) -> int:
    """How many questions are needed for so many to be counted, and a block to warm up with."""
    return _BLOCK * (1 + -(-count // (_BLOCK - _UNCOUNTED)))


def in_turns(children: Sequence[Child], questions: Sequence[str], working: Mapping[str, int]) -> dict[str, Answers]:
    """Ask all the same.

    Args:
        children: opened.
        questions: as many as `blocks` says, none twice.
        working: by name, id of the process that does the work, where it is not the child itself.

    Returns:
        By name. The first block warms up and is in nothing but `firsts`.
    """
    seen = {child.name: Answers() for child in children}
    for start in range(0, len(questions), _BLOCK):
        for child in children:
            answers, process = seen[child.name], psutil.Process(working.get(child.name, child.pid))
            before = process.cpu_times()
            answered = child.do("ask", questions=questions[start : start + _BLOCK])
            after = process.cpu_times()
            answers.firsts += [first for _, first in answered]
            if start:
                answers.milliseconds += [taken for taken, _ in answered[_UNCOUNTED:]]
                answers.processor_ms += (after.user + after.system - before.user - before.system) * 1000
    for answers in seen.values():
        answers.processor_ms /= max(1, len(questions) - _BLOCK)
    return seen
