"""The shipped weights of index.confidence; written by scripts/fit_confidence.py, not by hand."""

from __future__ import annotations

CONFIDENCE: dict[str, float] = {
    "nearest centroid": 3.733,
    "above own similarity": 2.977,
    "words in common": 1.238,
    "rare words covered": 1.166,
    "picked by probe": 1.577,
    "like small talk": -1.553,
    "like another trade": -1.402,
    "own questions found again": 0.254,
}
CONFIDENCE_BIAS = -1.887
LEAD: dict[str, float] = {
    "fit": 0.342,
    "margin": 1.300,
    "margin of words": 5.605,
}
LEAD_BIAS = -0.423
