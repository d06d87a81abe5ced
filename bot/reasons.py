"""Why an answer did not help, as the team says it: the same list in Slack and on the ask page."""

from __future__ import annotations

REASONS = {
    "wrong_procedure": "It is the wrong procedure",
    "step_wrong": "A step is wrong or unclear",
    "outdated": "It is outdated",
    "missing": "Something is missing",
}
"""What is stored -> what people read."""
