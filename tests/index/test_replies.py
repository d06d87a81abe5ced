from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
