"""Documents past their review date, each with a button that says that it is still right."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Response

from bot.authoring.late import late_documents
from bot.authoring.review_dates import renew as renewed
from bot.web.door import same_origin
from bot.web.review.pages import Pages, Text

router = APIRouter(prefix="/late")


@router.get("")
def late(pages: Pages) -> Response:
    """The longest first."""
    today = pages.asker.today()
    return pages.page("review_late.html", documents=late_documents(pages.index.get().past_review(today), pages.folder, today))


@router.post("", dependencies=[Depends(same_origin)])
def renew(pages: Pages, path: Text) -> Response:
    """Write new dates into the file at once: there is nothing to look at but two dates."""
    folder = pages.writable()
    folder.apply(renewed(path, folder.read(path), pages.asker.today(), pages.settings.review_months))
    return pages.go("/review/late", "renewed")
