"""The shipped weights of index.confidence; written by scripts/fit_confidence.py, not by hand."""

from __future__ import annotations

CONFIDENCE: dict[str, float] = {
    "nearest centroid": 3.737,
    "above own similarity": 2.470,
    "words in common": 1.724,
    "rare words covered": 0.925,
    "picked by probe": 1.382,
    "like small talk": -1.698,
    "like another trade": -1.473,
    "own questions found again": 0.445,
}
CONFIDENCE_BIAS = -2.132
LEAD: dict[str, float] = {
    "fit": 0.368,
    "margin": 1.250,
    "margin of words": 6.827,
}
LEAD_BIAS = -0.471
