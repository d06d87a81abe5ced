"""`/widget.js` and `/widget/demo`: the widget's script, and a made-up bicycle shop to try it on."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, ConfigDict

from bot.settings import Settings
from bot.web.etags import has
from bot.web.templating import page
from bot.web.widget.script import widget_script

router = APIRouter(include_in_schema=False)
_KEPT_SECONDS = 300
SHOP_POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types sopbot"
)
"""As strict as a careful shop's: the widget needs its server in script-src and connect-src, and nothing else."""


@router.api_route("/widget.js", methods=["GET", "HEAD"])
async def script(request: Request) -> Response:
    """The widget. Shops' pages of any origin may load it; a browser asks again after five minutes whether it has changed."""
    made = widget_script()
    headers = {
        "ETag": made.etag,
        "Cache-Control": f"public, max-age={_KEPT_SECONDS}",
        "Access-Control-Allow-Origin": "*",  # for pages that check the script's integrity
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    if has(request, made.etag):
        return Response(status_code=304, headers=headers)
    return Response(made.text, media_type="text/javascript", headers=headers)


class Shown(BaseModel):
    """How the demo shop sets the widget up; each is an attribute of the script tag."""

    model_config = ConfigDict(extra="ignore")

    lang: Literal["en", "de", "ar"] = "en"
    theme: Literal["auto", "light", "dark"] = "auto"
    position: Literal["bottom-right", "bottom-left"] = "bottom-right"
    accent: Literal["#0b57a4", "#1d5c45", "#b3261e", "#ffd400", "#111111"] = "#1d5c45"


@router.get("/widget/demo")
async def demo(request: Request, shown: Annotated[Shown, Query()]) -> HTMLResponse:
    """The home page of a shop that has the widget."""
    settings: Settings = request.app.state.settings
    headers = {"Content-Security-Policy": SHOP_POLICY, "X-Robots-Tag": "noindex"}
    return page(request, "widget_demo.html", headers=headers, shown=shown, choices=_choices(), base=(settings.public_url or str(request.base_url)).rstrip("/"))


def _choices() -> dict[str, tuple[str, ...]]:
    """What can be chosen for each attribute."""
    return {name: field.annotation.__args__ for name, field in Shown.model_fields.items() if field.annotation is not None}
