"""A step worded anew: its lines change, and nothing else reads differently."""

from __future__ import annotations

import pytest

from bot.authoring.reading import read
from bot.authoring.steps import reword_step
from bot.errors import EditRefused

SOP = b"# A\r\n\r\n## Steps\r\n\r\n1. Look\r\n   twice.\r\n   1. Deeper.\r\n2. Tell.\r\n10. Close <!-- soon -->.\r\n"


def test_a_step_gets_another_text_and_keeps_number_and_sub_steps() -> None:
    """Lines below its first stay indented; a new time limit becomes its deadline."""
    edit = reword_step("sops/a.md", SOP, "a", 5, "Look **within 2 hours**,\nthen sit.\n\nRest.")
    assert edit.data == SOP.replace(b"Look\r\n   twice.", b"Look **within 2 hours**,\r\n   then sit.\r\n\r\n   Rest.")
    steps = read("sops/a.md", edit.data).entry("a").steps
    assert [(step.number, step.text, step.deadline) for step in steps[:2]] == [
        ("1", "Look **within 2 hours**,\nthen sit.\n\nRest.", "within 2 hours"),
        ("1.1", "Deeper.", ""),
    ]
    deeper = reword_step("sops/a.md", SOP, "a", 7, "Deepest.")
    assert deeper.data == SOP.replace(b"Deeper", b"Deepest")


@pytest.mark.parametrize(
    ("line", "text", "says"),
    [
        (6, "x", "No step begins on line 6"),
        (8, "  ", "needs a text"),
        (8, "Tell.", "reads like this already"),
        (8, "Tell.\n\n3. Another.", "not be read as step 2 alone"),
        (8, "<!-- no -->", "not be read as step 2 alone"),
        (9, "Close.", "holds an author's comment"),
    ],
)
def test_what_would_be_more_or_less_than_one_step_is_refused(line: int, text: str, says: str) -> None:
    """No second step slips in, and no comment is lost."""
    with pytest.raises(EditRefused, match=says):
        reword_step("sops/a.md", SOP, "a", line, text)


def test_a_last_line_without_an_end_stays_without() -> None:
    """Even where the last step grows by a line."""
    edit = reword_step("sops/a.md", b"# A\n\n## Steps\n\n1. Look.", "a", 5, "Look,\nthen tell.")
    assert edit.data == b"# A\n\n## Steps\n\n1. Look,\n   then tell."
