"""A lead has what was saved built from the review page, and reads how it stands; the command that builds is a stand-in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.database import Database
from tests.bot.test_rebuild import Builds
from tests.bot.web.test_review import BATTERY, OWN_PAGE, SWAP, Desk, open_desk

PATH = "/review/build"


@dataclass(frozen=True, slots=True)
class BuildDesk:
    """A lead's browser, and the builds that it begins."""

    desk: Desk
    builds: Builds
    folder: Path

    def press(self, data: dict[str, str] | None = None) -> str:
        """Begin a build; the page that follows."""
        answer = self.desk.post(PATH, data)
        assert answer.status_code == 303, answer.text
        return self.desk.get(answer.headers["location"])

    def ended(self, count: int) -> str:
        """The page once so many builds have ended."""
        self.builds.wait(lambda: len(self.builds.told) == count)
        return self.desk.get(PATH)


@pytest.fixture
def at(database: Database, tmp_path: Path) -> Iterator[BuildDesk]:
    """Ada's desk."""
    (tmp_path / "builds").mkdir()
    builds = Builds(tmp_path / "builds")
    with open_desk(database, tmp_path, builds.rebuilder) as desk:
        yield BuildDesk(desk, builds, tmp_path / "builds")
    builds.rebuilder.stop()


def test_what_is_saved_waits_until_it_is_built(at: BuildDesk) -> None:
    """The page names the documents that are new, changed and gone since the index; with none, there is nothing to press."""
    knowledge = at.desk.knowledge
    assert "All that is saved is answered from already." in at.desk.get(PATH)
    assert "Make these answerable</button>" not in at.desk.get(PATH)
    (knowledge / "sops/battery.md").write_text(BATTERY + "3. Lock it.\n")
    (knowledge / "sops/<new>.md").write_text(BATTERY)
    (knowledge / "faqs/hours.md").unlink()
    (knowledge / "drafts/sops").mkdir(parents=True)
    (knowledge / "drafts/sops/not-yet.md").write_text(BATTERY)
    page = at.desk.get(PATH)
    assert re.findall(r'<li>(.*?) <span class="quiet">(\w+)</span>', page) == [
        ("faqs/hours.md", "gone"),
        ("sops/&lt;new&gt;.md", "new"),
        ("sops/battery.md", "changed"),
    ]
    assert "Make these answerable</button>" in page


def test_a_build_is_begun_watched_and_ends(at: BuildDesk) -> None:
    """While it runs the page says what it is at and who asked, and asks again by itself; it ends when the new index answers."""
    gap = at.desk.gap(SWAP)
    (at.folder / "hold").touch()
    assert "It is being built" in at.press({"gap": str(gap.id)})
    page = at.desk.get(f"{PATH}?gap={gap.id}")
    while "At it: reading the documents." not in page:
        page = at.desk.get(f"{PATH}?gap={gap.id}")
    assert "Asked for by ada@example.org" in page
    assert f'hx-get="{PATH}?gap={gap.id}"' in page
    assert "One more build follows" in at.press()
    (at.folder / "hold").unlink()
    page = at.ended(2)
    assert ("At it: taking it up." in page, "The new index answers" in page) == (True, False)
    (at.desk.knowledge / "sops/battery.md").write_text(BATTERY + "3. Lock it.\n")
    at.desk.rebuild()
    page = at.desk.get(f"{PATH}?gap={gap.id}")
    assert ("The new index answers from now on." in page, "hx-get" in page, f'<a href="/review/{gap.id}">Back to gap' in page) == (True, False, True)
    assert "not answered from yet" not in page


def test_the_part_that_changes_comes_by_itself(at: BuildDesk) -> None:
    """For scripts: no head, no navigation."""
    part = at.desk.serving.client.get(PATH, headers={"HX-Request": "true"}).text
    assert (part.lstrip().startswith('<div id="build"'), "<nav" in part) == (True, False)


def test_errors_in_documents_are_named_with_their_place(at: BuildDesk) -> None:
    """What the build command says of itself otherwise; the old index goes on."""
    (at.folder / "fail").touch()
    at.press()
    page = at.ended(1)
    assert "It was stopped by this:" in page
    assert "knowledge/a.md:3: The step has no text." in page
    assert "Switch all the same" not in page
    (at.desk.knowledge / "a.md").write_text("# A\n")
    (at.folder / "documents").touch()
    at.press()
    page = at.ended(2)
    assert "It was stopped because documents have errors." in page
    assert "<li>a.md:3: The &lt;step&gt; has no text.</li>" in page
    assert "Switch all the same" not in page


def test_a_worse_index_is_switched_to_by_an_explicit_choice(at: BuildDesk) -> None:
    """The reasons are shown; whoever agrees to others than stand there now is refused; the choice holds for one build."""
    (at.folder / "worse").touch()
    (at.desk.knowledge / "sops/battery.md").unlink()
    at.press()
    page = at.ended(1)
    assert "<li>It would be worse.</li>" in page
    shown = dict(re.findall(r'name="(worse)" value="(\w+)"', page))
    refused = at.desk.post(PATH, {"worse": "0123456789abcdef"})
    assert (refused.status_code, "not what you were shown" in refused.text, at.builds.begun()) == (409, True, 1)
    (at.folder / "hold").touch()
    assert "It is being built" in at.press(shown)
    (at.folder / "hold").unlink()
    at.ended(2)
    assert at.builds.told[1].state == "idle"
    assert at.desk.post(PATH, shown).status_code == 409
    at.press()
    assert "<li>It would be worse.</li>" in at.ended(3)
    (at.desk.knowledge / "sops/battery.md").write_text(BATTERY)
    assert "All that is saved is answered from already." in at.desk.get(PATH)


def test_other_sites_and_other_people_build_nothing(at: BuildDesk) -> None:
    """Neither a form of another page, nor somebody who may only ask."""
    for sender in ({}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}, OWN_PAGE | {"X-User": "bob@example.org"}):
        assert at.desk.serving.client.post(PATH, headers=sender).status_code == 403
    assert (at.builds.rebuilder.state.state, at.builds.begun()) == ("idle", 0)
