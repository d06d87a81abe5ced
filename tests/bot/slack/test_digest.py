"""The weekly digest: what it says, and that each week has exactly one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from bot.answer import Thresholds
from bot.digest import Digest, Digests
from bot.figures.records import EntryFigures, Totals
from bot.figures.store import Figures
from bot.gaps.records import Gap, Status
from bot.gaps.upkeep import Upkeep
from bot.slack.blocks.digest import digest_blocks, digest_text
from bot.slack.blocks.limits import MESSAGE_CHARACTERS, MESSAGE_TEXT, as_json, length, size
from bot.slack.digest import post_due
from bot.slack.front import Front
from bot.slack.idempotency import Claims
from bot.weekly import Weekly
from tests.bot.gaps.support import GapIndex, entry
from tests.bot.slack.support import TODAY, World, make_front, make_world, text_of
from tests.slack_stand_in.limits import all_text, block_problems
from tests.slack_stand_in.server import SERVER_ERROR, Fault, SlackStandIn

MONDAY = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
MINUTES = timedelta(minutes=1)
WEEKLY = Weekly("monday 09:00")
SHOP = (entry("opening-hours", "when do you open"), structs.replace(entry("late", "who waters the plants"), review_by=date(2026, 11, 25), owner="Dana"))
NOBODY = Fault(body={"ok": False, "error": "not_in_channel"})


@dataclass(slots=True)
class Weeks:
    """Processes with one database, and time that passes."""

    world: World
    now: datetime = MONDAY - timedelta(days=5)
    fronts: list[Front] = field(default_factory=list)

    def another_process(self) -> Front:
        """A front end of its own on the same database, with the same clock."""
        front, database = make_front(
            self.world.slack.url, self.world.path, self.world.index, digest_channel="C0OWNERS", review_url="https://help.example.org/review"
        )
        self.fronts.append(replace(front, claims=Claims(database, 20.0, self.clock)))
        return self.fronts[-1]

    def clock(self) -> float:
        """Unix seconds."""
        return self.now.timestamp()

    async def look(self, front: Front | None = None, weekly: Weekly = WEEKLY) -> bool:
        """A process looks whether a digest is due."""
        front = front or self.fronts[0]
        digests = Digests(Figures(self.world.database, {"opening-hours": "Opening <hours>"}.get), front.gaps, self.world.index)
        return await post_due(front, digests, weekly, lambda: self.now)

    def posts(self) -> list[dict[str, Any]]:
        """The digests in Slack."""
        return [post for post in self.world.slack.posts if post["channel"] == "C0OWNERS"]


@pytest.fixture
async def weeks(slack: SlackStandIn, tmp_path: Path) -> AsyncIterator[Weeks]:
    """A server that was started on a Wednesday with nothing to tell yet."""
    world = make_world(slack, tmp_path / "sopbot.db", SHOP)
    world.index.index = GapIndex(SHOP)
    made = Weeks(world)
    made.another_process()
    assert not await made.look()
    made.now = MONDAY
    yield made
    await world.settle()
    world.database.close()


@pytest.fixture
def tries_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Posting gives up after one attempt, so that nobody waits for an outage to end."""
    monkeypatch.setattr("bot.slack.posting.ATTEMPTS", 1)


async def test_each_week_has_one_digest_whatever_number_of_processes(weeks: Weeks) -> None:
    """None before it is due; one then, from five that look at once; none in the minutes after; one in the next week."""
    weeks.now = MONDAY - MINUTES
    assert not await weeks.look()
    weeks.now = MONDAY
    for _ in range(4):
        weeks.another_process()
    assert sorted(await asyncio.gather(*map(weeks.look, weeks.fronts))) == [False] * 4 + [True]
    weeks.now += 10 * MINUTES
    assert not await weeks.look()
    weeks.now = MONDAY + timedelta(days=7)
    assert [await weeks.look(front) for front in weeks.fronts[:2]] == [True, False]
    assert len(weeks.posts()) == 2


async def test_it_says_what_happened_and_nothing_in_it_pings(weeks: Weeks) -> None:
    """Questions, new gaps with the way to them, documents past review, entries used most."""
    for text in ("when do you open", "&lt;!here&gt; *quokka* zeppelin", "xylophone polish"):
        await weeks.world.ask(text)
    with weeks.world.database.write() as connection:  # the clock of the bot is today's; the week is in November
        for table, column in (("question_days", "day"), ("entry_days", "day")):
            connection.exec_driver_sql(f"UPDATE {table} SET {column} = '2026-11-27'")  # noqa: S608
        connection.exec_driver_sql("UPDATE questions SET asked_at = '2026-11-27 10:00:00.000000'")
    assert Upkeep(weeks.world.database, weeks.world.index, Thresholds(), now=lambda: weeks.now, today=lambda: TODAY).run()  # type: ignore[arg-type]
    first = weeks.world.front.gaps.listed()[0]
    weeks.world.front.gap_actions.assign(first.id, "<!channel>", "lead")
    assert await weeks.look()
    (post,) = weeks.posts()
    raw = "\n".join([*all_text(post["blocks"]), post["text"]])
    assert "<!" not in raw
    shown = text_of(post)
    for piece in (
        "23 to 30 November 2026",
        "3 questions: 33% answered at once, 67% not found.",
        "New questions without a good answer: 2",
        f"<https://help.example.org/review/{first.id}|",
        "in the hands of <!channel>",
        "∗quokka∗ zeppelin",
        "Past their review date: 1*, 1 of them newly",
        "•  late – Dana, due by 25 November 2026",
        "1.  Opening <hours> – 1 time",
        "Now: 2 open gaps, 1 document past review  ·  <https://help.example.org/review|Review page>",
    ):
        assert piece in shown, piece
    assert "Closed" not in shown
    assert "Open again" not in shown


async def test_a_week_in_which_nothing_happened_is_one_sentence(weeks: Weeks) -> None:
    """So that people know that the digest works, and are not kept."""
    weeks.world.index.index = GapIndex(SHOP[:1])
    assert await weeks.look()
    (post,) = weeks.posts()
    assert "nobody asked anything, no gap was opened or closed, and no document passed its review date." in text_of(post)
    assert len(post["blocks"]) == 2


@pytest.mark.parametrize("fault", [NOBODY, SERVER_ERROR, Fault(drop=True)])
async def test_a_digest_that_slack_does_not_take_is_posted_later(weeks: Weeks, tries_once: None, fault: Fault) -> None:  # noqa: ARG001
    """An outage, or an app that is not invited: it is tried again every five minutes, however long that takes."""
    for _ in range(12):
        weeks.world.slack.fail("chat.postMessage", fault)
        assert not await weeks.look()
        weeks.now += MINUTES
        assert not await weeks.look()  # not yet again
        weeks.now += 5 * MINUTES
        weeks.fronts[0].claims.forget_old()
        assert weeks.fronts[0].claims.overdue() == []
    assert await weeks.look(weeks.another_process())
    assert len(weeks.posts()) == 1


async def test_a_post_whose_answer_is_lost_is_not_posted_again(weeks: Weeks, tries_once: None) -> None:  # noqa: ARG001
    """Slack took it and the line broke: the next process finds it."""
    weeks.world.slack.fail("chat.postMessage", Fault(drop=True, takes_effect=True))
    assert not await weeks.look()
    weeks.now += 6 * MINUTES
    assert await weeks.look(weeks.another_process())
    assert len(weeks.posts()) == 1


async def test_a_process_that_dies_after_posting_leaves_one_post(weeks: Weeks) -> None:
    """Its claim runs out, and whoever takes it over finds the message."""
    assert await weeks.look()
    with weeks.world.database.write() as connection:
        connection.exec_driver_sql(f"UPDATE slack_claims SET state = 'claimed', lease_until = {weeks.now.timestamp() + 20} WHERE key LIKE '%30T%'")  # noqa: S608
    assert not await weeks.look(weeks.another_process())
    weeks.now += MINUTES
    assert await weeks.look(weeks.fronts[1])
    assert not await weeks.look()
    assert len(weeks.posts()) == 1


async def test_weeks_without_a_server_are_told_together(weeks: Weeks) -> None:
    """After three weeks the digest begins where the last one ended."""
    assert await weeks.look()
    weeks.now = MONDAY + timedelta(days=22)
    weeks.fronts[0].claims.forget_old()
    assert await weeks.look()
    assert "30 November 2026 to 21 December 2026" in text_of(weeks.posts()[-1])


async def test_a_time_set_anew_brings_no_digest_of_a_time_that_was_told(weeks: Weeks) -> None:
    """Moved from Mondays to Fridays after a Monday's digest: the next comes on Friday, and tells of the days between."""
    assert await weeks.look()
    weeks.now += 60 * MINUTES
    friday = Weekly("friday 15:00")
    assert not await weeks.look(weekly=friday)
    weeks.now = MONDAY + timedelta(days=4, hours=6)
    assert await weeks.look(weekly=friday)
    assert ["30 November 2026 to 4 December 2026" in text_of(post) for post in weeks.posts()] == [False, True]


async def test_it_is_not_posted_where_people_from_outside_read(weeks: Weeks) -> None:
    """It names internal documents; once the guest has left, it comes."""
    weeks.world.slack.channels["C0OWNERS"]["members"].append("U0GUEST")
    assert not await weeks.look()
    assert weeks.posts() == []
    weeks.world.slack.channels["C0OWNERS"]["members"].remove("U0GUEST")
    weeks.now += 6 * MINUTES
    for front in weeks.fronts:
        front.directory.forget("C0OWNERS")
    assert await weeks.look()


def _gap(number: int, title: str, status: Status = "open") -> Gap:
    counts: dict[str, Any] = {"signals": {}, "channels": {}, "audiences": {}, "front_ends": {}}
    return Gap(number, title, status, title, "", None, MONDAY, None, None, MONDAY, 12_345, 6_789, 1.0, **counts)


@pytest.mark.parametrize(("title", "listed"), [("do you take old bikes in part exchange", 5), ("x" * 300, 4), ("&" * 300, 1), ("<" * 300, 1), ("😀" * 300, 4)])
def test_however_much_happened_it_is_one_message_that_slack_takes(title: str, listed: int) -> None:
    """Five of each kind; fewer where titles are long, or of letters that grow when they are escaped; all are counted."""
    late = tuple(structs.replace(entry(f"e{number}"), title=title, owner=title, review_by=date(2026, 11, 25)) for number in range(20))
    used = tuple(EntryFigures(f"e{number}", title, 1, 1, 0, 0, 0, 0, 0) for number in range(20))
    gaps = tuple(_gap(number, title) for number in range(20))
    digest = Digest(
        MONDAY - timedelta(days=7), MONDAY, Totals(answers=10**6), used, gaps, 4_000, gaps, 3_000, gaps, 2_000, 10**6, late, 1_000, 900
    )  # fmt: skip
    blocks = digest_blocks(digest, "https://help.example.org/review")
    assert block_problems(as_json(blocks)) == []
    assert size(blocks) <= MESSAGE_CHARACTERS
    assert length(digest_text(digest)) <= MESSAGE_TEXT
    shown = "\n".join(all_text(as_json(blocks)))
    for count in ("answer: 4,000", "again: 2,000", "now: 3,000", "date: 1,000*, 900 of them newly", "Now: 1,000,000 open gaps, 1,000 documents past review"):
        assert count in shown
    assert (shown.count("Asked 12,345 times by 6,789 people"), shown.count("due by 25 November 2026")) == (3 * listed, listed)
    for left in (4_000, 3_000, 2_000, 1_000):
        assert f"And {left - listed:,} more" in shown
