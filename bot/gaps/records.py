"""The values that travel from an unanswered question to a closed gap; all of them immutable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from index.embedding import Vectors
from index.records import Audience, Entry, Hit

SignalKind = Literal["no_answer", "not_chosen", "not_helpful", "wrong_step"]
Status = Literal["open", "snoozed", "closed", "not_ours", "dismissed", "merged"]
Change = Literal["opened", "closed", "reopened"]
ProposalStatus = Literal["proposed", "accepted", "declined"]

SIGNALS: dict[SignalKind, str] = {
    "no_answer": "no document covered it",
    "not_chosen": "none of the suggestions was chosen",
    "not_helpful": "the answer did not help",
    "wrong_step": "a step was reported as wrong",
}
"""Kind -> the words people read."""
STATUSES: dict[Status, str] = {
    "open": "open",
    "snoozed": "put off",
    "closed": "closed: its questions are answered",
    "not_ours": "not ours",
    "dismissed": "nothing to do",
    "merged": "joined with another gap",
}
"""Status -> the words people read."""


class SearchedIndex(Protocol):
    """One generation, as far as gaps need it; `index.search.Index` is one."""

    @property
    def generation(self) -> str:
        """Its id."""

    @property
    def encoder(self) -> str:
        """Fingerprint of its encoder."""

    def vectors(self, questions: Sequence[str]) -> Vectors:
        """Embed questions; float32, `(len(questions), dim)`, unit rows."""

    def search(self, question: str, audience: Audience, limit: int) -> tuple[Hit, ...]:
        """Best first."""

    def entry(self, entry_id: str, audience: Audience) -> Entry | None:
        """By id, or None when this audience has none such."""


@dataclass(frozen=True, slots=True)
class Signal:
    """Why a question counts as not answered."""

    kind: SignalKind
    happened_at: datetime
    detail: str
    """The reason that was given, or the number of the step that is wrong; often empty."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A group of questions that got no good answer."""

    id: int
    title: str
    """Its most central question, masked. May come from an internal question: for internal people only."""
    status: Status
    assignee: str
    entry_id: str
    """The entry that is meant to answer it; empty for any."""
    snoozed_until: datetime | None
    opened_at: datetime
    closed_at: datetime | None
    reopened_at: datetime | None
    last_asked_at: datetime
    questions: int
    """How often it was asked."""
    people: int
    """By how many different people, among those who are known."""
    urgency: float
    """Its place in the list: 1 for one person who asked just now; see bot/gaps/weight.py."""
    signals: dict[SignalKind, int]
    """Questions by why they count; a question may count for two reasons."""
    channels: dict[str, int]
    """Questions by channel, "" where none was said."""
    audiences: dict[Audience, int]
    front_ends: dict[str, int]


@dataclass(frozen=True, slots=True)
class GapQuestion:
    """One question of a gap."""

    query_id: str
    text: str
    """Word for word, but masked."""
    asked_at: datetime
    audience: Audience
    channel: str
    front_end: str
    asker: str
    """Keyed hash, or empty."""
    signals: tuple[Signal, ...]
    comments: tuple[str, ...]
    """What was written with feedback, masked."""
    blamed_entry: str
    """The entry that was shown and did not help; empty when none was."""
    answered_by: str
    """The entry that answered when it was asked again after a rebuild; empty for none."""
    confidence: float | None
    """Of the best entry at that time; None when it was not asked again yet."""
    passes: bool | None
    """Whether that is the answer that the gap needs to close; None when it was not asked again yet."""
    wants_to_know: bool


@dataclass(frozen=True, slots=True)
class GapEvent:
    """What happened to a gap."""

    happened_at: datetime
    who: str
    """Empty for sopbot itself."""
    action: str
    detail: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A wording that people used for an entry, proposed as one more of its questions."""

    id: int
    entry_id: str
    text: str
    audience: Audience
    chosen: int
    """How often the entry was chosen among suggestions for it."""
    helpful: int
    """How often the answer was marked helpful."""
    status: ProposalStatus
    proposed_at: datetime
    decided_by: str
    decided_at: datetime | None
