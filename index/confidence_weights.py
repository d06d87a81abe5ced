"""The shipped weights of index.confidence; written by scripts/fit_confidence.py, not by hand."""

from __future__ import annotations

CONFIDENCE: dict[str, float] = {
    "nearest centroid": 3.570,
    "above own similarity": 3.335,
    "words in common": 1.430,
    "rare words covered": 1.307,
    "picked by probe": 2.119,
    "like the background": -3.354,
    "own questions found again": 0.435,
}
CONFIDENCE_BIAS = -2.081
LEAD: dict[str, float] = {
    "fit": 0.167,
    "own questions found again": 0.200,
    "best chunk ahead": 1.096,
    "centroid ahead": 7.569,
    "words ahead": 2.559,
    "coverage ahead": 7.914,
    "probe ahead": 0.000,
}
LEAD_BIAS = -0.436
