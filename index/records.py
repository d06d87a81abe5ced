"""The values that travel from Markdown to an answer; all of them immutable.

They hold no cycles, so that Python need not look for garbage among tens of thousands of them (`gc=False`).
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from msgspec import Struct

Kind = Literal["sop", "faq", "section"]
Audience = Literal["public", "internal"]
ChunkKind = Literal["title", "question", "step", "reply", "passage"]

CHANNELS: dict[str, str] = {
    "email": "Email",
    "web_form": "Website form",
    "phone": "Phone",
    "sms": "SMS",
    "chat": "Live chat",
    "social_dm": "Social direct message",
    "social_comment": "Social comment",
    "social_recommendation": "Social recommendation",
    "social_tag": "Social tag",
}
"""Channel id -> the name people read."""


class Lines(Struct, frozen=True, gc=False):
    """A range of source lines, 1-based, both ends included."""

    first: int
    last: int


class Block(Struct, frozen=True, gc=False):
    """One block of Markdown, as far as entries need to know it."""

    kind: Literal["paragraph", "ordered_list", "bullet_list", "item", "quote", "code", "comment", "other"]
    lines: Lines
    text: str
    """What a reader sees, without Markdown marks; empty for lists and quotes, whose children hold it."""
    number: int = 0
    """For an item of an ordered list: the number a reader sees."""
    children: tuple[Block, ...] = ()


class Section(Struct, frozen=True, gc=False):
    """A heading and what stands below it, up to the next heading of any level."""

    level: int
    """1 to 6; 0 for what stands before the first heading."""
    title: str
    path: tuple[str, ...]
    """Titles of the headings around this one, outermost first, without its own."""
    lines: Lines
    """From the heading's first line to the last line of its own content."""
    body: Lines | None
    """Its own content, blank lines at both ends left out; None when it has none."""
    blocks: tuple[Block, ...]


class Meta(Struct, frozen=True, gc=False):
    """What the front matter says, checked; what it leaves out has a default."""

    id: str = ""
    title: str = ""
    kind: Literal["sop", "faq", "handbook"] = "handbook"
    audience: Audience = "internal"
    owner: str = ""
    touchpoint: str = ""
    channels: tuple[str, ...] = ()
    reviewed_on: date | None = None
    review_by: date | None = None
    questions: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


class Link(Struct, frozen=True, gc=False):
    """A link or picture in a document."""

    target: str
    """As the author wrote it, percent signs undone ("a%20b" is "a b"), for example "../faqs/returns.md#how-long"."""
    line: int


class Document(Struct, frozen=True, gc=False):
    """One Markdown file."""

    path: str
    """Relative to the knowledge folder, with forward slashes."""
    version: str
    """First 12 hexadecimal digits of the SHA-256 of the file's bytes."""
    source: tuple[str, ...]
    """The file's lines without their line ends; `source[0]` is line 1."""
    shown: tuple[str, ...]
    """As many lines, blank where the front matter or authors' comments stand; what anybody is shown is cut from these."""
    meta: Meta
    sections: tuple[Section, ...]
    links: tuple[Link, ...] = ()
    """Of the text that is shown, in reading order."""


class Part(Struct, frozen=True, gc=False):
    """A piece of a document, word for word, with the lines it comes from."""

    text: str
    lines: Lines


class Step(Struct, frozen=True, gc=False):
    """One action of a procedure."""

    number: str
    """As a reader sees it: "2", or "2.1" for the first sub-step of step 2."""
    level: int
    """1 for a step, 2 for its sub-steps, and so on."""
    text: str
    """Word for word; list mark and indentation removed."""
    deadline: str
    """The time limit stated in the text, for example "within 24 hours"; empty when there is none."""
    lines: Lines
    heading: str = ""
    """Heading inside the procedure under which the step stands, for procedures in phases."""


class Reply(Struct, frozen=True, gc=False):
    """A scripted reply, ready to send but for its placeholders."""

    channel: str
    situation: str
    """When to use it, where a channel has several replies; empty otherwise."""
    subject: str
    """The email's subject; empty elsewhere."""
    body: str
    """Word for word."""
    placeholders: tuple[str, ...]
    """Names between double braces in subject and body, in order, each once."""
    lines: Lines
    """Source lines of the body."""


class Entry(Struct, frozen=True, gc=False):
    """What can be an answer: an SOP, a FAQ question, or a section of a handbook."""

    id: str
    kind: Kind
    title: str
    audience: Audience
    path: str
    heading: str
    """Where in the document: titles from the outermost heading down, joined by " > "."""
    lines: Lines
    version: str
    owner: str = ""
    touchpoint: str = ""
    channels: tuple[str, ...] = ()
    reviewed_on: date | None = None
    review_by: date | None = None
    tags: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    """Other ways of asking for this entry, by its author."""
    purpose: Part | None = None
    scope: Part | None = None
    roles: Part | None = None
    tools: Part | None = None
    intro: Part | None = None
    """What stands before the first step, under the procedure's heading."""
    steps: tuple[Step, ...] = ()
    escalation: Part | None = None
    replies: tuple[Reply, ...] = ()
    tone: Part | None = None
    metrics: Part | None = None
    body: str = ""
    """The entry's Markdown, word for word, without authors' comments."""
    passages: tuple[Part, ...] = ()
    """Plain text of the body, a paragraph or list item each, for finding; of a procedure, nothing that steps and replies hold."""


class Chunk(Struct, frozen=True, gc=False):
    """One text of an entry that is embedded."""

    entry_id: str
    kind: ChunkKind
    text: str
    lines: Lines | None = None
    """Where the text stands; None for titles and questions."""


class Hit(Struct, frozen=True, gc=False):
    """An entry with its probability of being the right one, and why."""

    entry: Entry
    confidence: float
    """Calibrated probability in [0, 1] that this entry answers the question."""
    lead: float
    """For the first hit: probability in [0, 1] that it is meant rather than another entry, if any is; 0 for the others."""
    score: float
    """What entries are ranked by; comparable within one question only. Higher is better."""
    chunk: Chunk
    """The chunk that matched best."""
    reasons: dict[str, float] = {}
    """The figures that decided, by name, for `sopbot ask --why`."""
