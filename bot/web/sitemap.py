"""`/faq/sitemap.xml` and `/robots.txt`: every public page, for search engines, and what they should leave alone."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response

from bot.links import ROOT, path_of, public_path
from bot.settings import Settings
from bot.web.faq_pages import FaqPages

router = APIRouter(include_in_schema=False)
_READ = ["GET", "HEAD"]
SITEMAP = f"{ROOT}/sitemap.xml"
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_LEFT_ALONE = ("/v1/", "/ask", f"{ROOT}?q=")
"""Of which robots would store questions that nobody asked, and which hold nothing for them."""


@router.api_route(SITEMAP, methods=_READ)
def sitemap(request: Request) -> Response:
    """All pages of the FAQ, with their whole addresses."""
    pages = FaqPages(request)
    places = [ROOT, *(path_of(topic.id) for topic in pages.links.topics), *(public_path(entry.id) for entry in pages.public)]
    root = ET.Element("urlset", xmlns=_NAMESPACE)
    for path in dict.fromkeys(places):
        ET.SubElement(ET.SubElement(root, "url"), "loc").text = _base(request) + path
    return Response(ET.tostring(root, encoding="utf-8", xml_declaration=True), media_type="application/xml", headers={"Cache-Control": "no-cache"})


@router.api_route("/robots.txt", methods=_READ)
def robots(request: Request) -> PlainTextResponse:
    """What robots may read, and where they find it."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in _LEFT_ALONE), f"Sitemap: {_base(request)}{SITEMAP}"]
    return PlainTextResponse("\n".join(lines) + "\n")


def _base(request: Request) -> str:
    """The server's address: as set, else as this request says."""
    settings: Settings = request.app.state.settings
    return (settings.public_url or str(request.base_url)).rstrip("/")
