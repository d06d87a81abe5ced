"""What the documents point to is there."""

from __future__ import annotations

import re
from pathlib import Path

from bot.settings import Settings
from tests.docs.pages import PAGES, ROOT, headings, links

_VARIABLES = {str(field.validation_alias or f"SOPBOT_{name.upper()}") for name, field in Settings.model_fields.items()}
_NO_SETTINGS = {"SOPBOT_EVERY_FAULT_POINT", "SOPBOT_TESTS_STARTER", "SOPBOT_BENCH_PORT", "SOPBOT_BENCH_KEY"}
"""What tests and benchmarks tell their own processes."""


def test_every_link_leads_somewhere() -> None:
    """Each link to a file finds it, each link to a heading its heading."""
    broken = []
    for page in PAGES:
        for link in links(page):
            path, _, heading = link.text.partition("#")
            if "://" in path or path.startswith("mailto:"):
                continue
            target = (page.parent / path).resolve() if path else page
            if not target.exists() or (heading and heading not in headings(target)):
                broken.append(f"{link.place}: {link.text}")
    assert broken == []


def test_every_page_is_named_in_the_readme() -> None:
    """Nobody has to know of a page to find it."""
    named = {(ROOT / link.text).resolve() for link in links(ROOT / "README.md") if "://" not in link.text}
    assert [page.name for page in PAGES if page.parent.name == "docs" and page not in named] == []


def test_every_setting_that_is_named_exists() -> None:
    """A variable in a document, in a text of the code or in the manifest is one that sopbot reads."""
    texts = [*PAGES, *(path for name in ("bot", "index", "scripts") for path in (ROOT / name).rglob("*.*") if path.suffix in {".py", ".html", ".yaml"})]
    unknown = [f"{path.relative_to(ROOT)}: {name}" for path in texts for name in _named(path) if name not in _VARIABLES | _NO_SETTINGS]
    assert unknown == []


def _named(path: Path) -> set[str]:
    return set(re.findall(r"\bSOPBOT_[A-Z_]+[A-Z]\b", path.read_text(encoding="utf-8")))
