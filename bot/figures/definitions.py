"""What each figure counts, and what it does not: one sentence each, shown beside it wherever it is shown."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Definition:
    """A figure's name and meaning."""

    title: str
    counts: str
    """One sentence."""


DEFINITIONS: dict[str, Definition] = {
    "questions": Definition(
        "Questions", "All questions that were asked, each as often as it was asked; what is only typed into a search field is not among them."
    ),
    "answered": Definition("Answered", "Of all questions, those answered at once with one entry; whether it was the right one is not counted here."),
    "offered": Definition("Did you mean", "Of all questions, those for which several entries were offered by their titles, whether or not anybody chose one."),
    "not_found": Definition("Not found", "Of all questions, those of which sopbot said that no document covers them."),
    "helped": Definition(
        "Helpful",
        'Of the answers and suggestions about which somebody said whether they helped, those whose last word was "yes"; silence is neither yes nor no.',
    ),
    "silent": Definition(
        "Nothing said", "Of the answers and suggestions, those about which nobody said whether they helped; they count neither as helpful nor as not."
    ),
    "picked": Definition(
        "Chosen", "Of the questions for which several entries were offered, those where somebody chose one; a choice does not say that it helped."
    ),
    "first_answer_right": Definition(
        "First answer right",
        'Of the answers about which it is known, those that somebody called helpful without choosing another entry; a "no" or another choice counts against it, silence not at all.',
    ),
    "used": Definition("Used", "How often an entry answered a question, at once or because somebody chose it; entries opened by browsing are not counted."),
    "trouble": Definition(
        "Trouble",
        'Signs that something is wrong with an entry: last words that were "no", remarks about a step, and answers that gave way to a choice of another entry; one question can give several.',
    ),
    "missed": Definition(
        "Nearest, not shown", "Questions to which an entry came nearest without being sure enough to answer; some of them it does not cover at all."
    ),
    "compliance": Definition(
        "Steps done",
        "Of all steps of the checklists started in the period, those with a tick today; a tick says that somebody set it, not that the step was done well.",
    ),
    "completion": Definition(
        "Checklists finished", "Of the checklists started in the period, those in which every step is done, or skipped with a reason, today."
    ),
    "skipped": Definition("Skipped", "Steps of those checklists that were left out with a reason."),
    "gaps_opened": Definition("Gaps opened", "Groups of questions without an answer that were first seen in the period."),
    "gaps_closed": Definition(
        "Gaps closed", "Gaps whose own questions were answered when they were asked again in the period; gaps that opened again since are not among them."
    ),
    "gaps_open": Definition("Gaps open", "Gaps that wait for a document today, those put off among them, whatever the period."),
    "days_to_close": Definition(
        "Days to close",
        "Of the gaps closed in the period, the median of the days from the first question to the closing; open gaps are not in it, however old they are.",
    ),
}
"""Name of each figure -> what it is."""
