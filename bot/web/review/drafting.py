"""A gap, or a place where nothing is written yet -> the beginning of a new document in the knowledge folder's drafts."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Response

from bot.authoring.drafts import DraftKind, DraftOf, draft
from bot.authoring.edit import Edit
from bot.errors import EditRefused
from bot.gaps.records import Gap, GapQuestion
from bot.web.door import same_origin
from bot.web.review.pages import GapId, Pages, ReviewPages, Text, Texts
from index.records import CHANNELS, Audience

router = APIRouter()
_LONGEST = 200


class _Form:
    """What the form holds."""

    def __init__(
        self,
        channel: Texts,
        title: Text = "",
        kind: Text = "",
        touchpoint: Text = "",
        owner: Text = "",
        audience: Text = "",
        shown: Annotated[str, Form()] = "",
    ) -> None:
        self._channels = tuple(one for one in CHANNELS if one in channel)
        self._title, self._kind, self._facts = title, kind, (" ".join(touchpoint.split()), " ".join(owner.split()))
        self._audience: Audience = "public" if audience == "public" else "internal"
        self.shown = shown

    def draft_of(self, questions: tuple[str, ...]) -> DraftOf:
        """The document that it describes."""
        kind: DraftKind = "faq" if self._kind == "faq" else "sop"
        return DraftOf(kind, self._title, questions, self._channels, *self._facts, self._audience)


@router.get("/draft")
def begin_anew(pages: Pages, touchpoint: str = "", channel: str = "") -> Response:
    """The form for a document that no gap asked for, such as a cell of the coverage page that is empty."""
    channels = (channel,) if channel in CHANNELS else ()
    return _page(pages, None, DraftOf("sop", "", (), channels, " ".join(touchpoint.split())[:_LONGEST]), [], edit=None)


@router.post("/draft", dependencies=[Depends(same_origin)])
def write_anew(pages: Pages, form: Annotated[_Form, Depends()]) -> Response:
    """Show the document; write it once that was shown."""
    return _write(pages, None, form, (), [])


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
def write(pages: Pages, gap_id: GapId, question: Texts, form: Annotated[_Form, Depends()]) -> Response:
    """Show the document; write it once that was shown."""
    gap = pages.gaps.one(gap_id)
    return _write(pages, gap, form, _texts(pages.chosen(gap, question)), question)


def _write(pages: ReviewPages, gap: Gap | None, form: _Form, questions: tuple[str, ...], ticked: list[str]) -> Response:
    what = form.draft_of(questions)
    try:
        pages.writable()
        edit = draft(what, pages.asker.today())
    except EditRefused as error:
        return _page(pages, gap, what, ticked, edit=None, status=409, notice=str(error))
    changed = "The form was changed since the document was shown. Look at it as it is now." if form.shown != edit.version else ""
    notice = (changed or pages.save(edit, form.shown)) if form.shown else ""
    if not form.shown or notice:
        return _page(pages, gap, what, ticked, edit=edit, status=409 if notice else 200, notice=notice)
    if gap:
        pages.act.wrote(gap.id, f"a draft, {edit.path}", pages.who)
    return pages.go("/review/drafts", "drafted")


def _page(pages: ReviewPages, gap: Gap | None, what: DraftOf, ticked: list[str], edit: Edit | None, status: int = 200, **values: Any) -> Response:
    text = edit.data.decode("utf-8") if edit else ""
    return pages.page(
        "review_draft.html", status, gap=gap, what=what, ticked=ticked, edit=edit, text=text, channels=CHANNELS, touchpoints=_touchpoints(pages), **values
    )


def _texts(questions: tuple[GapQuestion, ...]) -> tuple[str, ...]:
    return tuple(question.text for question in questions)


def _touchpoints(pages: ReviewPages) -> list[str]:
    """Those that documents name already."""
    return sorted({entry.touchpoint for entry in pages.entries} - {""})
