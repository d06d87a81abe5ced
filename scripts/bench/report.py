"""Figures -> Markdown and a picture."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from .contender import FLOOR
from .material import Material
from .measuring import Seen

_HEAD = (
    "", "warm question: median, p95, p99 (ms)", "× floor", "p99 / median", "processor time (ms)", "× floor", "asked again (ms)", "cold process to answer (s)", "× floor",
    "memory (MB)", "build (s)", "answers/s, 1 and 2 processes", "first is right",
)  # fmt: skip


def markdown(material: Material, seen: dict[str, Seen], command: str) -> str:
    """The table, and under it what it was measured with.

    Args:
        material: what was asked of what.
        seen: by contender.
        command: that repeats it.
    """
    floor = seen[FLOOR]
    rows = [_row(name, one, floor) for name, one in seen.items()]
    asked = len(next(iter(seen.values())).warm)
    lines = [f"| {' | '.join(cells)} |" for cells in (_HEAD, ["---"] * len(_HEAD), *rows)]
    about = (
        f"{len(material.entries)} documents, {asked} questions, none twice but for “asked again”; {os.cpu_count()} cores, "
        f"{platform.system()} {platform.machine()}, Python {platform.python_version()}. Command: `{command}`"
    )
    return "\n".join([*lines, "", about])


def _row(name: str, seen: Seen, floor: Seen) -> list[str]:
    median, p95, p99 = np.quantile(seen.warm, (0.5, 0.95, 0.99))
    one, two = seen.answers_a_second[1], seen.answers_a_second[2]
    cold = _median(seen.cold_seconds)
    return [
        name,
        f"{median:.1f}, {p95:.1f}, {p99:.1f}",
        f"{median / np.median(floor.warm):.2f}",
        f"{p99 / median:.1f}",
        f"{seen.processor_ms:.1f}",
        f"{seen.processor_ms / floor.processor_ms:.2f}",
        f"{statistics.median(seen.again):.2f}",
        f"{cold:.2f}" if cold else "–",
        f"{cold / _median(floor.cold_seconds):.2f}" if cold else "–",
        f"{seen.memory_mb:.0f}",
        f"{_median(seen.build_seconds):.1f}" if seen.build_seconds else "–",
        f"{one:.0f}, {two:.0f} (× {two / one:.2f})",
        f"{np.mean(seen.right):.3f}" if seen.right else "–",
    ]


def _median(values: Sequence[float]) -> float:
    return statistics.median(values) if values else 0.0


def draw(seen: dict[str, Seen], path: Path) -> None:
    """Three bar charts: warm question with its p95, cold process, memory."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    names = list(reversed(seen))
    colours = ["0.7" if "alone" in name else "tab:green" if name.startswith("sopbot") else "tab:blue" for name in names]
    figure, axes = plt.subplots(1, 3, figsize=(11, 3), sharey=True, constrained_layout=True)
    series = (
        ("one warm question, ms\n(bar: median, line: to p95)", [float(np.median(seen[name].warm)) for name in names]),
        ("cold process to answer, s", [_median(seen[name].cold_seconds) for name in names]),
        ("memory, MB", [seen[name].memory_mb for name in names]),
    )
    for axis, (title, values) in zip(axes, series, strict=True):
        axis.barh(names, values, color=colours)
        axis.set_title(title, fontsize=10)
        for row, value in enumerate(values):
            axis.annotate(f" {value:.3g}" if value else " –", (value, row), va="center", fontsize=8)
        axis.spines[["top", "right"]].set_visible(False)
        axis.margins(x=0.18)
    for row, name in enumerate(names):
        axes[0].plot([np.median(seen[name].warm), np.quantile(seen[name].warm, 0.95)], [row - 0.3, row - 0.3], color="0.3", linewidth=1)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)
    plt.close(figure)


def put_between(path: Path, mark: str, text: str, picture: Path | None = None, shows: str = "") -> None:
    """Replace what stands between `<!-- MARK -->` and `<!-- end -->` in a file.

    Args:
        path: a Markdown file.
        mark: which place in it.
        text: to be put there.
        picture: to be shown below it, if any.
        shows: what the picture shows, for those who do not see it.

    Raises:
        ValueError: the marks are not there.
    """
    if picture:
        text += f"\n\n![{shows}]({Path(os.path.relpath(picture.resolve(), path.resolve().parent)).as_posix()})"
    before, found, rest = path.read_text(encoding="utf-8").partition(f"<!-- {mark} -->\n")
    _, ended, after = rest.partition("<!-- end -->")
    if not found or not ended:
        raise ValueError(f"{path} has no lines '<!-- {mark} -->' and '<!-- end -->' for the table to stand between.")
    path.write_text(f"{before}{found}{text}\n{ended}{after}", encoding="utf-8")
