"""`/review`: questions that got no good answer, and what leads do about them; for people with the scope admin only.

Plain pages and forms without any script. Whatever changes a document is shown first: a form that is sent without `shown`
gives the change to look at, and the button below it sends the same again with the version of what was shown.
"""

from __future__ import annotations

from fastapi import APIRouter, FastAPI

from bot.errors import EditRefused, GapRefused, UnknownGap
from bot.web.review import building, choosing, deciding, drafting, filling_in, late, listing, one_gap, proposed, publishing, rewording
from bot.web.review.pages import refused

router = APIRouter(include_in_schema=False)
for _feature in (listing, proposed, late, publishing, building, filling_in, drafting, one_gap, deciding, choosing, rewording):
    router.include_router(_feature.router, prefix="/review")


def install(app: FastAPI) -> None:
    """Serve the pages, and say what could not be done.

    Args:
        app: its state holds what `create_app` puts there.
    """
    app.include_router(router)
    for error in (EditRefused, GapRefused, UnknownGap):
        app.add_exception_handler(error, refused)
