"""A report -> one PNG picture; needs matplotlib, which serving does not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import PlotUnavailable
from bot.figures.pictures import stretch_names
from bot.figures.records import EntryFigures, Report, Share
from bot.figures.svg import COLOURS
from bot.phrases import counted, day

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MOST_ENTRIES, _MOST_LETTERS = 10, 40


def draw_report(report: Report, path: Path) -> None:
    """Draw questions over time, what people said, and the entries most used and most in trouble.

    Args:
        report: the figures.
        path: the PNG file; replaced when it is there.

    Raises:
        PlotUnavailable: matplotlib is not installed, or the file cannot be written.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise PlotUnavailable("Pictures need matplotlib, which is not installed. Install it with: pip install 'sopbot[evaluate]'") from None

    picture = Figure(figsize=(14, 9), layout="constrained")
    above, below_it = picture.subfigures(2, 1, squeeze=False)[:, 0]  # each row with margins of its own: titles of entries are long
    (over_time, said), (used, trouble) = above.subplots(1, 2), below_it.subplots(1, 2)
    starts = stretch_names(report)
    below = [0] * len(starts)
    for number, (name, counts) in enumerate(
        (
            ("Answered", [one.totals.answers for one in report.over_time]),
            ("Did you mean", [one.totals.suggestions for one in report.over_time]),
            ("Not found", [one.totals.no_answers for one in report.over_time]),
        )
    ):
        over_time.bar(starts, counts, bottom=below, color=COLOURS[number], label=name)
        below = [low + count for low, count in zip(below, counts, strict=True)]
    over_time.set_title(f"Questions by {report.by}")
    over_time.legend()
    _shares(said, starts, [one.totals.helped for one in report.over_time], "Helpful, of those who said something", COLOURS[0], -0.08)
    _shares(said, starts, [one.totals.first_answer_right for one in report.over_time], "First answer right, where it is known", COLOURS[2], 0.08)
    said.set_ylim(0, 1.02)
    said.set_title("What people said, with 95% intervals")
    said.legend(loc="upper center", bbox_to_anchor=(0.5, -0.08), ncols=2)
    for axes in (over_time, said):
        every = -(-len(starts) // 8) or 1
        axes.set_xticks(range(0, len(starts), every), starts[::every])
    _entries(used, sorted(report.entries, key=lambda one: -one.used), "used", "Most used", COLOURS[0])
    _entries(trouble, sorted(report.entries, key=lambda one: -one.trouble), "trouble", "Most trouble", COLOURS[2])
    picture.suptitle(f"{counted(report.totals.questions, 'question')}, {day(report.period.since)} to {day(report.period.until)}")
    try:
        picture.savefig(path, format="png", dpi=100)
    except OSError as error:
        raise PlotUnavailable(
            f"The picture {path} cannot be written ({error.strerror}). Check that its folder is there and that you may write to it."
        ) from error


def _shares(axes: Axes, starts: list[str], shares: list[Share], name: str, colour: str, shift: float) -> None:
    known = [(place + shift, share.value, share.interval) for place, share in enumerate(shares) if share.value is not None and share.interval is not None]
    places, values = [place for place, _, _ in known], [value for _, value, _ in known]
    errors = [[value - ends[0] for _, value, ends in known], [ends[1] - value for _, value, ends in known]]
    axes.errorbar(places, values, yerr=errors, color=colour, marker="o", capsize=3, label=name)
    axes.set_xlim(-0.5, len(starts) - 0.5)


def _entries(axes: Axes, entries: list[EntryFigures], figure: str, title: str, colour: str) -> None:
    shown = [one for one in entries if getattr(one, figure)][:_MOST_ENTRIES][::-1]
    names = [one.title if len(one.title) <= _MOST_LETTERS else one.title[: _MOST_LETTERS - 1] + "…" for one in shown]
    axes.barh(range(len(shown)), [getattr(one, figure) for one in shown], color=colour)
    axes.set_yticks(range(len(shown)), names)
    axes.set_title(title)
