"""Names and values -> pages: one set of templates, one policy of what a page may load, static files with a version."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from bot import phrases, reasons
from bot.html import to_html

_HERE = Path(__file__).parent
STATIC = _HERE / "static"
_LOADED = "script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'"
POLICY = f"default-src 'none'; {_LOADED}; base-uri 'none'; frame-ancestors 'none'"
"""Of every page: scripts and styles from this server's own files only, nothing inline, no frame around it."""


def static(name: str) -> str:
    """The address of a static file; it changes with the file, so that browsers may keep it for good."""
    return f"/static/{name}?v={_digest(name)}"


@cache
def _digest(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]


def _markdown(text: str) -> Markup:
    return Markup(to_html(text))  # noqa: S704 - to_html sanitises


_TEMPLATES = Environment(
    loader=FileSystemLoader(_HERE / "templates"),
    autoescape=select_autoescape(default=True, default_for_string=True),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.globals |= {"static": static, "phrases": phrases, "asking": reasons}
_TEMPLATES.filters["markdown"] = _markdown


def page(request: Request, template: str, status: int = 200, headers: dict[str, str] | None = None, **values: Any) -> HTMLResponse:
    """Make a page.

    Args:
        request: templates know it as `request`.
        template: name of a file in `templates/`; every value in it is escaped.
        status: HTTP status.
        headers: more headers; they win over the usual ones.
        values: what the template names.
    """
    text = _TEMPLATES.get_template(template).render(request=request, **values)
    usual = {"Content-Security-Policy": POLICY, "Referrer-Policy": "same-origin", "Vary": "Cookie, Authorization, X-API-Key"}
    return HTMLResponse(text, status, usual | (headers or {}))
