"""Questions added to documents: read back as they were asked, and every other line as it was."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.authoring.questions import add_questions, question_line
from bot.authoring.reading import read
from bot.errors import EditRefused

ROOT = Path(__file__).parent.parent.parent.parent
DOCUMENTS = sorted(path.relative_to(ROOT / "knowledge").as_posix() for path in (ROOT / "knowledge").glob("*s/*.md"))
SOP = "---\n{0}\n---\n# A\n\n## Steps\n\n1. Look.\n"
FAQ = "# A\n\n## Where?\n\n{0}Here.\n\n## When?\n\nNow.\n"


def added(before: bytes, after: bytes) -> list[str]:
    """The lines that are new; fails when any other line is gone."""
    rest = after.decode().split("\n")
    for line in before.decode().split("\n"):
        assert line in rest, f"'{line}' is gone"
        rest.remove(line)
    return rest


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(path=st.sampled_from(DOCUMENTS), place=st.integers(0, 8), question=st.text(min_size=1, max_size=60))
@example(path="sops/verify-identity.md", place=0, question='- what\'s #1: "it"?')
@example(path="faqs/refunds.md", place=1, question="1. *a* <!-- b --> `c [d](e) &amp; \\")
@example(path="faqs/refunds.md", place=2, question="שלום 😀 {{x}}")
@example(path="sops/verify-identity.md", place=0, question="null")
@example(path="faqs/refunds.md", place=8, question="Also asked:")
def test_any_question_reads_back_and_only_its_line_is_new(path: str, place: int, question: str) -> None:
    """Whatever people type ends up as one line in the right entry, word for word, or is refused as no question."""
    data = (ROOT / "knowledge" / path).read_bytes()
    entries = read(path, data).entries
    entry = entries[place % len(entries)]
    text = question_line(question)
    try:
        edit = add_questions(path, data, entry.id, [question])
    except EditRefused as refused:
        assert not text or text in entry.questions or "unusual characters" in str(refused)  # noqa: PT017
        return
    assert len(added(data, edit.data)) == 1
    assert [line for line in edit.diff.splitlines()[2:] if line.startswith("-")] == []
    after = read(path, edit.data)
    assert after.entry(entry.id).questions == (*entry.questions, text)
    assert [(one.id, one.questions) for one in after.entries if one.id != entry.id] == [(one.id, one.questions) for one in entries if one.id != entry.id]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ("title: A", "title: A\nquestions:\n  - new: no\n  - it's #2"),
        ("questions:\n    - one  # said often\n\ntags: [x]", "questions:\n    - one  # said often\n    - new: no\n    - it's #2\n\ntags: [x]"),
        ("questions:\n- one\n- two", "questions:\n- one\n- two\n- new: no\n- it's #2"),
        ("questions: [one, 'two']  # more?", "questions: [one, 'two', new: no, it's #2]  # more?"),
        ("questions: []", "questions: [new: no, it's #2]"),
        ("questions: one", "questions:\n  - one\n  - new: no\n  - it's #2"),
        ("questions:  # none yet", "questions: # none yet\n  - new: no\n  - it's #2"),
        ("questions:\n  - >-\n    folded\n    text\nowner: Ann", "questions:\n  - >-\n    folded\n    text\n  - new: no\n  - it's #2\nowner: Ann"),
    ],
)
def test_a_list_keeps_the_form_that_its_author_gave_it(facts: str, expected: str) -> None:
    """Indented or not, in brackets or not, one text, none, or no list at all; comments stay."""
    edit = add_questions("sops/a.md", SOP.format(facts).encode(), "a", ["new: no", "it's #2"])
    written = expected.replace("new: no", "'new: no'").replace("it's #2", '"it\'s #2"')
    assert edit.data.decode() == SOP.format(written)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("", "Also asked:\n\n- where is it\n\n"),
        ("Also asked:\n\n* so\n* or so\n\n", "Also asked:\n\n* so\n* or so\n* where is it\n\n"),
        ("- A list.\n\n", "Also asked:\n\n* where is it\n\n- A list.\n\n"),
        ("### Below\n\n", "Also asked:\n\n- where is it\n\n### Below\n\n"),
    ],
)
def test_a_faq_gets_them_below_its_question(asked: str, expected: str) -> None:
    """In the list that is there, or in a new one that does not run into a list of the answer."""
    edit = add_questions("faqs/a.md", FAQ.format(asked).encode(), "a#where", ["where is it"])
    assert edit.data.decode() == FAQ.format(expected)


def test_line_ends_marks_and_missing_last_lines_stay() -> None:
    """A file from Windows with a byte order mark, and one without a line end at its end."""
    windows = b"\xef\xbb\xbf" + SOP.format("title: A").replace("\n", "\r\n").encode()
    assert add_questions("sops/a.md", windows, "a", ["b"]).data == windows.replace(b"title: A\r\n", b"title: A\r\nquestions:\r\n  - b\r\n")
    open_end = b"# A\n\n## Where?\n\nAlso asked:\n\n- b\n\nHere."
    assert add_questions("faqs/a.md", open_end, "a#where", ["c"]).data == b"# A\n\n## Where?\n\nAlso asked:\n\n- b\n- c\n\nHere."


def test_a_document_without_facts_gets_them() -> None:
    """The two lines `---` are put on top."""
    edit = add_questions("sops/a.md", b"# A\n\n## Steps\n\n1. Look.\n", "a", ["b"])
    assert edit.data == b"---\nquestions:\n  - b\n---\n\n# A\n\n## Steps\n\n1. Look.\n"


@pytest.mark.parametrize(
    ("path", "text", "entry", "questions", "says"),
    [
        ("sops/a.md", SOP.format("questions: [b]"), "a", ["B?", " "], "nothing to add"),
        ("sops/a.md", SOP.format("title: A"), "b", ["c"], "no 'b' any more"),
        ("sops/a.md", "# A\n", "a", ["c"], "sops/a.md:1: This procedure has no steps"),
        ("pages/a.md", "# A\n\nOne.\n\n# B\n\nTwo.\n", "pages/a#b", ["c"], "in the middle of pages/a.md"),
        ("sops/a.md", SOP.format("questions: [\n  b\n]"), "a", ["c"], "list in brackets over several lines"),
    ],
)
def test_what_cannot_be_added_is_refused(path: str, text: str, entry: str, questions: list[str], says: str) -> None:
    """Nothing is guessed: one sentence says why, and what to do."""
    with pytest.raises(EditRefused, match=says.replace("(", r"\(")):
        add_questions(path, text.encode(), entry, questions)
