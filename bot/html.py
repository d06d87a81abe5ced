"""Markdown -> HTML that is safe to put into any page."""

from __future__ import annotations

from collections.abc import Sequence

import nh3
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

_TAGS = {
    "a", "blockquote", "br", "code", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "s", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto"}
"""Of links; one without a scheme leads to another place of the same site."""


def _image(renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    """The text that stands for an image: loading one would tell its server who reads the answer."""
    return escapeHtml(renderer.renderInlineAsText(tokens[index].children, options, env))


_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table").enable("strikethrough")
_MARKDOWN.add_render_rule("image", _image)


def to_html(markdown: str) -> str:
    """Turn Markdown into HTML.

    HTML inside the Markdown is shown as text. Links keep the schemes http, https and mailto, or none, and carry
    `rel="nofollow noopener"`; images give way to the text that stands for them.

    Args:
        markdown: CommonMark, with tables.

    Returns:
        A fragment of HTML, without scripts, styles, classes or ids.
    """
    html: str = _MARKDOWN.render(markdown)
    return nh3.clean(html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel="nofollow noopener", strip_comments=True)
