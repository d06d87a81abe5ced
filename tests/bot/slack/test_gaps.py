"""Gaps in Slack: leads see them on the Home tab, askers say that they want to know and are told, and nobody is told twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.answer import Thresholds
from bot.cli.slack_wiring import teller
from bot.gaps.upkeep import Upkeep
from index.records import Entry
from tests.bot.gaps.support import GapIndex, entry
from tests.bot.slack.support import TODAY, World, command, envelope, has_element, make_world, text_of
from tests.slack_stand_in.limits import all_text
from tests.slack_stand_in.server import SERVER_ERROR, SlackStandIn

SWAP = "scooter battery swap"
SHOP = (entry("opening-hours", "when do you open"),)
BATTERY = entry("battery-swaps", SWAP, body="Take the battery to the bench. Then call <!here>.")


@pytest.fixture
async def world(slack: SlackStandIn, tmp_path: Path) -> AsyncIterator[World]:
    """A bot that knows one thing, and its Slack."""
    made = make_world(slack, tmp_path / "sopbot.db", SHOP, review_url="https://help.example.org/review")
    made.index.index = GapIndex(SHOP)
    yield made
    await made.settle()
    made.database.close()


def upkeep(world: World) -> Upkeep:
    """Whoever looks after the gaps, in a process that can post in Slack."""
    tell = teller(world.front, asyncio.get_running_loop())
    return Upkeep(world.database, world.index, Thresholds(), tell, today=lambda: TODAY)  # type: ignore[arg-type]


async def look_after(keeper: Upkeep) -> int:
    """One round, in a thread as always; how many people were told."""
    done = await asyncio.to_thread(keeper.run)
    assert done
    return done.told


def rebuild(world: World, *entries: Entry) -> None:
    """A new index with these entries serves."""
    held = world.index.get()
    world.index.index = GapIndex(entries, f"{int(held.generation) + 1:06d}")


async def test_leads_see_the_most_urgent_gaps_on_the_home_tab(world: World) -> None:
    """How often and by how many it was asked, who has it in hand, and the way to the review page; nothing in it pings."""
    for user, question in (("U0AGENT", SWAP), ("U0MATE", SWAP), ("U0MATE", "&lt;!here&gt; *quokka* | zeppelin & xylophone")):
        await world.ask(question, user=user)
    await look_after(upkeep(world))
    first, second = world.front.gaps.listed()
    world.front.gap_actions.assign(first.id, "Dana <!channel>", "lead")
    for user in ("U0LEAD", "U0AGENT"):
        await world.deliver(envelope({"type": "app_home_opened", "user": user, "channel": "D0AGENT", "tab": "home"}))
    shown = "\n".join(all_text(world.slack.homes["U0LEAD"]["blocks"]))
    assert f"<https://help.example.org/review/{first.id}|{SWAP}>\nAsked 2 times by 2 people  ·  in the hands of Dana &lt;!channel&gt;" in shown
    assert f"review/{second.id}|&lt;!here&gt; ∗quokka∗ | zeppelin &amp; xylophone>\nAsked once by 1 person  ·  in nobody's hands" in shown
    assert SWAP not in text_of(world.slack.homes["U0AGENT"])


async def test_more_gaps_than_there_is_room_for_are_counted(world: World) -> None:
    """Eight are shown, the most urgent first."""
    for number in range(10):
        await world.ask(" ".join(f"word{number}{letter}" for letter in "abc"))
    await look_after(upkeep(world))
    await world.deliver(envelope({"type": "app_home_opened", "user": "U0LEAD", "channel": "D0AGENT", "tab": "home"}))
    shown = text_of(world.slack.homes["U0LEAD"])
    assert (shown.count("Asked once"), "And 2 more, all on the <https://help.example.org/review|review page>." in shown) == (8, True)


async def test_an_asker_is_told_with_the_answer_and_only_once(world: World) -> None:
    """Two askers want to know: when a document answers them, each gets it in their own thread; who did not ask for it gets nothing."""
    sent = {user: await world.ask(SWAP, user=user) for user in ("U0AGENT", "U0MATE", "U0LEAD")}
    for user in ("U0AGENT", "U0MATE", "U0AGENT"):
        await world.press(world.slack.in_thread("C0TEAM", sent[user]["ts"])[0], "gap.tell", user=user)
    assert "I will tell you here" in text_of(world.slack.responses[-1])
    keeper = upkeep(world)
    assert await look_after(keeper) == 0
    rebuild(world, *SHOP, BATTERY)
    assert await look_after(keeper) == 2
    for _ in range(2):
        rebuild(world, *SHOP)
        await look_after(keeper)
        rebuild(world, *SHOP, BATTERY)
        assert await look_after(keeper) == 0
    later = {user: world.slack.in_thread("C0TEAM", message["ts"])[1:] for user, message in sent.items()}
    assert [len(later[user]) for user in ("U0AGENT", "U0MATE", "U0LEAD")] == [1, 1, 0]
    told = later["U0AGENT"][0]
    assert f"<@U0AGENT>, a document now answers what you asked: “{SWAP}”" in text_of(told)
    assert "Take the battery to the bench." in text_of(told)
    assert "<!here>" not in "\n".join(all_text(told["blocks"])) + told["text"]
    assert has_element(told, "feedback")


async def test_only_the_asker_can_say_so(world: World) -> None:
    """A colleague who presses is told how; nobody is told anything later."""
    await world.ask(SWAP)
    await world.press(world.last(), "gap.tell", user="U0MATE")
    assert "Only whoever asked is told" in text_of(world.slack.responses[-1])
    keeper = upkeep(world)
    await look_after(keeper)
    rebuild(world, *SHOP, BATTERY)
    assert await look_after(keeper) == 0


async def test_whoever_asked_privately_is_told_privately_once(world: World) -> None:
    """After /sop the answer comes as a direct message; one whose note was lost when the process died is found, not sent again."""
    await world.deliver(command(world.slack, SWAP))
    private = world.slack.responses[-1]
    await world.press(private, "gap.tell")
    assert "in a direct message" in text_of(world.slack.responses[-1])
    keeper = upkeep(world)
    await look_after(keeper)
    rebuild(world, *SHOP, BATTERY)
    assert await look_after(keeper) == 1
    with world.database.write() as connection:
        connection.exec_driver_sql("UPDATE gap_followers SET told_at = NULL")
    assert await look_after(keeper) == 1
    (told,) = world.slack.posts
    assert (told["channel"], "Take the battery to the bench." in text_of(told)) == ("D0AGENT", True)


async def test_an_outage_of_slack_loses_nobody(world: World) -> None:
    """While Slack does not answer it is no attempt; afterwards the asker is told."""
    await world.ask(SWAP)
    await world.press(world.last(), "gap.tell")
    keeper = upkeep(world)
    await look_after(keeper)
    rebuild(world, *SHOP, BATTERY)
    for _ in range(8):
        world.slack.fail("conversations.replies", SERVER_ERROR)
        assert await look_after(keeper) == 0
    assert await look_after(keeper) == 1


async def test_a_document_that_the_place_may_not_see_is_not_told(world: World) -> None:
    """The question was asked among members; since then a guest reads there."""
    await world.ask(SWAP)
    await world.press(world.last(), "gap.tell")
    keeper = upkeep(world)
    await look_after(keeper)
    world.slack.channels["C0TEAM"]["members"].append("U0GUEST")
    world.front.directory.forget("C0TEAM")
    rebuild(world, *SHOP, BATTERY)
    assert await look_after(keeper) == 0
    assert len(world.slack.posts) == 1


async def test_a_complaint_about_what_was_told_opens_the_gap_again(world: World) -> None:
    """The same words do not close it a second time; others do."""
    sent = await world.ask(SWAP)
    await world.press(world.last(), "gap.tell")
    keeper = upkeep(world)
    await look_after(keeper)
    rebuild(world, *SHOP, BATTERY)
    await look_after(keeper)
    told = world.slack.in_thread("C0TEAM", sent["ts"])[1]
    await world.press(told, "feedback", value="not_helpful")
    view: dict[str, Any] = world.slack.opened[-1]
    state = {"reason": {"reason": {"selected_option": {"value": "incomplete"}}}}
    await world.deliver({"type": "view_submission", "team": {"id": "T0WREN"}, "user": {"id": "U0AGENT"}, "view": {**view, "state": {"values": state}}})
    await look_after(keeper)
    rebuild(world, *SHOP, BATTERY)
    await look_after(keeper)
    (gap,) = world.front.gaps.listed()
    assert gap.signals == {"no_answer": 1, "not_helpful": 1}
    rebuild(world, *SHOP, entry("battery-swaps", SWAP, body="Take both batteries to the bench."))
    await look_after(keeper)
    assert world.front.gaps.count("closed") == 1
