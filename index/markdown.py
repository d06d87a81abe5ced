"""One file's bytes -> Document: its front matter, and its sections as blocks that know their source lines."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Iterable, Sequence
from urllib.parse import unquote

import nh3
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from index.comments import without_comments
from index.dialect import PARSER
from index.errors import KnowledgeError, Problem
from index.frontmatter import read_front_matter
from index.records import Block, Document, Lines, Link, Section

MAX_BYTES = 4_000_000
_LINE_END = re.compile(r"\r\n|\r|\n")
_BREAK = re.compile(r"<br\b", re.IGNORECASE)
_KINDS = {
    "paragraph": "paragraph",
    "ordered_list": "ordered_list",
    "bullet_list": "bullet_list",
    "list_item": "item",
    "blockquote": "quote",
    "fence": "code",
    "code_block": "code",
}


def parse_document(path: str, data: bytes) -> tuple[Document, tuple[Problem, ...]]:
    """Read one Markdown file.

    Args:
        path: relative to the knowledge folder, with forward slashes.
        data: the file's bytes; UTF-8, with or without a byte order mark, any line ends.

    Returns:
        The document, and its problems in order of line (fatal ones among them: the caller decides).

    Raises:
        KnowledgeError: the bytes are no UTF-8 text, or too many.
    """
    source = tuple(_LINE_END.split(_decode(path, data)))
    front = read_front_matter(path, source)
    # Blank lines in place of the front matter keep markdown-it's line numbers those of the file.
    body = [""] * front.end + list(source[front.end :])
    shown = without_comments(body)
    tokens = PARSER.parse("\n".join(shown.lines))
    root = SyntaxTreeNode(tokens)
    problems = list(front.problems)
    if shown.trouble:
        fatal = front.meta.kind != "handbook" or front.meta.audience == "public"
        message = "A comment begins here with '<!--' and is never closed, or cannot be told from text. Close it with '-->' and give it lines of its own."
        problems.append(Problem(path, shown.trouble, message, fatal))
    document = Document(
        path=path,
        version=hashlib.sha256(data).hexdigest()[:12],
        source=source,
        shown=shown.lines,
        meta=front.meta,
        sections=tuple(_sections(root.children, shown.lines, front.end)),
        links=tuple(_links(tokens)),
    )
    return document, tuple(sorted(problems))


def _links(tokens: Iterable[Token]) -> Iterable[Link]:
    """Links and pictures; each counted to its own line, a paragraph's second line being one below its first."""
    for token in tokens:
        line = token.map[0] + 1 if token.map else 1
        for part in token.children or ():
            target = part.attrs.get("href") or part.attrs.get("src")
            if target and part.type in ("link_open", "image"):
                yield Link(unquote(str(target)), line)
            line += part.type in ("softbreak", "hardbreak")


def parse_blocks(text: str) -> tuple[Block, ...]:
    """The blocks of a piece of Markdown, with lines counted from 1."""
    source = tuple(_LINE_END.split(text))
    return tuple(_block(node, source) for node in SyntaxTreeNode(PARSER.parse("\n".join(source))).children)


def _decode(path: str, data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise KnowledgeError([Problem(path, 1, f"The file has {len(data):,} bytes; at most {MAX_BYTES:,} are read. Split it.")])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1  # without a byte order mark, as the place is counted
        found = f"The byte 0x{error.object[error.start]:02x} here is not UTF-8 text."
        raise KnowledgeError([Problem(path, line, f"{found} Open the file in an editor and save it with the encoding UTF-8.")]) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise KnowledgeError([Problem(path, line, "A zero byte stands here, so this is no text file. Remove it from the folder, or save it as text.")])
    return text


def _sections(nodes: Sequence[SyntaxTreeNode], source: tuple[str, ...], body_start: int) -> Iterable[Section]:
    """Cut the top-level blocks at headings; what stands before the first heading is a section of level 0."""
    starts = [index for index, node in enumerate(nodes) if node.type == "heading"]
    bounds = [*starts, len(nodes)]
    first_heading = _lines_of(nodes[starts[0]])[0] if starts else len(source)
    if any(line.strip() for line in source[body_start:first_heading]):
        blocks = tuple(_block(node, source) for node in nodes[: bounds[0]])
        yield _section(0, "", (), body_start, body_start, first_heading, blocks, source)
    around: list[tuple[int, str]] = []
    for start, after in zip(starts, bounds[1:], strict=True):
        heading = nodes[start]
        first, below = _lines_of(heading)
        level, title = int(heading.tag[1]), _inline_text(heading)
        around = [(outer, text) for outer, text in around if outer < level]
        end = _lines_of(nodes[after])[0] if after < len(nodes) else len(source)
        blocks = tuple(_block(node, source) for node in nodes[start + 1 : after])
        yield _section(level, title, tuple(text for _, text in around), first, below, end, blocks, source)
        around.append((level, title))


def _section(level: int, title: str, path: tuple[str, ...], start: int, content: int, end: int, blocks: tuple[Block, ...], source: tuple[str, ...]) -> Section:
    body = _trim(content, end, source)
    last = body.last if body else max(content, start + 1)
    return Section(level, title, path, Lines(start + 1, last), body, blocks)


def _lines_of(node: SyntaxTreeNode) -> tuple[int, int]:
    """0-based half-open range of a block's source lines."""
    return node.map or (0, 0)


def _trim(start: int, end: int, source: tuple[str, ...]) -> Lines | None:
    """0-based half-open range -> Lines without blank lines at both ends; None when all are blank."""
    while start < end and not source[start].strip():
        start += 1
    while end > start and not source[end - 1].strip():
        end -= 1
    return Lines(start + 1, end) if start < end else None


def _block(node: SyntaxTreeNode, source: tuple[str, ...], number: int = 0) -> Block:
    start, end = _lines_of(node)
    lines = _trim(start, end, source) or Lines(start + 1, max(end, start + 1))
    kind = _KINDS.get(node.type, "other")
    if node.type == "html_block":
        kind = "comment" if node.content.lstrip().startswith("<!--") else "other"
    children: tuple[Block, ...] = ()
    if kind == "ordered_list":
        first = int(node.attrs.get("start", 1))
        children = tuple(_block(child, source, first + index) for index, child in enumerate(node.children))
    elif kind in ("bullet_list", "item", "quote"):
        children = tuple(_block(child, source) for child in node.children)
    text = "" if children or kind == "comment" else _seen_text(node)
    return Block(kind, lines, text, number, children)  # type: ignore[arg-type]


def _seen_text(node: SyntaxTreeNode) -> str:
    """What a reader sees of a block, marks left out."""
    if node.type == "html_block":
        return " ".join(html.unescape(nh3.clean(node.content, tags=set())).split())
    if node.type in ("fence", "code_block"):
        return node.content.rstrip("\n")
    if node.type == "inline" or any(child.type == "inline" for child in node.children):
        return _inline_text(node)
    return " ".join(filter(None, (_seen_text(child) for child in node.children)))


def _inline_text(node: SyntaxTreeNode) -> str:
    pieces: list[str] = []
    for part in node.walk(include_self=False):
        if part.type in ("text", "code_inline"):
            pieces.append(part.content)
        elif part.type in ("softbreak", "hardbreak") or (part.type == "html_inline" and _BREAK.match(part.content)):
            pieces.append(" ")
    return "".join(pieces).strip()
