"""Documents past the date by which somebody should have looked at them again, and dates that cannot be."""

from __future__ import annotations

from collections.abc import Iterator

from index.lint.finding import Found, Ground


def past_review(ground: Ground) -> Iterator[Found]:
    """One finding for each document that is late."""
    for document in ground.corpus.documents:
        late = document.meta.review_by
        if late and late < ground.options.today:
            remedy = "Read it through. If it is still right: sopbot renew, or the button 'still right'; otherwise mend it first."
            yield Found(document.path, ground.fact_line(document.path, "review_by"), f"This should have been reviewed by {late}.", remedy)


def impossible_dates(ground: Ground) -> Iterator[Found]:
    """A review in the future, or one that is due before it was done."""
    for document in ground.corpus.documents:
        done, due = document.meta.reviewed_on, document.meta.review_by
        line = ground.fact_line(document.path, "reviewed_on")
        if done and done > ground.options.today:
            yield Found(document.path, line, f"'reviewed_on' is {done}, which is still to come.", "Write the day on which somebody last read it through.")
        if done and due and due <= done:
            yield Found(document.path, line, f"'review_by' ({due}) is not after 'reviewed_on' ({done}).", "Write the day of the next review into 'review_by'.")
