"""A step that was reported as wrong -> its text worded anew in the document."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Response

from bot.authoring.edit import version_of
from bot.authoring.reading import read_whole
from bot.authoring.steps import reword_step
from bot.errors import EditRefused
from bot.web.door import same_origin
from bot.web.review.pages import GapId, Pages, ReviewPages, Text
from index.records import Entry, Step

router = APIRouter()


@router.get("/{gap_id}/step")
def edit_step(pages: Pages, gap_id: GapId, entry: str = "", number: str = "", line: str = "") -> Response:
    """The step's text in a field; the list of steps where it is not known which one is meant."""
    gap = pages.gaps.one(gap_id)
    path, data, held = _held(pages, entry)
    step = _step(held, line, number)
    said = [comment for question in pages.gaps.questions(gap.id) if question.blamed_entry == entry for comment in question.comments]
    return pages.page("review_step.html", gap=gap, entry=held, path=path, version=version_of(data), step=step, said=said, text=step.text if step else "")


@router.post("/{gap_id}/step", dependencies=[Depends(same_origin)])
def save_step(pages: Pages, gap_id: GapId, entry: Text, line: Text, text: Text = "", version: Text = "", shown: Text = "") -> Response:
    """Show the difference; save it once that was shown."""
    gap, folder = pages.gaps.one(gap_id), pages.writable()
    path, _, held = _held(pages, entry)
    step = _step(held, line)
    try:
        edit = reword_step(path, folder.read(path, version), held.id, step.lines.first if step else 0, text)
    except EditRefused as error:  # what was written stays in its field
        return pages.page("review_step.html", 409, gap=gap, entry=held, path=path, version=version, step=step, said=(), text=text, notice=str(error))
    number = step.number if step else ""
    notice = pages.save(edit, shown) if shown else ""
    if shown and not notice:
        pages.act.wrote(gap.id, f"step {number} of {held.id} worded anew, in {path}", pages.who)
        return pages.go(f"/review/{gap.id}", "reworded")
    fields = [("entry", held.id), ("line", line), ("text", text), ("version", edit.before)]
    return pages.change(
        edit, title=f"Word step {number} of “{held.title}” anew", action=f"/review/{gap.id}/step", fields=fields, back=f"/review/{gap.id}", notice=notice
    )


def _step(entry: Entry, line: str, number: str = "") -> Step | None:
    """The step that begins on a line, else the only one of that number: procedures in phases may have several."""
    found = [step for step in entry.steps if (str(step.lines.first) == line if line else step.number == number)]
    return found[0] if len(found) == 1 else None


def _held(pages: ReviewPages, entry_id: str) -> tuple[str, bytes, Entry]:
    """Path and bytes of an entry's document, and the entry as it stands there now.

    Raises:
        EditRefused: it is not there any more, or documents cannot be changed from here.
    """
    folder = pages.writable()
    known = pages.index.get().entry(entry_id, "internal")
    if known is None:
        raise EditRefused(f"There is no entry '{entry_id[:255]}' any more. Look for it by its title.")
    data = folder.read(known.path)
    return known.path, data, read_whole(known.path, data).entry(entry_id)
