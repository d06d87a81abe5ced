"""A corpus -> its findings, with the levels and exceptions that are set."""

from __future__ import annotations

from dataclasses import replace
from fnmatch import fnmatchcase

from index.corpus import Corpus
from index.lint.finding import Finding, Found, Ground
from index.lint.options import Level, LintOptions
from index.lint.rules import RULES, UNREADABLE, Rule
from index.search import Index


def lint(corpus: Corpus, options: LintOptions, index: Index | None = None) -> tuple[Finding, ...]:
    """Check a knowledge folder.

    Args:
        corpus: as read.
        options: levels, exceptions and what rules go by.
        index: a generation made from this folder; without it, nothing is said of how entries are found.

    Returns:
        In order of path and line, each once.
    """
    ground = Ground(corpus, options, index)
    return tuple(sorted({finding for rule in RULES for finding in _findings(rule, ground)}))


def lint_errors(corpus: Corpus, options: LintOptions) -> tuple[Finding, ...]:
    """The findings that should stop a build: those whose level is error.

    Rules that are warnings are not run, so that a build pays only for what can stop it.

    Args:
        corpus: as read.
        options: with the rules that are errors for this team.

    Returns:
        In order of path and line; empty when nothing stands in the way.
    """
    levels: dict[str, Level] = {rule.id: "off" for rule in RULES if level_of(rule, options) != "error"}
    return lint(corpus, replace(options, levels={**options.levels, **levels}))


def level_of(rule: Rule, options: LintOptions) -> Level:
    """A rule's level as set, else its own."""
    return rule.level if rule.id == UNREADABLE else options.levels.get(rule.id, rule.level)


def _findings(rule: Rule, ground: Ground) -> list[Finding]:
    level = level_of(rule, ground.options)
    if level == "off":
        return []
    return [
        Finding(found.path, found.line, rule.id, level, found.message, found.remedy)
        for found in rule.find(ground)
        if not _excepted(rule, found, ground.options)
    ]


def _excepted(rule: Rule, found: Found, options: LintOptions) -> bool:
    return rule.id != UNREADABLE and any(fnmatchcase(found.path, one.path) and fnmatchcase(rule.id, one.rule) for one in options.exceptions)
