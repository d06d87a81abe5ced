from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.entries import read_entries
from index.markdown import parse_document
from index.replies import pieces, placeholders


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("", ()),
        ("Hello.", (("Hello.", ""),)),
        ("{{name}}", (("{{name}}", "name"),)),
        ("Hi {{ first_name }},\n{{a1}}{{b}}!", (("Hi ", ""), ("{{ first_name }}", "first_name"), (",\n", ""), ("{{a1}}", "a1"), ("{{b}}", "b"), ("!", ""))),
        ("{{Name}} {name} {{na me}} {{}}", (("{{Name}} {name} {{na me}} {{}}", ""),)),
    ],
)
def test_a_reply_is_cut_at_its_placeholders(text: str, cut: tuple[tuple[str, str], ...]) -> None:
    """Each placeholder is a piece with its name; what only looks like one is text."""
    assert pieces(text) == cut


@given(st.lists(st.one_of(st.text(), st.sampled_from(["{{name}}", "{{ order_number }}", "{{", "}}", "{"]))).map("".join))
def test_the_pieces_are_the_reply(text: str) -> None:
    """Joined, they are the text to the letter; their names are its placeholders."""
    cut = pieces(text)
    assert "".join(piece for piece, _ in cut) == text
    assert tuple(dict.fromkeys(name for _, name in cut if name)) == placeholders(text)


@pytest.mark.parametrize("marked", ["Subject: Yours", "**Subject:** Yours", "**Subject**: Yours", "__subject:__ Yours", "SUBJECT:  Yours"])
def test_a_subject_is_told_by_its_colon(marked: str) -> None:
    """With a colon inside or outside the bold marks, a line is the subject and no part of what is sent."""
    assert _reply(f"{marked}\n\n> Hello.") == ("Yours", "Hello.")


@pytest.mark.parametrize("text", ["Subject to availability we send\na new one today.", "**Subject** to change.", "Subject matter: parcels."])
def test_a_text_that_begins_with_the_word_subject_is_sent_whole(text: str) -> None:
    """Without a colon right behind the word it is a sentence like any other."""
    assert _reply(text) == ("", text)


def _reply(text: str) -> tuple[str, str]:
    """Subject and body of the one reply of a procedure."""
    source = f"# Send another\n\n## Steps\n\n1. Send it.\n\n## Replies\n\n### SMS\n\n{text}\n"
    document, _ = parse_document("sops/send.md", source.encode())
    (entry,), _ = read_entries(document)
    return entry.replies[0].subject, entry.replies[0].body
