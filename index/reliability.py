"""Judged questions -> a reliability picture: how often the first hit is right, by how sure it was."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from index.evaluation import Figures, Judged


def draw_reliability(judged: Sequence[Judged], figures: Figures, folder: Path) -> Path:
    """Draw the picture of one data set.

    Args:
        judged: its questions.
        figures: its figures, for the title.
        folder: made when missing.

    Returns:
        The PNG file.
    """
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt
    from sklearn.calibration import calibration_curve

    confidence = [one.confidence for one in judged]
    right = [one.first_right for one in judged]
    share, mean = calibration_curve(right, confidence, n_bins=10)
    figure, (above, below) = plt.subplots(2, 1, figsize=(5, 6), height_ratios=(3, 1), sharex=True, layout="constrained")
    above.plot([0, 1], [0, 1], linestyle=":", color="grey", label="as sure as right")
    above.plot(mean, share, marker="o", label="measured")
    above.set(ylabel="share of first hits that are right", ylim=(0, 1), title=f"{figures.dataset}: ECE {figures.ece:.3f}")
    above.legend(loc="upper left")
    below.hist(confidence, bins=10, range=(0, 1), color="grey")
    below.set(xlabel="confidence", ylabel="questions", xlim=(0, 1))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"reliability-{figures.dataset}.png"
    figure.savefig(path, dpi=120)
    plt.close(figure)
    return path
