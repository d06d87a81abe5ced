"""Findings -> workflow commands, which GitHub shows beside the lines of a change."""

from __future__ import annotations

from index.lint.finding import Finding


def annotation(finding: Finding, base: str) -> str:
    """One line such as `::warning file=knowledge/a.md,line=3,title=dead-link::…`.

    Args:
        finding: what is reported.
        base: the knowledge folder relative to the repository's root, with forward slashes; "" when it is the root.
    """
    path = f"{base}/{finding.path}" if base else finding.path
    return f"::{finding.level} file={_property(path)},line={max(finding.line, 1)},title={_property(finding.rule)}::{_message(finding.text)}"


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
