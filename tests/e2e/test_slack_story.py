"""From "not found" to the answer, in Slack: people ask, a document is written, and the same questions prove it."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.answer import Thresholds
from bot.database import Database
from bot.gaps.nearest import nearest
from bot.gaps.reading import GapList
from bot.gaps.upkeep import Upkeep
from bot.slack.idempotency import DIGEST, Claims
from bot.weekly import Weekly
from index.build import build_index
from index.current import CurrentIndex
from index.export import DEFAULT_MODEL
from tests.bot.slack.support import click_on, envelope, has_element, message_event, text_of
from tests.conftest import ROOT
from tests.e2e.slack import serving_slack, until
from tests.slack_stand_in.server import APP_TOKEN, BOT_USER, SlackStandIn, person
from tests.trade_in import ANSWER, ASKED, HALF, TITLE

WANT_TO_KNOW = (0, 9)
"""One who asked among colleagues, and one where customers read."""
ENTRY = "trade-in#do-you-take-old-bikes-in-part-exchange"


class Shop:
    """The starter knowledge base in a folder of its own, ten people in two channels, and what they see."""

    def __init__(self, slack: SlackStandIn, data: Path, folder: Path) -> None:
        self.slack, self.folder = slack, folder
        shutil.copytree(data, folder, symlinks=True, dirs_exist_ok=True)
        shutil.copytree(ROOT / "knowledge", folder / "knowledge")
        self.database = Database(folder / "sopbot.db")
        self.database.migrate()
        self.gaps = GapList(self.database)
        self.index = CurrentIndex(folder)
        self.sent: list[dict[str, Any]] = []
        for number in range(len(ASKED)):
            slack.users[f"U{number}"] = person(f"U{number}", f"Person {number}")
            slack.channels[_channel(number)]["members"].append(f"U{number}")

    async def ask(self) -> None:
        """Ten people ask; those who are offered something say that it is none of these."""
        for number, text in enumerate(ASKED):
            event = message_event(f"<@{BOT_USER}> {text}", _channel(number), f"U{number}", mention=True)
            self.sent.append(event["event"])
            await self.slack.send(event, within=30)
        await until(lambda: all(self.thread(number) for number in range(len(ASKED))))
        for number in range(len(ASKED)):
            (post,) = self.thread(number)
            if has_element(post, "none"):
                await self.press(number, "none")
                await until(lambda post=post: has_element(post, "gap.tell"))  # type: ignore[misc]

    async def press(self, number: int, action: str) -> None:
        """Somebody presses a button below the answer to their question."""
        await self.slack.send(click_on(self.slack, self.thread(number)[0], action, f"U{number}"), "interactive", within=30)

    def thread(self, number: int) -> list[dict[str, Any]]:
        """What stands below somebody's question."""
        return self.slack.in_thread(_channel(number), self.sent[number]["ts"])

    def told(self) -> int:
        """How many messages came later than the ten answers."""
        return sum(len(self.thread(number)) for number in range(len(ASKED))) - len(ASKED)

    async def rebuild(self, questions: Sequence[str] = ()) -> None:
        """A document with these questions, or none, and a new index beside the running server."""
        document = self.folder / "knowledge" / "faqs" / "trade-in.md"
        document.unlink(missing_ok=True)
        if questions:
            asked = "".join(f"- {question}\n" for question in questions)
            document.write_text(f"---\ntitle: Trade-in\naudience: public\n---\n\n# Trade-in\n\n## {TITLE}\n\nAlso asked:\n\n{asked}\n{ANSWER}\n")
        await asyncio.to_thread(build_index, self.folder / "knowledge", self.folder, DEFAULT_MODEL)

    def lacking(self, gap: int) -> set[str]:
        """The questions that the gap names as not answered; all of them before they were asked again."""
        return {question.text for question in self.gaps.questions(gap) if not question.passes}


def _channel(number: int) -> str:
    return "C0SHARED" if number % 2 else "C0TEAM"


@pytest.mark.timeout(900)  # three builds with the real model, on whatever machine
async def test_ten_people_one_gap_closed_by_evidence_and_told_once(slack: SlackStandIn, starter_data: Path, tmp_path: Path) -> None:
    """Ten wordings make one gap, which only a document that answers all ten closes; who wanted to know gets the answer, once."""
    shop = Shop(slack, starter_data, tmp_path)
    week, claims = Weekly("monday 09:00").last(datetime.now(UTC)) - timedelta(days=7), Claims(shop.database, 20.0)
    claims.claim(f"{DIGEST}{week:%Y-%m-%dT%H:%MZ}", "last week")
    claims.finish(f"{DIGEST}{week:%Y-%m-%dT%H:%MZ}", "answered")
    settings = {"SLACK_APP_TOKEN": APP_TOKEN, "SOPBOT_SLACK_DIGEST_CHANNEL": "C0OWNERS", "SOPBOT_PUBLIC_URL": "https://help.example.org"}
    async with serving_slack(tmp_path, slack, **settings):
        await shop.ask()
        for number in WANT_TO_KNOW:
            await shop.press(number, "gap.tell")
        await until(lambda: sum("I will tell you here" in text_of(one) for one in slack.responses) == len(WANT_TO_KNOW))
        keeper = Upkeep(shop.database, shop.index, Thresholds())  # another process, so that nobody waits for the server's next round
        while sum(gap.questions for gap in shop.gaps.listed()) < len(ASKED):
            await asyncio.to_thread(keeper.run)
        (gap,) = shop.gaps.listed()
        assert (gap.questions, gap.people, gap.title in ASKED, gap.audiences) == (10, 10, True, {"internal": 5, "public": 5})
        near = nearest(shop.gaps.questions(gap.id), shop.index.get(), Thresholds())
        assert len(near) == 3
        assert not [entry for entry in near if "is shown as the answer" in entry.why_not]
        await slack.send(envelope({"type": "app_home_opened", "user": "U0LEAD", "channel": "D0LEAD", "tab": "home"}), within=30)
        await until(lambda: "U0LEAD" in slack.homes)
        assert f"<https://help.example.org/review/{gap.id}|{gap.title}>\nAsked 10 times by 10 people" in text_of(slack.homes["U0LEAD"])

        await shop.rebuild(HALF)
        await until(lambda: len(shop.lacking(gap.id)) < len(ASKED))
        left_out = shop.lacking(gap.id)
        assert left_out
        assert not left_out & set(HALF)
        assert (shop.gaps.one(gap.id).status, shop.told()) == ("open", 0)

        await shop.rebuild(ASKED)
        await until(lambda: shop.told() == len(WANT_TO_KNOW))
        assert (shop.lacking(gap.id), shop.gaps.one(gap.id).status) == (set(), "closed")
        assert {question.answered_by for question in shop.gaps.questions(gap.id)} == {ENTRY}
        for number in WANT_TO_KNOW:
            told = text_of(shop.thread(number)[1])
            assert f"<@U{number}>, a document now answers what you asked: “{ASKED[number]}”" in told
            assert ANSWER in told

        await shop.rebuild()
        await until(lambda: shop.gaps.one(gap.id).status == "open")
        assert [event.action for event in shop.gaps.events(gap.id)] == ["opened", "closed", "reopened"]
    assert shop.told() == len(WANT_TO_KNOW)  # the server has ended its last round
    digests = [post for post in slack.posts if post["channel"] == "C0OWNERS"]
    assert [f"{week + timedelta(days=7):%-d %B %Y}" in text_of(post) for post in digests] == [True]
    assert slack.refused == []
    shop.database.close()
