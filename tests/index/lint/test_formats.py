"""Findings for code hosts: SARIF and workflow annotations."""

from __future__ import annotations

from index.lint.annotations import annotation
from index.lint.finding import Finding
from index.lint.rules import RULES
from index.lint.sarif import sarif_log

FINDING = Finding("sops/a b.md", 7, "dead-link", "warning", "The link leads to 'x', 100 % gone.", "Remove it.")


def test_sarif_holds_what_the_standard_requires() -> None:
    """Version, tool, rules, and for each result its rule by name and index, level, message and place."""
    log = sarif_log([FINDING], "knowledge", "1.2")
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-schema-2.1.0.json")
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("sopbot", "1.2")
    assert [rule["id"] for rule in driver["rules"]] == [rule.id for rule in RULES]
    assert all(rule["shortDescription"]["text"] and rule["defaultConfiguration"]["level"] in ("none", "note", "warning", "error") for rule in driver["rules"])
    (result,) = run["results"]
    assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "dead-link"
    assert (result["level"], result["message"]) == ("warning", {"text": "The link leads to 'x', 100 % gone. Remove it."})
    assert result["locations"] == [{"physicalLocation": {"artifactLocation": {"uri": "knowledge/sops/a%20b.md"}, "region": {"startLine": 7}}}]


def test_a_sarif_place_is_relative_when_documents_lie_at_the_root() -> None:
    """Without a folder in front there is no slash either."""
    (result,) = sarif_log([FINDING], "", "1")["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "sops/a%20b.md"


def test_an_annotation_is_one_line_whatever_the_text() -> None:
    """Signs that mean something in a workflow command are written another way."""
    finding = Finding("a,b:c.md", 3, "blank", "error", "One\ntwo 5 %.", "")
    assert annotation(finding, "docs") == "::error file=docs/a%2Cb%3Ac.md,line=3,title=blank::One%0Atwo 5 %25."
