"""A knowledge folder: which files are read, and what is said of the others."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.corpus import read_corpus
from index.errors import KnowledgeError


def put(folder: Path, **files: str | bytes) -> Path:
    """Write files: `a__b_md` is a/b.md."""
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_md", ".md")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


SOP = "# Handle {0}\n\n## Steps\n\n1. Do {0}.\n"


def test_files_are_read_in_order_and_authors_files_passed_over(tmp_path: Path) -> None:
    """Sorted by path; the folder's own README, drafts and hidden files are no documents."""
    put(tmp_path, sops__b_md=SOP.format("b"), sops__a_md=SOP.format("a"), README_md="# How to write", drafts__c_md=SOP.format("c"), _git__d_md="x")
    (tmp_path / ".hidden.md").write_text("# Hidden")
    (tmp_path / "_git").rename(tmp_path / ".git")
    corpus = read_corpus(tmp_path)
    assert [entry.id for entry in corpus.entries] == ["a", "b"]
    assert corpus.files == 2


def test_a_readme_in_an_ordinary_folder_is_a_document(tmp_path: Path) -> None:
    """Only a folder laid out as ours has a README that is for authors."""
    put(tmp_path, README_md="# Welcome\n\nText.", pages__a_md="# A\n\nText.")
    assert [entry.path for entry in read_corpus(tmp_path).entries] == ["README.md", "pages/a.md"]


def test_two_entries_with_one_id_are_both_named(tmp_path: Path) -> None:
    """The problem says where the other one is, and what to do."""
    put(tmp_path, sops__a_md=f"---\nid: same\n---\n{SOP.format('a')}", sops__b_md=f"---\nid: same\n---\n{SOP.format('b')}")
    (problem,) = read_corpus(tmp_path).errors
    assert str(problem) == "sops/b.md:6: The id 'same' is taken by 'Handle a' (sops/a.md:6). Give this one another 'id' or another heading."


def test_an_id_is_no_longer_than_the_database_takes(tmp_path: Path) -> None:
    """A heading of any length gives one; a document whose own name is too long is named with the remedy."""
    question = "What happens when " + "and ".join(f"thing {number} " for number in range(60)) + "come together?"
    put(tmp_path, faqs__long_md=f"# Long\n\n## {question}\n\nNothing.\n", faqs__named_md=f"---\nid: {'long-' * 60}name\n---\n# Named\n\n## Who?\n\nWe.\n")
    corpus = read_corpus(tmp_path)
    (entry,), (problem,) = corpus.entries, corpus.errors
    assert (entry.title, entry.id[:30], len(entry.id) <= 255) == (question, "long#what-happens-when-thing-0", True)
    assert (problem.path, "has 308 characters; 255 are the most. Give the document a short 'id'." in problem.message) == ("faqs/named.md", True)


def test_entries_with_one_id_are_left_out_with_their_files(tmp_path: Path) -> None:
    """Left out, not mixed up: the chunks of an internal answer must never count as those of a public one."""
    answer = "---\naudience: {0}\n---\n# Returns\n\n## How long?\n\n{0} days.\n"
    put(tmp_path, faqs__returns_md=answer.format("public"), faqs__team__returns_md=answer.format("internal"), faqs__z_md=answer.format("public"))
    corpus = read_corpus(tmp_path)
    assert len(corpus.errors) == 1
    assert {entry.audience for entry in corpus.entries} == {"public"}
    assert len({entry.id for entry in corpus.entries}) == len(corpus.entries)


def test_bytes_that_are_no_text_are_refused_with_their_place(tmp_path: Path) -> None:
    """One bad file is named by line; the others are read all the same."""
    put(tmp_path, pages__good_md="# Good\n\nText.", pages__bad_md=b"# Bad\n\ncaf\xe9\n", pages__zero_md=b"a\nb\0c")
    corpus = read_corpus(tmp_path)
    assert [entry.path for entry in corpus.entries] == ["pages/good.md"]
    assert [(problem.path, problem.line) for problem in corpus.errors] == [("pages/bad.md", 3), ("pages/zero.md", 2)]
    assert "0xe9" in corpus.errors[0].message


@pytest.mark.parametrize(
    ("front", "headings"),
    [("", ["How long?", "Who pays?"]), ("---\ntitle: Returns\n---\n", ["Returns > How long?", "Returns > Who pays?"])],
)
def test_questions_of_the_first_level_stand_below_no_other(tmp_path: Path, front: str, headings: list[str]) -> None:
    """Where an entry stands is told without the first question; the title that the front matter gives is told."""
    put(tmp_path, faqs__a_md=f"{front}# How long?\n\nA week.\n\n# Who pays?\n\nWe do.\n")
    assert [entry.heading for entry in read_corpus(tmp_path).entries] == headings


def test_a_byte_that_is_no_text_is_named_behind_a_byte_order_mark_too(tmp_path: Path) -> None:
    """The mark moves neither the line nor the byte that are told."""
    put(tmp_path, pages__bad_md=b"\xef\xbb\xbf# Bad\n\xe9\n\nMore.")
    (problem,) = read_corpus(tmp_path).errors
    assert (problem.line, "0xe9" in problem.message) == (2, True)


def test_a_large_file_is_read_and_a_huge_one_refused(tmp_path: Path) -> None:
    """A megabyte is a document; five are none."""
    put(tmp_path, pages__large_md="# Large\n\n" + "word " * 200_000, pages__huge_md="word " * 1_000_000)
    corpus = read_corpus(tmp_path)
    assert [len(entry.body) for entry in corpus.entries] == [1_000_000]
    assert "5,000,000 bytes" in corpus.errors[0].message


def test_a_link_in_a_circle_ends(tmp_path: Path) -> None:
    """Links to folders are not followed, so a circle does no harm."""
    put(tmp_path, pages__a_md="# A\n\nText.")
    (tmp_path / "pages" / "again").symlink_to(tmp_path)
    assert len(read_corpus(tmp_path).entries) == 1


@pytest.mark.parametrize("folder", ["missing", "empty"])
def test_no_documents_is_an_error_that_says_what_to_do(tmp_path: Path, folder: str) -> None:
    """A folder that is not there, or holds no Markdown, is never a silent success."""
    (tmp_path / "empty").mkdir()
    with pytest.raises(KnowledgeError, match=r"SOPBOT_KNOWLEDGE_DIR|\.md"):
        read_corpus(tmp_path / folder)


def test_the_starter_knowledge_base_covers_its_field() -> None:
    """At least 24 procedures and 60 answers, without a single complaint; each answer has 2 to 5 other ways of asking."""
    corpus = read_corpus(Path(__file__).parent.parent.parent / "knowledge")
    assert corpus.problems == ()
    sops = [entry for entry in corpus.entries if entry.kind == "sop"]
    faqs = [entry for entry in corpus.entries if entry.kind == "faq"]
    assert len(sops) >= 24
    assert len(faqs) >= 60
    assert all(2 <= len(entry.questions) <= 5 for entry in faqs)
    assert {entry.audience for entry in faqs} == {"public"}
    assert {entry.audience for entry in sops} == {"internal"}
    for entry in sops:
        assert all((entry.purpose, entry.scope, entry.roles, entry.tools, entry.escalation, entry.tone, entry.metrics, entry.owner)), entry.id
        assert {reply.channel for reply in entry.replies} == set(entry.channels), entry.id
