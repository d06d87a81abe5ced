from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.html import entry_html, to_html
from index.corpus import read_corpus


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("Answer **within 24 hours**, ~~not~~ `now`.", "<p>Answer <strong>within 24 hours</strong>, <s>not</s> <code>now</code>.</p>\n"),
        ("3. Third\n4. Fourth", '<ol start="3">\n<li>Third</li>\n<li>Fourth</li>\n</ol>\n'),
        ("> Hello {{customer_name}},", "<blockquote>\n<p>Hello {{customer_name}},</p>\n</blockquote>\n"),
        ("| a |\n|:-:|\n| 1 |", "<table>\n<thead>\n<tr>\n<th>a</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>1</td>\n</tr>\n</tbody>\n</table>\n"),
        ("```sh\n# <stop>\n```", "<pre><code># &lt;stop&gt;\n</code></pre>\n"),
        ("[a](https://x.org/?a=1&b=2)", '<p><a href="https://x.org/?a=1&amp;b=2" rel="external nofollow noopener">a</a></p>\n'),
        ('[a](https://x.org "t\\"><b>")', '<p><a href="https://x.org" title="t&quot;&gt;&lt;b&gt;" rel="external nofollow noopener">a</a></p>\n'),
        ("[a](mailto:a@b.c) [b](tel:+441632960000)", '<p><a href="mailto:a@b.c">a</a> <a href="tel:+441632960000">b</a></p>\n'),
        ("[](https://x.org)", '<p><a href="https://x.org" rel="external nofollow noopener">https://x.org</a></p>\n'),
        ("[![](p.png)](https://x.org)", '<p><a href="https://x.org" rel="external nofollow noopener">https://x.org</a></p>\n'),
        ("[![a *photo*](p.png)](https://x.org)", '<p><a href="https://x.org" rel="external nofollow noopener">a photo</a></p>\n'),
        ("[**a** `b`](refund-refused.md#x) [c](d)", "<p><strong>a</strong> <code>b</code> c</p>\n"),
        ("[a](//x.org) [b](/etc/passwd) [c](#d) [e](https:x) [f](http:///x)", "<p>a b c e f</p>\n"),
        ("[a](JaVaScRiPt:alert(1))", "<p>[a](JaVaScRiPt:alert(1))</p>\n"),
        ("[a](&#106;avascript:alert(1))", "<p>[a](javascript:alert(1))</p>\n"),
        ("[a](java&Tab;script:alert(1)) [b](data:image/png;base64,AA) [c](blob:https://x.org)", "<p>a b c</p>\n"),
        (
            "<javascript:alert(1)> <https://x.org>",
            '<p>&lt;javascript:alert(1)&gt; <a href="https://x.org" rel="external nofollow noopener">https://x.org</a></p>\n',
        ),
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
            assert scheme.lower() in {"http", "https", "mailto", "tel"}


@pytest.mark.parametrize(
    ("top", "levels"),
    [(1, ["h2", "h1", "h2", "h3", "h1"]), (2, ["h3", "h2", "h3", "h4", "h2"]), (5, ["h6", "h5", "h6", "h6", "h5"])],
)
def test_headings_fit_below_the_page_s_own(top: int, levels: list[str]) -> None:
    """The topmost ones get the level asked for, deeper ones follow without a gap, and none goes beyond the sixth."""
    html = to_html("### a\n## b\n### c\n\n###### d\n\ne\n-\n", top)
    assert re.findall(r"<(h\d)>\w</\1>", html) == levels


_NEST = "[" * 2_000 + "(x" * 2_000, ">" * 20_000, "".join("  " * depth + "- a\n" for depth in range(250)), ("|a" * 500 + "\n") * 20 + "*a " * 5_000


@pytest.mark.parametrize("markdown", _NEST, ids=["brackets", "quotes", "lists", "stars"])
def test_text_made_to_exhaust_a_parser_is_rendered(markdown: str) -> None:
    """Deep nesting and unclosed marks end in ordinary HTML, without running out of stack."""
    assert to_html(markdown).startswith(("<p>", "<blockquote>", "<ul>"))


def _document(folder: Path, path: str, text: str) -> None:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(text)


def test_links_between_documents_lead_to_public_pages_only(tmp_path: Path) -> None:
    """What an internal document is called shows nowhere; the text of the link, which the public author wrote, stays."""
    answer = "See [gifts](returns.md#gifts), [costs](../faqs/returns.md), [us](../sops/secret.md), [them](../sops/gone.md) and [it](https://x.org)."
    _document(tmp_path, "faqs/orders.md", f"---\naudience: public\n---\n# Orders\n\n## How?\n\n{answer}\n\n### More\n")
    _document(tmp_path, "faqs/returns.md", "---\naudience: public\n---\n# Returns\n\n## Gifts\n\nYes.\n")
    _document(tmp_path, "sops/secret.md", "# Plan\n\n## Steps\n\n1. Do.\n")
    entries = read_corpus(tmp_path).entries
    public = tuple(entry for entry in entries if entry.audience == "public")
    shown = (
        '<p>See <a href="{0}/faq/returns/gifts">gifts</a>, <a href="{0}/faq/returns">costs</a>, us, them and '
        '<a href="https://x.org" rel="external nofollow noopener">it</a>.</p>\n<h2>More</h2>\n'
    )
    assert entry_html(public[0], public) == shown.format("")
    assert entry_html(public[0], entries) == shown.format("")
    assert entry_html(public[0], public, base="https://help.example") == shown.format("https://help.example")
