"""The documents that people read -> their commands, links and names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).parent.parent.parent
PAGES = tuple(sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), ROOT / "knowledge" / "README.md"]))
_COMMAND = re.compile(r"^(?:[\w./-]+/)?(sopbot(?: .*)?)$")
_TYPED = re.compile(r"^(?:(?:[\w./-]+/)?(?:sopbot|python3?|pip|make|apt|git|ssh|curl|openssl)|\.) \S|^scripts/\w+\.py \S")


@dataclass(frozen=True, slots=True)
class Line:
    """A piece of a page, with its place as `docs/http.md:12`."""

    place: str
    text: str


@cache
def _tokens(page: Path) -> tuple[Token, ...]:
    return tuple(MarkdownIt("commonmark").enable("table").parse(page.read_text(encoding="utf-8")))


def shell_lines(page: Path) -> Iterator[Line]:
    """What stands in a page's blocks for the shell, a line that ends in a backslash joined with the next."""
    for token in _tokens(page):
        if token.type == "fence" and token.info == "sh" and token.map:
            held = ""
            for number, line in enumerate(token.content.splitlines(), start=token.map[0] + 2):
                held += line.removesuffix("\\")
                if not line.endswith("\\"):
                    yield Line(_place(page, number), held.strip())
                    held = ""


def console_commands(page: Path) -> Iterator[Line]:
    """What stands behind the prompt in a page's blocks of a terminal."""
    for token in _tokens(page):
        if token.type == "fence" and token.info == "console" and token.map:
            for number, line in enumerate(token.content.splitlines(), start=token.map[0] + 2):
                if line.startswith("$ "):
                    yield Line(_place(page, number), line.removeprefix("$ "))


def shown_in_terminal(page: Path) -> Iterator[str]:
    """A page's blocks of a terminal: a command and what it prints."""
    yield from (token.content for token in _tokens(page) if token.type == "fence" and token.info == "console")


def code_spans(page: Path) -> Iterator[Line]:
    """What stands between backticks in a page's text."""
    for token in _tokens(page):
        for child in token.children or ():
            if child.type == "code_inline":
                yield Line(_place(page, (token.map or [0])[0] + 1), child.content)


def examples(page: Path) -> Iterator[Line]:
    """The commands below "For example:" in help that a page shows, without what is said about them."""
    for token in _tokens(page):
        if token.type == "fence" and token.info == "text" and token.map and "For example:" in token.content:
            for number, line in enumerate(token.content.splitlines(), start=token.map[0] + 2):
                if line.startswith("    sopbot "):
                    yield Line(_place(page, number), re.split(r"\s{2,}", line.strip())[0])


def typed_commands(page: Path) -> Iterator[Line]:
    """All that a reader may type into a terminal, in the order of the page: blocks, examples of help, and whole commands in running text."""
    spans = (line for line in code_spans(page) if _TYPED.match(line.text) and "…" not in line.text.split()[1])
    blocks = (line for line in shell_lines(page) if line.text and not line.text.startswith("#"))
    yield from sorted((*blocks, *console_commands(page), *examples(page), *spans), key=lambda line: int(line.place.rpartition(":")[2]))


def links(page: Path) -> Iterator[Line]:
    """Where a page's links and pictures lead."""
    for token in _tokens(page):
        for child in token.children or ():
            target = child.attrGet("href") or child.attrGet("src")
            if target:
                yield Line(_place(page, (token.map or [0])[0] + 1), str(target))


def headings(page: Path) -> set[str]:
    """The anchors of a page's headings, as code hosts make them."""
    tokens = _tokens(page)
    texts = [tokens[number + 1].content for number, token in enumerate(tokens) if token.type == "heading_open"]
    return {re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-") for text in texts}


def sopbot_commands(page: Path) -> Iterator[Line]:
    """Every `sopbot …` of a page, wherever it stands, without what is said about it."""
    for line in (*shell_lines(page), *console_commands(page), *code_spans(page)):
        found = _COMMAND.match(line.text)
        if found:
            yield Line(line.place, re.split(r"\s#\s|\s[>|]\s", found.group(1))[0].strip())


def _place(page: Path, line: int) -> str:
    return f"{page.relative_to(ROOT).as_posix()}:{line}"
