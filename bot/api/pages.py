"""`/` and `/docs`: what there is on this server, and the HTTP interface to read; both without scripts."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from bot.api.reference import calls, shapes
from bot.settings import Settings
from bot.web.templating import page

router = APIRouter(include_in_schema=False)


@router.get("/")
def home(request: Request) -> HTMLResponse:
    """Say what is here, for agents, customers and programs."""
    settings: Settings = request.app.state.settings
    return page(request, "home.html", base=str(request.base_url), way=settings.sign_in)


@router.get("/docs")
def docs(request: Request) -> HTMLResponse:
    """The HTTP interface, from its own description."""
    openapi = request.app.openapi()
    base = str(request.base_url)
    return page(request, "docs.html", base=base, about=openapi["info"]["description"], calls=calls(openapi, base), shapes=shapes(openapi))
