"""What a FAQ page needs from a request: the public entries of one generation, the site's settings, and how long it may be kept."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from markupsafe import Markup

from bot.ask import Asker
from bot.html import entry_html
from bot.links import Links, links_of, path_of, public_path
from bot.settings import Settings
from bot.web.etags import etag, has
from bot.web.templating import STATIC, page
from index.current import CurrentIndex
from index.records import Entry
from index.search import Index

_TEMPLATES = Path(__file__).parent / "templates"
_ALIKE = {"Vary": "Accept-Encoding"}  # everybody gets the same page, with and without a key or a cookie


class FaqPages:
    """The pages of one request, all from one generation.

    Args:
        request: what was asked for.

    Raises:
        GenerationError: there is no usable index.
    """

    def __init__(self, request: Request) -> None:
        current: CurrentIndex = request.app.state.index
        asker: Asker = request.app.state.asker
        settings: Settings = request.app.state.settings
        self.request = request
        self.index: Index = current.get()
        self.public: tuple[Entry, ...] = self.index.entries("public")
        self.links: Links = links_of(self.public)
        self.asker = asker
        self.site = settings.site_name
        self.base = settings.public_url.rstrip("/")
        self.suggest_from = settings.suggest_threshold
        self._contact = settings.contact
        self._tag = etag(f"{self.index.name} {_digest()} {settings.site_name} {settings.contact} {self.base}", "public", asker.today())

    path = staticmethod(public_path)
    topic_path = staticmethod(path_of)

    def html(self, entry: Entry, top_heading: int) -> Markup:
        """An entry's body, its topmost headings on the level named."""
        return Markup(entry_html(entry, self.public, top_heading))  # noqa: S704 - entry_html sanitises

    def kept(self) -> Response | None:
        """The response for a browser that holds what it would get; None when it does not."""
        return Response(status_code=304, headers=self._headers()) if has(self.request, self._tag) else None

    def page(self, template: str, **values: Any) -> HTMLResponse:
        """A page that is the same for everybody until the documents change."""
        return self._page(template, 200, self._headers(), **values)

    def page_of_the_moment(self, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        """A page that belongs to one request: nothing stores it, and search engines leave it out."""
        return self._page(template, status, {**_ALIKE, "Cache-Control": "no-store", "X-Robots-Tag": "noindex"}, **values)

    def _page(self, template: str, status: int, headers: dict[str, str], **values: Any) -> HTMLResponse:
        shown = {"asked": "", "canonical": "", "data": None, "site": self.site, "base": self.base, "contact": self._contact, "pages": self} | values
        return page(self.request, template, status, headers, **shown)

    def _headers(self) -> dict[str, str]:
        return {**_ALIKE, "ETag": self._tag, "Cache-Control": "no-cache"}


@cache
def _digest() -> str:
    """Of everything a page is made with: a new version of sopbot makes new pages from the same documents."""
    files = [*sorted(_TEMPLATES.iterdir()), *sorted(STATIC.iterdir())]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files if file.is_file())).hexdigest()[:16]
