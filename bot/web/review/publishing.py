"""Drafts in the knowledge folder -> read by everybody, once they are finished."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Depends, Response

from bot.authoring.drafts import publish as publish_edit
from bot.authoring.drafts import published
from bot.authoring.edit import Edit
from bot.errors import EditRefused
from bot.web.door import same_origin
from bot.web.review.pages import Pages, ReviewPages, Text

router = APIRouter()


@dataclass(frozen=True, slots=True)
class _Draft:
    """A draft and how far it is."""

    path: str
    edit: Edit | None
    """What publishing it does; None when it is not finished."""
    trouble: str
    """Why it cannot be published; empty when it can."""


@router.get("/drafts")
def drafts(pages: Pages) -> Response:
    """All drafts, and what each lacks."""
    return pages.page("review_drafts.html", drafts=[_draft(pages, path) for path in pages.folder.drafts()])


@router.post("/drafts/publish", dependencies=[Depends(same_origin)])
def publish(pages: Pages, path: Text, shown: Text = "") -> Response:
    """Show the whole document; publish it once that was shown."""
    folder = pages.writable()
    edit = publish_edit(path, folder.read(path), published(folder.root))
    notice = pages.save(edit, shown) if shown else ""
    if shown and not notice:
        return pages.go("/review/drafts", "published")
    return pages.change(edit, title=f"Publish {edit.path}", action="/review/drafts/publish", fields=[("path", path)], back="/review/drafts", notice=notice)


def _draft(pages: ReviewPages, path: str) -> _Draft:
    """Looked up beside what is indexed, since the list is opened often; publishing looks at the documents as they stand."""
    try:
        return _Draft(path, publish_edit(path, pages.folder.read(path), pages.entries), "")
    except EditRefused as error:
        return _Draft(path, None, str(error))
