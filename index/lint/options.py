"""What may be set of a check; apart from what it takes to check, so that reading settings loads none of that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Level = Literal["error", "warning", "off"]
Part = Literal["purpose", "scope", "roles", "tools", "escalation", "replies", "tone", "metrics"]
PARTS: tuple[Part, ...] = ("purpose", "scope", "escalation", "replies")
"""What every procedure should have beside its steps, unless set otherwise."""


@dataclass(frozen=True, slots=True)
class LintException:
    """Where a rule does not hold."""

    path: str
    """Pattern of paths relative to the knowledge folder; `*` stands for anything, slashes too."""
    rule: str = "*"
    """Pattern of rule ids."""


@dataclass(frozen=True, slots=True)
class LintOptions:
    """What may be set."""

    today: date
    """The day against which review dates count."""
    levels: Mapping[str, Level] = field(default_factory=dict)
    """Rule id -> level, for rules that should not have their own."""
    exceptions: tuple[LintException, ...] = ()
    parts: tuple[Part, ...] = PARTS
    """The parts that every procedure should have; fields of `Entry`."""
    placeholders: tuple[str, ...] = ()
    """The names that replies may use. Without any, a name is doubted only when it looks like a slip of one that is used often."""
    longest_step: int = 80
    """Words that a step may have."""
