"""A request of somebody who may review -> the gaps and documents behind it, and the pages made of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, Form, Path, Request, Response
from fastapi.responses import RedirectResponse

from bot.ask import Asker
from bot.authoring.edit import Edit, check_shown
from bot.authoring.knowledge_folder import KnowledgeFolder
from bot.database import Database
from bot.errors import EditRefused, GapRefused, UnknownGap
from bot.gaps.actions import GapActions
from bot.gaps.proposals import Proposals
from bot.gaps.reading import GapList
from bot.gaps.records import Gap, GapQuestion
from bot.gaps.upkeep import Upkeep
from bot.settings import Settings
from bot.web.door import AdminOf
from bot.web.lead_pages import UNSTORED, lead_page
from bot.web.review.words import DONE, NAMES, SAVED
from bot.web.templating import page
from index.current import CurrentIndex
from index.errors import GenerationError
from index.records import Entry

MOST_SHOWN = 200
"""Questions of one gap on its page, the newest."""
GapId = Annotated[int, Path(ge=1, le=2**31 - 1)]
Text = Annotated[str, Form()]
Texts = Annotated[list[str], Form(default_factory=list)]


class ReviewPages:
    """What the routes of the review share.

    Args:
        request: as it arrived.
        person: who sent it.
    """

    def __init__(self, request: Request, person: AdminOf) -> None:
        state = request.app.state
        database: Database = state.database
        self.request, self.person = request, person
        self.asker: Asker = state.asker
        self.index: CurrentIndex = state.index
        self.settings: Settings = state.settings
        self.gaps, self.act, self.proposals = GapList(database), GapActions(database), Proposals(database)
        self.folder = KnowledgeFolder(self.settings.knowledge_dir)
        self._database = database

    @property
    def who(self) -> str:
        """Who does it, for the history."""
        return self.person.name

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All entries that answer now; none without an index."""
        try:
            return self.index.get().entries("internal")
        except GenerationError:
            return ()

    @property
    def generation(self) -> str:
        """The index that answers now; empty when there is none."""
        try:
            return self.index.get().generation
        except GenerationError:
            return ""

    @property
    def upkeep(self) -> Upkeep:
        """Looks after the gaps in this request's own name, so that it waits for its turn like any other process."""
        return Upkeep(self._database, self.index, self.asker.thresholds, today=self.asker.today, past_review=self.asker.past_review)

    def writable(self) -> KnowledgeFolder:
        """The knowledge folder, to change documents in.

        Raises:
            EditRefused: this server cannot.
        """
        if self.folder.trouble:
            raise EditRefused(self.folder.trouble)
        return self.folder

    def chosen(self, gap: Gap, query_ids: Sequence[str]) -> tuple[GapQuestion, ...]:
        """The questions that were ticked; all that the gap's page shows when none was.

        Raises:
            GapRefused: one is not, or no longer, in the gap.
        """
        held = {question.query_id: question for question in self.gaps.questions(gap.id, MOST_SHOWN)}
        if any(query_id not in held for query_id in query_ids):
            raise GapRefused(f"One of these questions is not in gap {gap.id} any more. Open the gap and choose again.")
        return tuple(held[query_id] for query_id in dict.fromkeys(query_ids)) if query_ids else tuple(held.values())

    def page(self, template: str, status: int = 200, **values: Any) -> Response:
        """A page of the review."""
        what = self.request.query_params.get("done", "")
        usual = {"notice": "", "done": DONE.get(what, ""), "saved": what in SAVED, "trouble": self.folder.trouble, "names": NAMES}
        return lead_page(self.request, self.person, template, status, **(usual | values))

    def change(self, edit: Edit, *, title: str, action: str, fields: Sequence[tuple[str, str]], back: str, remark: str = "", notice: str = "") -> Response:
        """A change to a document, shown before it is saved.

        Args:
            edit: the change.
            title: what it does.
            action: where the form goes that saves it.
            fields: of that form, by which the same edit is made again.
            back: where somebody goes who does not want it.
            remark: what to mind before saving.
            notice: why it was not saved, when it should have been.
        """
        values = {"title": title, "action": action, "fields": [*fields, ("shown", edit.version)], "back": back, "remark": remark, "notice": notice}
        return self.page("review_change.html", 409 if notice else 200, edit=edit, **values)

    def save(self, edit: Edit, shown: str) -> str:
        """Save an edit that was shown.

        Returns:
            Why it was not saved; empty when it was.
        """
        try:
            check_shown(edit, shown)
            self.writable().apply(edit)
        except EditRefused as error:
            return str(error)
        return ""

    @staticmethod
    def go(path: str, done: str, **more: int) -> Response:
        """Go on to a page, which says what was done."""
        return RedirectResponse(f"{path}?{urlencode({'done': done} | more)}", 303, dict(UNSTORED))


Pages = Annotated[ReviewPages, Depends(ReviewPages)]


async def refused(request: Request, error: Exception) -> Response:
    """The page that says why something was not done."""
    status = 404 if isinstance(error, UnknownGap) else 409 if isinstance(error, EditRefused) else 422
    gap_id = request.path_params.get("gap_id")
    back = f"/review/{gap_id}" if gap_id and status != 404 else "/review"
    return page(request, "review_refused.html", status, dict(UNSTORED), detail=str(error), back=back)
