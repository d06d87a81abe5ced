"""Findings -> SARIF 2.1.0, which code hosts and editors read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from index.lint.finding import Finding
from index.lint.rules import RULES

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_GUIDE = "docs/authoring.md"


def sarif_log(findings: Sequence[Finding], base: str, version: str) -> dict[str, Any]:
    """One run with all findings.

    Args:
        findings: of one check.
        base: the knowledge folder relative to the repository's root, with forward slashes; "" when it is the root.
        version: of sopbot.

    Returns:
        The log file as JSON-like values.
    """
    order = {rule.id: place for place, rule in enumerate(RULES)}
    rules = [
        {
            "id": rule.id,
            "shortDescription": {"text": f"{rule.summary[0].upper()}{rule.summary[1:]}."},
            "defaultConfiguration": {"level": "none" if rule.level == "off" else rule.level},
            "help": {"text": f"{_GUIDE} says how to mend it."},
        }
        for rule in RULES
    ]
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "sopbot", "version": version, "rules": rules}},
                "columnKind": "unicodeCodePoints",
                "results": [_result(finding, order[finding.rule], base) for finding in findings],
            }
        ],
    }


def _result(finding: Finding, index: int, base: str) -> dict[str, Any]:
    uri = quote(f"{base}/{finding.path}".lstrip("/") if base else finding.path)
    return {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": finding.level,
        "message": {"text": finding.text},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": uri}, "region": {"startLine": max(finding.line, 1)}}}],
    }
