"""The shipped weights of index.confidence; written by scripts/fit_confidence.py, not by hand."""

from __future__ import annotations

CONFIDENCE: dict[str, float] = {"nearest centroid": 5.0}
CONFIDENCE_BIAS = -2.0
LEAD: dict[str, float] = {"fit": 0.5, "margin": 3.0, "margin of words": 1.0}
LEAD_BIAS = 0.0
