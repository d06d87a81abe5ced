"""Questions of a gap -> an entry, found by search, that gets them as other ways of asking."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from bot.authoring.questions import add_questions
from bot.errors import EditRefused
from bot.web.door import same_origin
from bot.web.review.one_gap import near
from bot.web.review.pages import GapId, Pages, Text, Texts

router = APIRouter()
_FOUND = 8
_LONGEST_SEARCH = 1000


@router.get("/{gap_id}/entry")
def choose(pages: Pages, gap_id: GapId, question: Annotated[list[str], Query(default_factory=list)], find: str = "") -> Response:
    """Which entry: those nearest to the questions, or those that a search finds."""
    gap = pages.gaps.one(gap_id)
    chosen = pages.chosen(gap, question)
    words = find.strip()[:_LONGEST_SEARCH]
    if words:
        offered = [(hit.entry.id, hit.entry.title, hit.entry.path) for hit in pages.index.get().search(words, "internal", _FOUND)]
    else:
        offered = [(entry.entry_id, entry.title, entry.path) for entry in near(pages, chosen)]
    return pages.page("review_entry.html", gap=gap, chosen=chosen, ticked=question, offered=offered, find=words)


@router.post("/{gap_id}/add", dependencies=[Depends(same_origin)])
def add(pages: Pages, gap_id: GapId, question: Texts, entry: Text, shown: Text = "", intend: Text = "") -> Response:
    """Show what the entry's document would look like with the questions; save it once that was shown."""
    gap, folder = pages.gaps.one(gap_id), pages.writable()
    chosen = pages.chosen(gap, question)
    meant = pages.index.get().entry(entry, "internal")
    if meant is None:
        raise EditRefused(f"There is no entry '{entry[:255]}' any more. Look for it by its title.")
    edit = add_questions(meant.path, folder.read(meant.path), meant.id, [one.text for one in chosen])
    notice = pages.save(edit, shown) if shown else ""
    if shown and not notice:
        pages.act.wrote(gap.id, f"questions of this gap into {edit.path}, for {meant.id}", pages.who)
        if intend:
            pages.act.intend(gap.id, meant.id, pages.who)
        return pages.go(f"/review/{gap.id}", "added")
    inside = meant.audience == "public" and any(one.audience == "internal" for one in chosen)
    remark = "This entry is public, and some of these words come from the team: customers may read them." if inside else ""
    return pages.change(
        edit,
        title=f"Add questions to “{meant.title}”",
        action=f"/review/{gap.id}/add",
        fields=[("entry", meant.id), *(("question", query_id) for query_id in question)],
        back=f"/review/{gap.id}",
        remark=remark,
        notice=notice,
    )
