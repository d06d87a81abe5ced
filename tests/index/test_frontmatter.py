"""Facts that an author wrote in another way than they are read: each is named with its line and the remedy."""

from __future__ import annotations

import pytest

from index.frontmatter import read_front_matter


@pytest.mark.parametrize(
    ("facts", "line", "says"),
    [
        ("- a\n- b", 2, "Each line here must be 'name: value'."),
        ("owner: Ann: Lee", 2, "This is not in the form 'name: value'"),
        ("tags: " + "[" * 3000, 2, "This cannot be read"),
        ("owner: Ann\ntitle: [a, b]", 3, "'title' holds a list. Write one text."),
        ("owner:\n  name: Ann", 2, "'owner' holds something nested. Write a text or a list of texts."),
        ("id: Refund Not Received", 2, "Use small letters, digits and single hyphens, for example refund-not-received."),
        ("owner: Ann\nreview_by: 2026-02-30", 3, "'review_by' is '2026-02-30', which is not a date."),
        ("audience: everybody", 2, "'audience' is 'everybody'. Write public or internal."),
        ("channels: [pigeon]", 2, "'pigeon' is not a channel. Channels are: "),
    ],
)
def test_a_fact_that_cannot_be_read_is_named(facts: str, line: int, says: str) -> None:
    """One complaint, at its line; what else the document states is read all the same."""
    (problem,) = read_front_matter("sops/a.md", ("---", *facts.split("\n"), "---", "# A")).problems
    assert (problem.path, problem.line) == ("sops/a.md", line)
    assert says in problem.message


def test_nothing_between_the_lines_states_nothing() -> None:
    """Two lines --- with a comment between them are no mistake."""
    read = read_front_matter("sops/a.md", ("---", "# to be filled in", "---", "# A"))
    assert (read.problems, read.end, read.meta.owner) == ((), 3, "")
