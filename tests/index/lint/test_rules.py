"""Each rule: what it finds, where, and what it leaves alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.lint.options import LintException
from index.lint.rules import RULES
from tests.index.lint.support import check, faq, sop

LONG = "1. " + "word " * 81


@pytest.mark.parametrize(
    ("rule", "files", "place", "says"),
    [
        ("unreadable", {"sops/a.md": "# A\n"}, "sops/a.md:1", "has no steps"),
        ("doubtful", {"faqs/a.md": "# A\n\nWelcome.\n\n## How?\n\nSo.\n"}, "faqs/a.md:3", "stands above the first question"),
        ("missing-part", {"sops/a.md": sop().replace("## Scope\n\nKeys.\n\n", "")}, "sops/a.md:10", "'## Scope'"),
        ("missing-reply", {"sops/a.md": sop(channels="[chat, sms]")}, "sops/a.md:4", "'### SMS'"),
        ("undeclared-channel", {"sops/a.md": sop(channels="[chat]", below="\n### SMS\n\n> Found.\n")}, "sops/a.md:4", "'channels' does not name 'sms'"),
        ("missing-owner", {"sops/a.md": sop(owner=None)}, "sops/a.md:1", "owner"),
        ("missing-review-date", {"faqs/a.md": faq("How?", "So.", review_by=None)}, "faqs/a.md:1", "review_by: 2027-04-05"),
        ("past-review", {"sops/a.md": sop(review_by="2026-11-21")}, "sops/a.md:6", "by 2026-11-21"),
        ("review-dates", {"sops/a.md": sop(reviewed_on="2026-11-23")}, "sops/a.md:5", "2026-11-23, which is still to come"),
        ("review-dates", {"sops/a.md": sop(reviewed_on="2026-10-01", review_by="2026-10-01")}, "sops/a.md:5", "is not after"),
        ("blank", {"sops/a.md": sop(reply="Hello [customer name], found.")}, "sops/a.md:30", "{{customer_name}}"),
        ("blank", {"sops/a.md": sop(reply="Hello {name}, found.")}, "sops/a.md:30", "{{name}}"),
        ("blank", {"sops/a.md": sop(reply="It costs £XXX.")}, "sops/a.md:30", "'XXX'"),
        ("blank", {"sops/a.md": sop(reply="Your number is ____.")}, "sops/a.md:30", "'____'"),
        ("unfinished", {"sops/a.md": sop(steps="1. Look.\n2. TBD with Ann.")}, "sops/a.md:21", "Step 2"),
        ("long-step", {"sops/a.md": sop(steps=LONG)}, "sops/a.md:20", "81 words"),
        ("dead-link", {"sops/a.md": sop(steps="1. See\n   [b](b.md).")}, "sops/a.md:21", "'b.md'"),
        (
            "dead-link",
            {"sops/a.md": sop(steps="1. See [b](bb.md)."), "sops/b.md": sop("Handle a found key"), "drafts/sops/bb.md": "x"},
            "sops/a.md:20",
            "still a draft",
        ),
        ("dead-link", {"sops/a.md": sop(steps="1. See [b](b.md#nowhere)."), "sops/b.md": sop("Handle a found key")}, "sops/a.md:20", "#nowhere"),
        ("dead-link", {"sops/a.md": sop(steps=f"1. See [b]({'b' * 300}.md).")}, "sops/a.md:20", "no such file"),
        ("dead-link", {"sops/a.md": sop(steps="1. Look at ![it](pictures/key.png).")}, "sops/a.md:20", "pictures/key.png"),
        (
            "duplicate-question",
            {"faqs/a.md": faq("Where is my key?", "Here."), "faqs/b.md": faq("Keys", "There.", ("where are the keys",))},
            "faqs/b.md:14",
            "faqs/a.md:10",
        ),
        ("duplicate-question", {"faqs/a.md": faq("Where is my key?", "Here."), "faqs/b.md": faq("Where is my key?", "Here.")}, "faqs/b.md:10", "Keep one"),
    ],
)
def test_what_a_rule_finds(tmp_path: Path, rule: str, files: dict[str, str], place: str, says: str) -> None:
    """One fault gives one finding of that rule, at its line, with the value and the remedy."""
    found = [finding for finding in check(tmp_path, files) if finding.rule == rule]
    assert [f"{finding.path}:{finding.line}" for finding in found][:1] == [place]
    assert says in found[0].text
    assert found[0].text.endswith((".", "?"))
    assert len(found) <= 2


@pytest.mark.parametrize(
    "files",
    [
        {"sops/a.md": sop()},
        {"sops/a.md": sop(reply="See [our page](https://example.com) or [sic], [x] done. Order A_B_C, and {{customer_name}}.")},
        {"sops/a.md": sop(steps="1. See [b](b.md#steps), [top](#top), [c](b.md#3-our-own), [mail](mailto:a@b.c).\n2. The site: [x](/about/), [y](other/page/), [z](page.html)."),
         "sops/b.md": sop("Handle a found key", below="\n## 3. Our own\n\nText.\n")},
        {"sops/a.md": sop(questions="[where is my key]"), "faqs/a.md": faq("Where is my key?", "At the desk.")},
        {"pages/a.md": "# A\n\n## Questions?\n\nAsk Ann.\n", "pages/b.md": "# B\n\n## Questions?\n\nAsk Bob.\n"},
        {"pages/a.md": "---\nquestions: [help-desk]\n---\n# A\n\nText.\n", "pages/b.md": "---\nquestions: [help-desk]\n---\n# B\n\nOther.\n"},
        {"faqs/a.md": faq("Where is my key?", "Here."), "faqs/b.md": faq("How is my key?", "Good.")},
    ],
)  # fmt: skip
def test_what_is_left_alone(tmp_path: Path, files: dict[str, str]) -> None:
    """Sound documents, and what only looks like a fault, give no finding at all."""
    assert check(tmp_path, files) == []


def test_a_placeholder_that_looks_misspelt_is_doubted(tmp_path: Path) -> None:
    """A name used once that resembles one used often is a slip; a name of its own is not."""
    files = {f"sops/{name}.md": sop(f"Handle {name}") for name in ("one", "two", "three")}
    files["sops/slip.md"] = sop("Handle four", reply="Hello {{custmer_name}}, see {{customer_wish}} and {{customer_names_day}}.")
    (finding,) = check(tmp_path, files)
    assert (finding.rule, finding.path, finding.line) == ("unknown-placeholder", "sops/slip.md", 30)
    assert finding.text == "The placeholder {{custmer_name}} is not known. Did you mean {{customer_name}}?"


def test_with_a_list_of_placeholders_every_other_name_is_told(tmp_path: Path) -> None:
    """A team that keeps a list gets what is not on it."""
    (finding,) = check(tmp_path, {"sops/a.md": sop(reply="{{customer_name}}, {{wish}}.")}, placeholders=("customer_name",))
    assert "{{wish}} is not known. Use a known name, or add this one" in finding.text


def test_levels_and_exceptions_are_settings(tmp_path: Path) -> None:
    """A rule becomes an error, is switched off, or does not hold in some folder; what is unreadable stays an error."""
    files = {"sops/a.md": sop(owner=None), "sops/old/b.md": sop("Handle b", owner=None), "sops/bad.md": "# Bad\n"}
    everywhere = {"levels": {"missing-owner": "error"}, "exceptions": (LintException("sops/old/*", "missing-*"), LintException("*", "unreadable"))}
    assert [(finding.rule, finding.path, finding.level) for finding in check(tmp_path, files, **everywhere)] == [
        ("missing-owner", "sops/a.md", "error"),
        ("unreadable", "sops/bad.md", "error"),
    ]
    assert [finding.rule for finding in check(tmp_path, files, levels={"missing-owner": "off", "unreadable": "off"})] == ["unreadable"]


def test_parts_and_lengths_are_settings(tmp_path: Path) -> None:
    """A team says which parts its procedures have, and how long a step may be."""
    files = {"sops/a.md": sop(steps="1. One two three four.")}
    found = check(tmp_path, files, parts=("purpose", "tone", "metrics"), longest_step=3)
    assert [finding.text.split(".")[0] for finding in found] == [
        "This procedure has no '## Tone' and '## Metrics'",
        "Step 1 has 4 words; more than 3 are hard to follow while somebody waits",
    ]


def test_every_rule_is_in_the_authors_guide() -> None:
    """docs/authoring.md has a line for each, with its level, and for no other."""
    guide = (Path(__file__).parent.parent.parent.parent / "docs" / "authoring.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1:3] for line in guide.splitlines() if line.startswith("| `")]
    listed = {name.strip(" `"): level.strip() for name, level in rows if level.strip() in ("error", "warning", "off")}
    assert listed == {rule.id: rule.level for rule in RULES}
