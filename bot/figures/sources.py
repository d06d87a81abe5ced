"""What other parts of the product tell of their own figures; each counts what it keeps."""

from __future__ import annotations

from typing import Protocol

from bot.figures.records import ChecklistFigures, GapFigures, Period


class ChecklistSource(Protocol):
    """Keeps checklists; `bot.slack.compliance.Compliance` is one."""

    def checklists(self, period: Period) -> tuple[ChecklistFigures, ...]:
        """Figures of the checklists that were started in a period, by entry; titles as the checklists have them."""
        ...


class GapSource(Protocol):
    """Keeps gaps; `bot.gaps.figures.GapCounts` is one."""

    def gap_figures(self, period: Period) -> GapFigures:
        """Gaps opened in a period, gaps closed in it, and how long each of those took, from the first question to the last closing."""
        ...
