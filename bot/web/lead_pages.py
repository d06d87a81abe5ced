"""What the pages for leads have in common: who looks at them, and that nobody keeps them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import Request, Response

from bot.sessions import Person
from bot.settings import Settings
from bot.web.templating import page
from index.current import CurrentIndex
from index.errors import GenerationError

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


def titles_of(index: CurrentIndex) -> Callable[[str], str | None]:
    """What gives the title of an entry that answers now; None for one that is gone, and without an index."""

    def title(entry_id: str) -> str | None:
        try:
            entry = index.get().entry(entry_id, "internal")
        except GenerationError:
            return None
        return entry.title if entry else None

    return title
