"""A report -> the pictures of the figures page, each an SVG element."""

from __future__ import annotations

from bot.figures.records import Report
from bot.figures.stretches import short_stretch_name
from bot.figures.svg import Series, bars, lines


def questions_picture(report: Report) -> str:
    """Questions over time, by what came of them."""
    over_time = [one.totals for one in report.over_time]
    return bars(
        f"Questions by {report.by}, by what came of them",
        stretch_names(report),
        (
            Series("Answered", tuple(float(one.answers) for one in over_time)),
            Series("Did you mean", tuple(float(one.suggestions) for one in over_time)),
            Series("Not found", tuple(float(one.no_answers) for one in over_time)),
        ),
    )


def shares_picture(report: Report) -> str:
    """What people said, over time."""
    over_time = [one.totals for one in report.over_time]
    return lines(
        f"What people said, by {report.by}",
        stretch_names(report),
        (
            Series("Helpful", tuple(one.helped.value for one in over_time)),
            Series("First answer right", tuple(one.first_answer_right.value for one in over_time)),
            Series("Not found", tuple(one.not_found.value for one in over_time)),
        ),
    )


def stretch_names(report: Report) -> list[str]:
    """Of the stretches of time, as they fit below a bar."""
    return [short_stretch_name(one.name, report.by) for one in report.over_time]
