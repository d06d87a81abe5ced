"""Markdown in, hits out: the library that knows no Slack, HTTP, database or environment."""
