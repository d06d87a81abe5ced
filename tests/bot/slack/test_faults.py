"""Whatever breaks, whoever addressed the bot reads something, and reads it once."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from pathlib import Path

import pytest

from bot.slack import rendering
from index.records import Entry
from tests.bot.slack.support import REFUND, World, command, envelope, make_world, message_event, text_of
from tests.slack_stand_in.server import BOT_USER, RATE_LIMITED, SERVER_ERROR, Fault, SlackStandIn

SORRY = re.compile(r"Sorry, that did not work just now.*reference \*S-[A-Z0-9]{6}\*", re.DOTALL)
REFUSALS = ["invalid_blocks", "msg_too_long", "msg_blocks_too_long"]


async def test_without_an_index_the_asker_reads_a_sentence_with_a_reference(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """No path and no exception reaches the asker; the log holds both under the same reference."""
    world.index.index = None
    await world.ask(REFUND)
    text = text_of(world.last())
    assert SORRY.search(text)
    assert "secret-path" not in str(world.last())
    reference = re.search(r"S-[A-Z0-9]{6}", text)
    assert reference
    assert reference[0] in caplog.text
    assert "secret-path" in caplog.text


async def test_429_is_waited_for_as_told(world: World) -> None:
    """Slack says when to come back, and the answer is posted then, once."""
    world.slack.fail("chat.postMessage", RATE_LIMITED)
    started = asyncio.get_running_loop().time()
    await world.ask(REFUND)
    assert asyncio.get_running_loop().time() - started >= 1.0
    assert len(world.slack.posts) == 1
    assert "*13.*" in text_of(world.last())


@pytest.mark.parametrize("lost", [False, True])
async def test_500_is_tried_again_and_never_posts_twice(world: World, lost: bool) -> None:
    """Whether Slack took the message before it answered 500 or not, it stands there once."""
    world.slack.fail("chat.postMessage", Fault(500, takes_effect=lost), Fault(500, {"ok": False, "error": "internal_error"}, takes_effect=False))
    await world.ask(REFUND)
    assert len(world.slack.posts) == 1


@pytest.mark.parametrize("lost", [False, True])
async def test_a_broken_connection_never_posts_twice(world: World, lost: bool) -> None:
    """The connection breaks in the middle of posting: the message stands there once."""
    world.slack.fail("chat.postMessage", Fault(drop=True, takes_effect=lost))
    await world.ask(REFUND)
    assert len(world.slack.posts) == 1


async def test_a_timeout_after_slack_took_the_message_never_posts_twice(slack: SlackStandIn, tmp_path: Path, entries: tuple[Entry, ...]) -> None:
    """Slack takes the message and answers too late."""
    world = make_world(slack, tmp_path / "s.db", entries, request_seconds=1)
    slack.fail("chat.postMessage", Fault(delay=2.5, takes_effect=True))
    await world.ask(REFUND)
    assert len(slack.posts) == 1
    world.database.close()


@pytest.mark.parametrize("error", REFUSALS)
async def test_a_refused_message_becomes_a_sentence(world: World, error: str) -> None:
    """Slack refuses the blocks: the asker reads a sentence with a reference instead of nothing."""
    world.slack.fail("chat.postMessage", Fault(200, {"ok": False, "error": error}))
    await world.ask(REFUND)
    assert len(world.slack.posts) == 1
    assert SORRY.search(text_of(world.last()))


async def test_a_defect_in_our_rendering_becomes_a_sentence(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even an exception nobody thought of is no silence."""
    monkeypatch.setattr(rendering, "answer_blocks", lambda *_: 1 / 0)
    await world.ask(REFUND)
    assert SORRY.search(text_of(world.last()))


async def test_a_closed_channel_is_answered_in_a_direct_message(world: World) -> None:
    """The channel was archived in the meantime: the asker hears it directly."""
    world.slack.fail("chat.postMessage", Fault(200, {"ok": False, "error": "is_archived"}))
    await world.ask(REFUND)
    (post,) = world.slack.posts
    assert post["channel"] == "D0AGENT"
    assert "Ask me here instead" in text_of(post)


async def test_a_database_locked_for_long_gives_one_sentence_for_four_deliveries(slack: SlackStandIn, tmp_path: Path, entries: tuple[Entry, ...]) -> None:
    """Two front ends on a locked database, four deliveries: acknowledged in time, one visible sentence."""
    options = {"busy_seconds": 0.1, "ack_seconds": 0.5, "claim_seconds": 0.6}
    one = make_world(slack, tmp_path / "s.db", entries, **options)
    two = make_world(slack, tmp_path / "s.db", entries, **options)
    event = message_event(f"<@{BOT_USER}> {REFUND}", mention=True)
    lock = sqlite3.connect(tmp_path / "s.db", isolation_level=None)
    lock.execute("BEGIN EXCLUSIVE")
    started = asyncio.get_running_loop().time()
    responses = await asyncio.gather(*(world.dispatch(event) for world in (one, two, one, two)))
    assert asyncio.get_running_loop().time() - started < 3.0
    await one.settle()
    lock.execute("ROLLBACK")
    lock.close()
    assert [response.status for response in responses] == [200] * 4
    (post,) = slack.posts
    assert SORRY.search(text_of(post))
    one.database.close()
    two.database.close()


async def test_a_database_locked_for_a_moment_only_delays_the_answer(slack: SlackStandIn, tmp_path: Path, entries: tuple[Entry, ...]) -> None:
    """The lock is gone after a second: the real answer is posted, once."""
    world = make_world(slack, tmp_path / "s.db", entries, busy_seconds=0.1, ack_seconds=0.3)
    lock = sqlite3.connect(tmp_path / "s.db", isolation_level=None)
    lock.execute("BEGIN EXCLUSIVE")
    await world.dispatch(message_event(f"<@{BOT_USER}> {REFUND}", mention=True))
    await asyncio.sleep(1.0)
    lock.execute("ROLLBACK")
    lock.close()
    await world.settle()
    assert len(slack.posts) == 1
    assert "*13.*" in text_of(slack.posts[0])
    world.database.close()


async def test_slack_down_for_good_leaves_the_claim_to_be_tried_again(world: World) -> None:
    """When every attempt fails the claim is released, and the answer follows when Slack is back."""
    from bot.slack.inbox import answer_overdue

    world.slack.fail("chat.postMessage", *[SERVER_ERROR] * 5)
    await world.ask(REFUND)
    assert world.slack.posts == []
    assert await answer_overdue(world.front) == 1
    assert len(world.slack.posts) == 1


async def test_a_command_whose_response_address_is_dead_is_answered_directly(world: World) -> None:
    """The private answer goes into a direct message when Slack no longer takes it in the channel."""
    world.slack.fail("response_url", Fault(404))
    await world.deliver(command(world.slack, REFUND))
    (post,) = world.slack.posts
    assert post["channel"] == "D0AGENT"


async def test_a_command_without_an_index_is_told_so(world: World) -> None:
    """/sop fails visibly too."""
    world.index.index = None
    await world.deliver(command(world.slack, REFUND))
    (response,) = world.slack.responses
    assert SORRY.search(text_of(response))


async def test_the_home_tab_without_an_index_says_so(world: World) -> None:
    """The sentence with its reference stands on the tab; nothing is posted, since nobody asked."""
    world.index.index = None
    await world.deliver(envelope({"type": "app_home_opened", "user": "U0AGENT", "channel": "D0AGENT", "tab": "home"}))
    assert SORRY.search(text_of(world.slack.homes["U0AGENT"]))
    assert world.slack.posts == []


async def test_a_follow_up_without_an_index_is_told_so(world: World) -> None:
    """Whoever asked goes on in the thread, and the index is gone: they read a sentence, others' talk is left alone."""
    sent = await world.ask(REFUND)
    world.index.index = None
    await world.deliver(message_event("Take a complaint by phone", user="U0MATE", thread_ts=sent["ts"]))
    assert len(world.slack.posts) == 1
    await world.deliver(message_event("Take a complaint by phone", thread_ts=sent["ts"]))
    assert SORRY.search(text_of(world.last()))
    assert len(world.slack.posts) == 2
