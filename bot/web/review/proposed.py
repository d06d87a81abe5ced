"""Wordings that people used for an entry -> accepted into its document, or declined."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Response

from bot.authoring.questions import add_questions
from bot.errors import EditRefused
from bot.web.door import same_origin
from bot.web.review.pages import GapId, Pages, Text

router = APIRouter(prefix="/proposals")


@router.get("")
def proposals(pages: Pages) -> Response:
    """Those that wait for a decision."""
    titles = {entry.id: entry.title for entry in pages.entries}
    return pages.page("review_proposals.html", proposals=pages.proposals.listed(), titles=titles)


@router.post("/{proposal_id}/accept", dependencies=[Depends(same_origin)])
def accept(pages: Pages, proposal_id: GapId, shown: Text = "") -> Response:
    """Show what the document would look like; save it, and the decision, once that was shown."""
    folder, proposal = pages.writable(), pages.proposals.one(proposal_id)
    entry = pages.index.get().entry(proposal.entry_id, "internal")
    if entry is None:
        raise EditRefused(f"There is no entry '{proposal.entry_id}' any more. Decline the wording.")
    edit = add_questions(entry.path, folder.read(entry.path), entry.id, [proposal.text])
    notice = pages.save(edit, shown) if shown else ""
    if shown and not notice:
        pages.proposals.decide(proposal.id, True, pages.who)
        return pages.go("/review/proposals", "accepted")
    inside = entry.audience == "public" and proposal.audience == "internal"
    return pages.change(
        edit,
        title=f"Add a question to “{entry.title}”",
        action=f"/review/proposals/{proposal.id}/accept",
        fields=[],
        back="/review/proposals",
        remark="This entry is public, and these words come from the team: customers may read them." if inside else "",
        notice=notice,
    )


@router.post("/{proposal_id}/decline", dependencies=[Depends(same_origin)])
def decline(pages: Pages, proposal_id: GapId) -> Response:
    """Not wanted; it is not proposed again."""
    pages.proposals.decide(proposal_id, False, pages.who)
    return pages.go("/review/proposals", "declined")
