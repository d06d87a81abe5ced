"""Whatever is shown as a step or a reply stands in the source, letter for letter, between the lines that are cited."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.corpus import read_corpus
from index.entries import read_entries
from index.errors import KnowledgeError
from index.markdown import parse_document
from index.records import Document, Entry, Reply, Step

KNOWLEDGE = Path(__file__).parent.parent.parent / "knowledge"
MARK = re.compile(r"[ \t]*(\d{1,9}[.)])?[ \t]*")


def source_of(folder: Path, entry: Entry) -> list[str]:
    """The lines of an entry's file."""
    return (folder / entry.path).read_text(encoding="utf-8").split("\n")


def assert_step_is_verbatim(step: Step, source: list[str]) -> None:
    """Each line of the text is the end of its source line, after nothing but a mark."""
    cited = source[step.lines.first - 1 : step.lines.last]
    shown = step.text.split("\n") if step.text else [""]
    assert len(shown) == len(cited)
    for text, line in zip(shown, cited, strict=True):
        assert line.rstrip().endswith(text)
        before = line.rstrip()[: len(line.rstrip()) - len(text)]
        assert MARK.fullmatch(before), before


def assert_reply_is_verbatim(reply: Reply, source: list[str]) -> None:
    """The body equals the cited lines without their quotation marks."""
    cited = source[reply.lines.first - 1 : reply.lines.last]
    assert reply.body.split("\n") == [re.sub(r"^[ \t]*> ?", "", line).rstrip() for line in cited]


@pytest.mark.parametrize("entry", read_corpus(KNOWLEDGE).entries, ids=lambda entry: entry.id)
def test_starter_knowledge_is_shown_verbatim(entry: Entry) -> None:
    """Every step, reply and answer of the starter knowledge base equals its cited lines."""
    source = source_of(KNOWLEDGE, entry)
    for step in entry.steps:
        assert_step_is_verbatim(step, source)
    for reply in entry.replies:
        assert_reply_is_verbatim(reply, source)
    assert entry.body == "\n".join(source[entry.lines.first - 1 : entry.lines.last])
    if entry.kind == "sop":
        assert entry.steps
        assert entry.replies


@pytest.mark.parametrize("path", sorted(path.name for path in (KNOWLEDGE / "sops").glob("*.md")))
def test_starter_procedures_are_whole(path: str) -> None:
    """No numbered line of the Steps section is missing, and all are in order."""
    source = (KNOWLEDGE / "sops" / path).read_text(encoding="utf-8").split("\n")
    begin = source.index("## Steps")
    end = next(number for number in range(begin + 1, len(source)) if source[number].startswith("## "))
    numbered = [number + 1 for number in range(begin, end) if re.match(r"\s*\d+\. ", source[number])]
    (entry,) = [entry for entry in read_corpus(KNOWLEDGE).entries if entry.path == f"sops/{path}"]
    assert [step.lines.first for step in entry.steps] == numbered


WORDS = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Zs")), min_size=1, max_size=12)
SENTENCE = st.lists(WORDS, min_size=1, max_size=6).map(" ".join).filter(lambda text: text.strip() == text)
# A letter first: a text that begins with a mark would be a list or a heading itself, as it would be for any reader.
STEP_TEXT = SENTENCE.map(lambda text: f"Do {text}").filter(lambda text: "<" not in text and "`" not in text and "|" not in text)
TREE = st.recursive(STEP_TEXT.map(lambda text: (text, [])), lambda children: st.tuples(STEP_TEXT, st.lists(children, min_size=1, max_size=3)), max_leaves=8)


def write_steps(trees: list[tuple[str, list]], indent: str, prefix: str) -> tuple[list[str], list[tuple[str, str]]]:
    """Markdown lines, and what a reader sees: (number, text)."""
    lines: list[str] = []
    seen: list[tuple[str, str]] = []
    for number, (text, children) in enumerate(trees, 1):
        lines.append(f"{indent}{number}. {text}")
        seen.append((f"{prefix}{number}", text))
        below, numbered = write_steps(children, indent + " " * (len(str(number)) + 2), f"{prefix}{number}.")
        lines += below
        seen += numbered
    return lines, seen


def parse(text: str) -> tuple[Document, tuple[Entry, ...]]:
    """A generated SOP and its entries."""
    document, _ = parse_document("sops/generated.md", text.encode())
    entries, _ = read_entries(document)
    return document, entries


@given(st.lists(TREE, min_size=1, max_size=12))
def test_generated_procedures_are_whole_and_verbatim(trees: list) -> None:
    """However deep a procedure goes, its steps come out as they went in, with the numbers that a reader sees."""
    lines, seen = write_steps(trees, "", "")
    source = ["# Title", "", "## Steps", "", *lines, ""]
    _, (entry,) = parse("\n".join(source))
    assert [(step.number, step.text) for step in entry.steps] == seen
    for step in entry.steps:
        assert_step_is_verbatim(step, source)


@given(st.lists(SENTENCE | st.just(""), min_size=1, max_size=8).filter(lambda lines: bool(lines[0] and lines[-1])))
def test_generated_replies_are_verbatim(paragraphs: list[str]) -> None:
    """A reply comes out letter for letter, whatever marks, braces or mentions it holds."""
    paragraphs = [line.replace("<!--", "<!") for line in paragraphs]
    quoted = [f"> {line}".rstrip() for line in paragraphs]
    source = ["# Title", "", "## Steps", "", "1. One.", "", "## Replies", "", "### Live chat", "", *quoted, ""]
    _, entries = parse("\n".join(source))
    (reply,) = entries[0].replies
    assert reply.body == "\n".join(paragraphs)
    assert_reply_is_verbatim(reply, source)


@given(st.binary(max_size=400) | st.text(max_size=400).map(str.encode))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """No file makes the reader crash: it gives entries, or problems that name a line."""
    for path in ("sops/any.md", "faqs/any.md", "handbook/any.md"):
        try:
            document, _ = parse_document(path, data)
        except KnowledgeError as error:
            lines = [problem.line for problem in error.problems]
            last = data.count(b"\n") + 1
        else:
            entries, problems = read_entries(document)
            last = len(document.source)
            lines = [problem.line for problem in problems] + [line for entry in entries for line in (entry.lines.first, entry.lines.last)]
        assert all(1 <= line <= last for line in lines)
