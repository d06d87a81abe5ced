from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.html import to_html


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("Answer **within 24 hours**, ~~not~~ `now`.", "<p>Answer <strong>within 24 hours</strong>, <s>not</s> <code>now</code>.</p>\n"),
        ("3. Third\n4. Fourth", '<ol start="3">\n<li>Third</li>\n<li>Fourth</li>\n</ol>\n'),
        ("> Hello {{customer_name}},", "<blockquote>\n<p>Hello {{customer_name}},</p>\n</blockquote>\n"),
        ("| a |\n|:-:|\n| 1 |", "<table>\n<thead>\n<tr>\n<th>a</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>1</td>\n</tr>\n</tbody>\n</table>\n"),
        ("```sh\n# <stop>\n```", "<pre><code># &lt;stop&gt;\n</code></pre>\n"),
        ("[a](https://x.org/?a=1&b=2)", '<p><a href="https://x.org/?a=1&amp;b=2" rel="nofollow noopener">a</a></p>\n'),
        ("[a](mailto:a@b.c)", '<p><a href="mailto:a@b.c" rel="nofollow noopener">a</a></p>\n'),
        ("[a](refund-refused.md#x)", '<p><a href="refund-refused.md#x" rel="nofollow noopener">a</a></p>\n'),
        ("[a](tel:123)", '<p><a rel="nofollow noopener">a</a></p>\n'),
        ("[a](javascript:alert(1))", "<p>[a](javascript:alert(1))</p>\n"),
        ("See ![the **red** <button>](https://x.org/p.png).", "<p>See the red &lt;button&gt;.</p>\n"),
        ("![](https://x.org/p.png)", "<p></p>\n"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"),
        ("a <b onclick=x>b</b>", "<p>a &lt;b onclick=x&gt;b&lt;/b&gt;</p>\n"),
        ("", ""),
    ],
)
def test_markdown_becomes_plain_html(markdown: str, html: str) -> None:
    """Markdown's own forms are kept, everything that could run, track or restyle is text or gone."""
    assert to_html(markdown) == html


_ALLOWED = {"a", "blockquote", "br", "code", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"}  # fmt: skip
_NASTY = [
    "<script>",
    "<img src=x onerror=a>",
    "![x](",
    "[x](",
    "javascript:",
    "data:text/html,",
    ")",
    "`",
    "\n",
    "> ",
    "| a |\n|--|\n",
    "<!--",
    "&lt;",
    "<a href='javascript:a'>",
    '"',
    "vbscript:a",
]


@given(st.one_of(st.text(), st.lists(st.sampled_from(_NASTY), max_size=10).map("".join)))
def test_no_text_gives_anything_but_the_allowed_tags(markdown: str) -> None:
    """Whatever an author writes, only harmless tags, attributes and link targets come out."""
    html = to_html(markdown)
    tags = re.findall(r"<(/?)([a-z0-9]+)([^>]*)>", html)
    assert html.count("<") == len(tags)
    assert {name for _, name, _ in tags} <= _ALLOWED
    for _, name, attributes in tags:
        assert re.fullmatch(r'( (href|title|rel|start)="[^"]*")*', attributes), (name, attributes)
        for scheme in re.findall(r'href="\s*([a-z]+):', attributes, re.IGNORECASE):
            assert scheme.lower() in {"http", "https", "mailto"}
