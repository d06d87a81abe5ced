"""The Markdown that is read: CommonMark with tables."""

from __future__ import annotations

from markdown_it import MarkdownIt

PARSER = MarkdownIt("commonmark", {"maxNesting": 100}).enable("table")
"""The preset's own limit of nesting (20) would take a list for text from ten levels on."""
