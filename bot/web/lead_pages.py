"""What the pages for leads have in common: who looks at them, and that nobody keeps them."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response

from bot.sessions import Person
from bot.settings import Settings
from bot.web.templating import page

UNSTORED = {"Cache-Control": "no-store"}


def lead_page(request: Request, person: Person, template: str, status: int = 200, **values: Any) -> Response:
    """Make a page for somebody who may review.

    Args:
        request: as it arrived.
        person: who sent it.
        template: extends `team_layout.html`.
        status: HTTP status.
        values: what the template names.
    """
    settings: Settings = request.app.state.settings
    return page(request, template, status, dict(UNSTORED), **values, person=person, way=settings.sign_in)
