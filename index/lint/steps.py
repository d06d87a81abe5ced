"""Steps that are too long to be one action."""

from __future__ import annotations

from collections.abc import Iterator

from index.lint.finding import Found, Ground


def long_steps(ground: Ground) -> Iterator[Found]:
    """Steps with more words than set, sub-steps not counted."""
    for entry in ground.corpus.entries:
        for step in entry.steps:
            count = len(step.text.split())
            if count > ground.options.longest_step:
                message = f"Step {step.number} has {count} words; more than {ground.options.longest_step} are hard to follow while somebody waits."
                yield Found(entry.path, step.lines.first, message, "Split it into steps or sub-steps of one action each.")
