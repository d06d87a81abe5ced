"""The shipped weights of index.confidence; written by scripts/fit_confidence.py, not by hand."""

from __future__ import annotations

CONFIDENCE: dict[str, float] = {
    "nearest centroid": 1.376,
    "first hit's centroid": 3.077,
    "above own similarity": 2.794,
    "words in common": 0.666,
    "rare words covered": 1.713,
    "picked by probe": 1.345,
    "like the background": -3.953,
    "own questions found again": 0.437,
}
CONFIDENCE_BIAS = -2.342
LEAD: dict[str, float] = {
    "fit": 0.194,
    "own questions found again": 0.190,
    "best chunk ahead": 1.136,
    "centroid ahead": 7.318,
    "words ahead": 2.547,
    "coverage ahead": 7.808,
    "probe ahead": 0.000,
}
LEAD_BIAS = -0.420
