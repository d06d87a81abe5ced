"""A draft's text in a field, to be filled in by people who have no editor for it; saved at once, since nobody is answered from drafts."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Response

from bot.authoring.drafts import rewrite
from bot.authoring.edit import version_of
from bot.errors import EditRefused
from bot.web.door import same_origin
from bot.web.review.pages import Pages, Text

router = APIRouter(prefix="/drafts/edit")


@router.get("")
def fill_in(pages: Pages, path: str = "") -> Response:
    """The field."""
    data = pages.writable().read(path)
    text = rewrite(path, data, data.decode("utf-8", "replace")).data.decode("utf-8")
    return pages.page("review_fill_in.html", path=path, text=text.removeprefix("\ufeff"), version=version_of(data))


@router.post("", dependencies=[Depends(same_origin)])
def save(pages: Pages, path: Text, text: Text = "", version: Text = "") -> Response:
    """Save it, unless somebody else changed the file meanwhile; what was written then stays in its field, to be copied."""
    folder = pages.writable()
    try:
        folder.apply(rewrite(path, folder.read(path, version), text))
    except EditRefused as error:
        return pages.page("review_fill_in.html", 409, path=path, text=text, version=version, notice=str(error))
    return pages.go("/review/drafts", "filled_in")
