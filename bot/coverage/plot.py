"""The coverage matrix -> one PNG picture; needs matplotlib, which serving does not."""

from __future__ import annotations

from pathlib import Path

from bot.coverage.matrix import Coverage
from bot.errors import PlotUnavailable
from index.records import CHANNELS


def draw_coverage(coverage: Coverage, path: Path) -> None:
    """Draw how many entries have a reply for each touchpoint and channel, and beside it what is asked.

    Args:
        coverage: at least one row.
        path: the PNG file; replaced when it is there.

    Raises:
        PlotUnavailable: matplotlib is not installed, or the file cannot be written.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise PlotUnavailable("Pictures need matplotlib, which is not installed. Install it with: pip install 'sopbot[evaluate]'") from None

    names = [row.touchpoint for row in coverage.rows]
    picture = Figure(figsize=(14, 2.5 + 0.35 * len(names)), layout="constrained")
    grid, asked = picture.subplots(1, 2, sharey=True, width_ratios=(3, 2))
    counts = [[row.cells[channel].entries if channel in row.cells else 0 for channel in coverage.channels] for row in coverage.rows]
    if coverage.channels:
        grid.imshow(counts, cmap="Blues", aspect="auto", vmin=0, vmax=max(4, *map(max, counts)))
    for at_row, row in enumerate(coverage.rows):
        for at_column, channel in enumerate(coverage.channels):
            cell = row.cells.get(channel)
            text = "–" if cell is None else f"{cell.entries}" + (f" ({cell.past_review} late)" if cell.past_review else "")
            grid.text(at_column, at_row, text, ha="center", va="center", fontsize=8, color="white" if counts[at_row][at_column] > 3 else "black")
    grid.set_xticks(range(len(coverage.channels)), [CHANNELS[channel] for channel in coverage.channels], rotation=30, ha="right")
    grid.set_yticks(range(len(names)), names)
    grid.set_title("Entries with a scripted reply (late: past their review date)")
    places = range(len(names))
    asked.barh(places, [row.answered for row in coverage.rows], color="#1f5fa8", label="answered at once")
    asked.barh(places, [row.missed for row in coverage.rows], left=[row.answered for row in coverage.rows], color="#b3431f", label="not answered at once")
    asked.set_title("Questions nearest to it")
    asked.legend()
    try:
        picture.savefig(path, format="png", dpi=100)
    except OSError as error:
        raise PlotUnavailable(
            f"The picture {path} cannot be written ({error.strerror}). Check that its folder is there and that you may write to it."
        ) from error
