"""Markdown -> HTML that is safe to put into any page, with headings that fit below the page's own and links that lead somewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import takewhile

import nh3
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from bot.links import leads_elsewhere, links_of
from index.records import Entry

_TAGS = {
    "a", "blockquote", "br", "code", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "s", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href", "title", "rel"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto", "tel"}
_WEBSITE = ("http://", "https://", "//")
_ELSEWHERE_REL = "external nofollow noopener"
_LAST_HEADING = 6


def _image(renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    """The text that stands for an image: loading one would tell its server who reads the answer."""
    return escapeHtml(renderer.renderInlineAsText(tokens[index].children, options, env))


_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table").enable("strikethrough")
_MARKDOWN.add_render_rule("image", _image)


def only_elsewhere(target: str) -> str | None:
    """A link that names what it leads to in full; others lead nowhere once the text stands in a page."""
    return target if leads_elsewhere(target) else None


def to_html(markdown: str, top_heading: int = 1, resolve: Callable[[str], str | None] = only_elsewhere) -> str:
    """Turn Markdown into HTML.

    HTML inside the Markdown is shown as text. Images give way to the text that stands for them. Links to other websites
    carry `rel="external nofollow noopener"`; one that leads nowhere gives way to its text.

    Args:
        markdown: CommonMark, with tables.
        top_heading: level, 1 to 6, that the Markdown's topmost headings get; those of each level below follow one by one.
        resolve: the target of a link -> where it leads, or None.

    Returns:
        A fragment of HTML, without scripts, styles, classes or ids.
    """
    tokens = _MARKDOWN.parse(markdown)
    _move_headings(tokens, top_heading)
    for token in tokens:
        if token.children:
            token.children = list(_checked_links(token.children, resolve))
    html: str = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    return nh3.clean(html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel=None, strip_comments=True)


def entry_html(entry: Entry, seen: tuple[Entry, ...], top_heading: int = 2, base: str = "") -> str:
    """An entry's body as HTML; links to other documents lead to their public pages.

    A link to what has no public page, internal or gone, gives way to its text. Each body is rendered once a generation.

    Args:
        entry: one of `seen`.
        seen: all entries that the reader may see, as `Index.entries` gives them.
        top_heading: see `to_html`.
        base: put before the paths of public pages, such as "https://help.example"; "" within this server's own pages.
    """
    links = links_of(seen)
    key = (entry.id, top_heading, base)
    held = links.rendered.get(key)
    if held and held[0] is entry:
        return held[1]

    def resolve(target: str) -> str | None:
        found = links.resolve(target, entry.path)
        return base + found if found and found.startswith("/") else found

    html = to_html(entry.body, top_heading, resolve)
    links.rendered[key] = entry, html
    return html


def _move_headings(tokens: Iterable[Token], top: int) -> None:
    """Give headings levels from `top` on without a gap: whoever moves through a page by its headings misses none then."""
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    levels = sorted({int(heading.tag[1]) for heading in headings})
    for heading in headings:
        heading.tag = f"h{min(_LAST_HEADING, top + levels.index(int(heading.tag[1])))}"


def _checked_links(tokens: Sequence[Token], resolve: Callable[[str], str | None]) -> Iterator[Token]:
    """The tokens of a line, with links that lead somewhere and have a text."""
    leads = False
    for index, token in enumerate(tokens):
        if token.type == "link_open":
            written = str(token.attrGet("href") or "")
            target = resolve(written)
            leads = target is not None
            if target is None:
                continue
            token.attrSet("href", target)
            if written.lower().startswith(_WEBSITE):
                token.attrSet("rel", _ELSEWHERE_REL)
            yield token
            if not _text_of_link(tokens[index + 1 :]).strip():
                yield Token("text", "", 0, content=target)
        elif token.type != "link_close" or leads:
            yield token


def _text_of_link(tokens: Sequence[Token]) -> str:
    """What a link's text reads, from behind its beginning."""
    inside = list(takewhile(lambda token: token.type != "link_close", tokens))
    return "".join(token.content or _text_of_link(token.children or ()) for token in inside)
