"""The shipped weights of index.confidence; written by scripts/fit_confidence.py, not by hand."""

from __future__ import annotations

CONFIDENCE: dict[str, float] = {
    "nearest centroid": 1.576,
    "first hit's centroid": 2.845,
    "above own similarity": 2.765,
    "words in common": 0.773,
    "rare words covered": 1.650,
    "picked by probe": 1.402,
    "like the background": -4.037,
    "own questions found again": 0.434,
}
CONFIDENCE_BIAS = -2.341
LEAD: dict[str, float] = {
    "fit": 0.195,
    "own questions found again": 0.188,
    "best chunk ahead": 1.136,
    "centroid ahead": 7.331,
    "words ahead": 2.528,
    "coverage ahead": 7.844,
    "probe ahead": 0.000,
}
LEAD_BIAS = -0.418
