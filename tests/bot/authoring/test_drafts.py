"""Drafts: begun from what people asked, read by nobody, published when finished."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.authoring.drafts import DraftOf, draft, publish, published, rewrite
from bot.authoring.edit import Edit, edit_of
from bot.authoring.knowledge_folder import KnowledgeFolder
from bot.authoring.reading import read
from bot.errors import EditRefused
from index.corpus import read_corpus

TODAY = date(2026, 11, 22)
LOST_KEY = DraftOf("sop", "Handle: a lost #key", ("where's my key?", "- lost it"), ("chat",), "keys", "Ann")


def finished(edit: Edit) -> bytes:
    """The draft with its comments replaced by text."""
    lines = [("> Found it." if "> '" in line else line.replace("<!-- ", "").replace(" -->", "")) for line in edit.data.decode().split("\n")]
    return "\n".join(lines).encode()


def test_a_draft_holds_what_was_asked_and_cannot_be_published_unfinished() -> None:
    """Its facts are there; its missing steps and replies are errors that name the draft."""
    edit = draft(LOST_KEY, TODAY)
    assert edit.path == "drafts/sops/handle-a-lost-key.md"
    meta = read(edit.path, edit.data).document.meta
    assert (meta.title, meta.questions, meta.channels) == ("Handle: a lost #key", ("where's my key?", "- lost it"), ("chat",))
    assert (meta.touchpoint, meta.owner, meta.audience, meta.review_by) == ("keys", "Ann", "internal", date(2027, 5, 22))
    with pytest.raises(EditRefused, match=r"not finished: drafts/sops/handle-a-lost-key\.md:\d+: Step 1 is empty"):
        publish(edit.path, edit.data, ())


def test_a_finished_draft_is_published_by_moving_it(tmp_path: Path) -> None:
    """Before, it is in no corpus; after, it is there and the draft is gone; whoever changed it meanwhile is heard."""
    folder = KnowledgeFolder(tmp_path)
    (tmp_path / "sops").mkdir()
    (tmp_path / "sops" / "a.md").write_text("# A\n\n## Steps\n\n1. Look.\n")
    begun = draft(LOST_KEY, TODAY)
    folder.apply(begun)
    assert read_corpus(tmp_path).drafts == (begun.path,)
    folder.apply(edit_of(begun.path, begun.data, finished(begun)))
    assert [entry.id for entry in read_corpus(tmp_path).entries] == ["a"]
    edit = publish(begun.path, folder.read(begun.path), published(tmp_path))
    folder.apply(edit)
    corpus = read_corpus(tmp_path)
    assert [entry.id for entry in corpus.entries] == ["a", "handle-a-lost-key"]
    assert (corpus.errors, corpus.drafts) == ((), ())
    with pytest.raises(EditRefused, match="cannot be read"):
        folder.apply(edit)


def test_a_draft_takes_no_other_document_s_name(tmp_path: Path) -> None:
    """An id that is taken, and a path that is, are named before anything is moved."""
    folder = KnowledgeFolder(tmp_path)
    (tmp_path / "sops" / "old").mkdir(parents=True)
    (tmp_path / "sops" / "old" / "handle-a-lost-key.md").write_text("# A\n\n## Steps\n\n1. Look.\n")
    begun = draft(LOST_KEY, TODAY)
    folder.apply(begun)
    folder.apply(edit_of(begun.path, begun.data, finished(begun)))
    with pytest.raises(EditRefused, match=r"taken by 'A' \(sops/old/handle-a-lost-key\.md\)"):
        publish(begun.path, folder.read(begun.path), published(tmp_path))
    with pytest.raises(EditRefused, match="is no draft"):
        publish("sops/old/handle-a-lost-key.md", b"", ())


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_rewritten_draft_keeps_its_beginning_and_its_lines(end: str) -> None:
    """The byte order mark stands there once, however often it is saved; only line ends end lines, not what other languages count as one."""
    data = f"\ufeff---{end}title: A{end}---{end}# A{end}".encode()
    text = "---\r\ntitle: A\r\n---\r\n# A\r\none\u2028two\x0cthree\x85four\r\n"
    for sent in (text, "\ufeff" + text):
        edit = rewrite("drafts/sops/a.md", data, sent)
        assert edit.data.decode() == "\ufeff" + text.replace("\r\n", end)
        assert read(edit.path, edit.data).document.meta.title == "A"


@settings(deadline=None, max_examples=50)
@given(title=st.text(max_size=80), questions=st.lists(st.text(max_size=40), max_size=3), kind=st.sampled_from(["sop", "faq"]))
def test_any_title_and_questions_make_a_draft_that_reads_back(title: str, questions: list[str], kind: str) -> None:
    """Whatever people typed: the file is read without a complaint about its facts, and holds their questions."""
    try:
        edit = draft(DraftOf(kind, title, tuple(questions)), TODAY)  # type: ignore[arg-type]
    except EditRefused as refused:
        assert "needs a title" in str(refused) or "unusual characters" in str(refused)  # noqa: PT017
        return
    written = edit.data if kind == "sop" else edit.data.replace(b"<!-- The answer, as customers may read it. -->", b"So.")
    reading = read(edit.path, written)
    asked = {" ".join(question.split()) for question in questions if "".join(question.split()).isprintable()} - {""}
    if kind == "sop":
        assert asked <= set(reading.document.meta.questions)
        assert all("Step 1 is empty" in problem.message or "Nothing to send" in problem.message for problem in reading.errors)
    else:
        assert reading.errors == ()
        assert asked <= set(reading.entries[0].questions)
