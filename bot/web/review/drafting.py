"""A gap -> the beginning of a new document in the knowledge folder's drafts."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response

from bot.authoring.drafts import DraftOf, draft
from bot.authoring.edit import Edit
from bot.errors import EditRefused
from bot.gaps.records import Gap, GapQuestion
from bot.web.door import same_origin
from bot.web.review.pages import GapId, Pages, ReviewPages, Text, Texts
from index.errors import GenerationError
from index.records import CHANNELS, Audience

router = APIRouter()


@router.get("/{gap_id}/draft")
def begin(pages: Pages, gap_id: GapId, question: Annotated[list[str], Query(default_factory=list)]) -> Response:
    """The form, filled in from the gap."""
    gap = pages.gaps.one(gap_id)
    chosen = pages.chosen(gap, question)
    channels = tuple(channel for channel in CHANNELS if channel in gap.channels)
    audience: Audience = "public" if "public" in gap.audiences else "internal"
    what = DraftOf("faq" if audience == "public" else "sop", gap.title, _texts(chosen), channels, "", "", audience)
    return _page(pages, gap, what, question, edit=None)


@router.post("/{gap_id}/draft", dependencies=[Depends(same_origin)])
def write(
    pages: Pages,
    gap_id: GapId,
    question: Texts,
    channel: Texts,
    title: Text = "",
    kind: Text = "",
    touchpoint: Text = "",
    owner: Text = "",
    audience: Text = "",
    shown: Text = "",
) -> Response:
    """Show the document; write it once that was shown."""
    gap = pages.gaps.one(gap_id)
    chosen = pages.chosen(gap, question)
    channels = tuple(one for one in CHANNELS if one in channel)
    facts = " ".join(touchpoint.split()), " ".join(owner.split())
    what = DraftOf("faq" if kind == "faq" else "sop", title, _texts(chosen), channels, *facts, "public" if audience == "public" else "internal")
    try:
        pages.writable()
        edit = draft(what, pages.asker.today())
    except EditRefused as error:
        return _page(pages, gap, what, question, edit=None, status=409, notice=str(error))
    changed = "The form was changed since the document was shown. Look at it as it is now." if shown != edit.version else ""
    notice = (changed or pages.save(edit, shown)) if shown else ""
    if not shown or notice:
        return _page(pages, gap, what, question, edit=edit, status=409 if notice else 200, notice=notice)
    pages.act.wrote(gap.id, f"a draft, {edit.path}", pages.who)
    return pages.go("/review/drafts", "drafted")


def _page(pages: ReviewPages, gap: Gap, what: DraftOf, ticked: list[str], edit: Edit | None, status: int = 200, **values: Any) -> Response:
    text = edit.data.decode("utf-8") if edit else ""
    return pages.page(
        "review_draft.html", status, gap=gap, what=what, ticked=ticked, edit=edit, text=text, channels=CHANNELS, touchpoints=_touchpoints(pages), **values
    )


def _texts(questions: tuple[GapQuestion, ...]) -> tuple[str, ...]:
    return tuple(question.text for question in questions)


def _touchpoints(pages: ReviewPages) -> list[str]:
    """Those that documents name already."""
    try:
        return sorted({entry.touchpoint for entry in pages.index.get().entries("internal")} - {""})
    except GenerationError:
        return []
