"""The shipped weights of index.confidence; written by scripts/fit_confidence.py, not by hand."""

from __future__ import annotations

CONFIDENCE: dict[str, float] = {
    "cosine of centroid": 1.0,
    "cosine of best chunk": 1.0,
    "above own similarity": 1.0,
    "words in common": 1.0,
    "words covered": 1.0,
    "like small talk": 0.0,
    "like another trade": 0.0,
}
CONFIDENCE_BIAS = -2.0
LEAD: dict[str, float] = {"fit": 0.5, "margin": 3.0, "margin of words": 1.0}
LEAD_BIAS = 0.0
