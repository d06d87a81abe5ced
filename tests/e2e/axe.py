"""A page in a browser -> what is wrong with it for people who use a keyboard, a screen reader or their own colours."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from playwright.sync_api import Page


@cache
def _axe() -> str:
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


def violations(page: Page) -> list[str]:
    """Check the page as it stands against all rules of axe: WCAG A and AA, and good practice.

    Returns:
        One line for each element that breaks a rule; none when all is well.
    """
    page.evaluate(_axe())  # through the browser's debugging protocol, so that the page's policy holds as it is
    found = page.evaluate("async () => (await axe.run(document)).violations")
    return [f"{rule['id']}: {node['html'][:200]} ({node['failureSummary']})" for rule in found for node in rule["nodes"]]
