"""What was asked -> the answer document that HTTP, the widget and `sopbot ask --json` give; its fields stay stable."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from bot.answer import MAX_SUGGESTIONS, Answer, OutcomeName, Suggestion, Suggestions
from bot.ask import Asked
from bot.html import entry_html
from bot.links import public_path
from bot.question_text import MAX_QUESTION_CHARACTERS
from bot.storable import storable
from index.records import CHANNELS, Entry, Kind, Part, Reply, Step

_Text = Annotated[str, AfterValidator(storable)]
_Client = Literal["http", "widget"]
_ID_CHARACTERS = 255
_Id = Annotated[str, AfterValidator(storable), Field(min_length=1, max_length=_ID_CHARACTERS)]
Reason = Literal["outdated", "unclear", "incomplete", "not_my_question", "other"]
Probability = Annotated[float, Field(ge=0.0, le=1.0)]
_EXAMPLE_QUESTION = "how long do I have to send something back?"


class AskRequest(BaseModel):
    """A question."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"question": _EXAMPLE_QUESTION, "channel": "chat"}]})

    question: _Text = Field(description=f"The question, in any words; at most {MAX_QUESTION_CHARACTERS:,} characters.")
    channel: _Text | None = Field(None, description=f"Channel the reply is meant for: {', '.join(CHANNELS)}, or its name.")
    limit: int = Field(MAX_SUGGESTIONS, ge=1, le=10, description=f"How many suggestions to give at most; there are never more than {MAX_SUGGESTIONS}.")
    client: _Client = Field("http", description="What asks: the widget on a web page, or any other program.")


class ChoiceRequest(BaseModel):
    """Which of several entries was meant."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"question": _EXAMPLE_QUESTION, "entry_id": "returns#how-long-do-i-have-to-return-something"}]},
    )

    entry_id: _Id = Field(description="The entry that was chosen.")
    query_id: _Id | None = Field(None, description="The question whose suggestions it was chosen from.")
    question: _Text | None = Field(
        None, description="What was typed, when it was chosen from search results; it is stored as a question. Send this or query_id."
    )
    client: _Client = Field("http", description="What asks: the widget on a web page, or any other program.")

    @model_validator(mode="after")
    def _one_of_two(self) -> ChoiceRequest:
        if (self.query_id is None) == (self.question is None):
            raise ValueError("send either query_id or question")
        return self


class FeedbackRequest(BaseModel):
    """Whether an answer helped."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"entry_id": "returns#how-long-do-i-have-to-return-something", "helpful": False, "reason": "unclear"}]},
    )

    helpful: bool
    query_id: _Id | None = Field(None, description="The question that was answered.")
    entry_id: _Id | None = Field(None, description="The entry that is meant. Send this, query_id, or both.")
    reason: Reason | None = Field(None, description="Why it did not help.")
    comment: Annotated[_Text, Field(max_length=4000)] | None = Field(None, description="In the person's own words; personal data is masked.")
    step: Annotated[_Text, Field(max_length=16)] | None = Field(None, description='Number of the step that is wrong, such as "2.1".')

    @model_validator(mode="after")
    def _about_something(self) -> FeedbackRequest:
        if self.query_id is None and self.entry_id is None:
            raise ValueError("send query_id, entry_id, or both")
        return self


class Stored(BaseModel):
    """It is in the database."""

    stored: Literal[True] = True


class StepModel(BaseModel):
    """One action of a procedure."""

    number: str = Field(description='As a reader sees it: "2", or "2.1" for the first sub-step of step 2.')
    level: int = Field(description="1 for a step, 2 for its sub-steps, and so on.")
    text: str = Field(description="Markdown, word for word.")
    deadline: str | None = Field(description='The time limit stated in the text, such as "within 24 hours"; null when there is none.')
    heading: str = Field(description="Heading inside the procedure under which the step stands; empty when there is none.")


class ReplyModel(BaseModel):
    """A scripted reply."""

    channel: str = Field(description="Id of the channel it is written for.")
    situation: str = Field(description="When to use it, where a channel has several replies; empty otherwise.")
    subject: str | None = Field(description="The email's subject; null elsewhere.")
    body: str = Field(description="Word for word.")
    placeholders: list[str] = Field(description="Names between double braces in subject and body, to be filled in before it is sent.")


class CitationModel(BaseModel):
    """Where an answer comes from."""

    path: str = Field(description="The Markdown file, relative to the knowledge folder.")
    heading: str = Field(description='Where in the file: headings from the outermost down, joined by " > ".')
    lines: tuple[int, int] = Field(description="First and last line, counted from 1, both included.")
    version: str = Field(description="First 12 hexadecimal digits of the SHA-256 of the file.")
    owner: str = Field(description="Who answers for the document; empty when it does not say, and for whoever may only read what is public.")
    reviewed_on: date | None = Field(description="When it was last reviewed.")
    review_by: date | None = Field(description="When it should be reviewed again.")
    stale: bool = Field(description="Whether that day has passed.")


class AnswerModel(BaseModel):
    """The entry that answers a question, whole."""

    entry_id: str
    kind: Kind = Field(description="sop: a procedure; faq: a question of a FAQ; section: a section of another document.")
    title: str
    purpose: str | None
    steps: list[StepModel] = Field(description="All of them, in order.")
    replies: list[ReplyModel] = Field(description="All of them; those for the channel asked for come first.")
    escalation: str | None
    body_markdown: str = Field(description="The entry, word for word.")
    body_html: str = Field(
        description="The same as HTML that is safe to put into a page; headings begin at h1, links to other public entries are paths on this server."
    )
    citation: CitationModel
    url: str | None = Field(description="Path of its public page on this server; null when it is not public.")


class SuggestionModel(BaseModel):
    """An entry by its title."""

    entry_id: str
    title: str
    url: str | None = Field(description="Path of its public page on this server; null when it is not public.")
    confidence: Probability = Field(description="Probability that this entry answers the question.")


class AskResponse(BaseModel):
    """What came of a question."""

    query_id: str = Field(description="Id under which the question was stored.")
    outcome: OutcomeName = Field(description="answer; suggestions: one of them may be meant; no_answer: no document covers it.")
    confidence: Probability = Field(description="Probability that the best entry is the right one, whether or not it is shown.")
    answer: AnswerModel | None
    suggestions: list[SuggestionModel] = Field(description="Best first. Beside an answer: other entries that may be meant too.")
    generation: str = Field(description="Build of the index that answered.")
    took_ms: float = Field(ge=0.0, description="Milliseconds from the question to the outcome, storing included.")


class SearchResponse(BaseModel):
    """Ranked entries for a search field."""

    results: list[SuggestionModel] = Field(description="Best first.")
    generation: str = Field(description="Build of the index that was searched.")


class EntryResponse(BaseModel):
    """One entry, whole."""

    entry: AnswerModel
    generation: str = Field(description="Build of the index it comes from.")


class TitleModel(BaseModel):
    """A public entry by its title."""

    entry_id: str
    title: str
    url: str = Field(description="Path of its page on this server.")


class TopicModel(BaseModel):
    """The public entries of one document."""

    topic: str = Field(description="Id of the topic.")
    title: str
    entries: list[TitleModel] = Field(description="In the order of the document.")


class FaqResponse(BaseModel):
    """Everything that is public, by topic."""

    topics: list[TopicModel]
    generation: str = Field(description="Build of the index it comes from.")


def response_from(asked: Asked, limit: int = MAX_SUGGESTIONS) -> AskResponse:
    """Turn what was asked into the answer document.

    Args:
        asked: the outcome of a question.
        limit: how many suggestions at most.
    """
    outcome = asked.outcome
    answer: AnswerModel | None = None
    offered: tuple[Suggestion, ...] = ()
    if isinstance(outcome, Answer):
        answer, offered = answer_model(outcome, asked.seen, asked.channel), outcome.also
    elif isinstance(outcome, Suggestions):
        offered = outcome.suggestions
    return AskResponse(
        query_id=asked.query_id,
        outcome=outcome.name,
        confidence=_rounded(outcome.confidence),
        answer=answer,
        suggestions=suggestion_models(offered[:limit]),
        generation=asked.generation,
        took_ms=round(asked.took_ms, 1),
    )


def suggestion_models(suggestions: Iterable[Suggestion]) -> list[SuggestionModel]:
    """Suggestions as they are sent."""
    return [SuggestionModel(entry_id=s.entry_id, title=s.title, confidence=_rounded(s.confidence), url=_url(s.entry_id, s.public)) for s in suggestions]


def answer_model(answer: Answer, seen: tuple[Entry, ...], channel: str = "") -> AnswerModel:
    """An entry as it is sent.

    Args:
        answer: the entry.
        seen: all entries that the reader may see, as the index gives them; links between documents lead to these.
        channel: its replies come first; "" when none is named.
    """
    entry = answer.entry
    return AnswerModel(
        entry_id=entry.id,
        kind=entry.kind,
        title=entry.title,
        purpose=_text(entry.purpose),
        steps=[_step(step) for step in entry.steps],
        replies=[_reply(reply) for reply in sorted(entry.replies, key=lambda reply: reply.channel != channel)],  # sorting keeps the order of equals
        escalation=_text(entry.escalation),
        body_markdown=entry.body,
        body_html=entry_html(entry, seen, top_heading=1),
        citation=_citation(entry, answer.stale),
        url=_url(entry.id, entry.audience == "public"),
    )


def _url(entry_id: str, public: bool) -> str | None:
    return public_path(entry_id) if public else None


def _step(step: Step) -> StepModel:
    return StepModel(number=step.number, level=step.level, text=step.text, deadline=step.deadline or None, heading=step.heading)


def _reply(reply: Reply) -> ReplyModel:
    return ReplyModel(channel=reply.channel, situation=reply.situation, subject=reply.subject or None, body=reply.body, placeholders=list(reply.placeholders))


def _citation(entry: Entry, stale: bool) -> CitationModel:
    return CitationModel(
        path=entry.path,
        heading=entry.heading,
        lines=(entry.lines.first, entry.lines.last),
        version=entry.version,
        owner=entry.owner,
        reviewed_on=entry.reviewed_on,
        review_by=entry.review_by,
        stale=stale,
    )


def _text(part: Part | None) -> str | None:
    return part.text if part else None


def _rounded(probability: float) -> float:
    """Four decimals: more would promise a precision that no calibration has."""
    return round(float(probability), 4)
