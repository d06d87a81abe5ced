"""Questions in channels, threads and direct messages."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from bot.ask import Asker
from tests.bot.slack.support import REFUND, World, click_on, command, has_element, message_event, text_of
from tests.slack_stand_in.server import BOT_USER, TEAM


async def test_a_mention_is_answered_in_its_thread(world: World) -> None:
    """The answer stands in the thread of the message, with title, steps, deadline, escalation, reply, source and confidence."""
    sent = await world.ask(REFUND)
    (post,) = world.slack.posts
    assert (post["channel"], post["thread_ts"]) == ("C0TEAM", sent["ts"])
    text = text_of(post)
    for words in (
        "Handle a refund complaint",
        "Put the money right",
        "*13.*",
        "_within 24 hours_",
        "Escalation",
        "Reply – Email",
        "Amara Okafor",
        "Very likely right",
        "Reviewed 12 October 2026",
    ):
        assert words in text


async def test_a_direct_message_is_answered_without_mention_or_thread(world: World) -> None:
    """In a direct message nobody has to mention the bot, and the answer comes right below."""
    await world.ask(REFUND, "D0AGENT")
    (post,) = world.slack.posts
    assert post["channel"] == "D0AGENT"
    assert post.get("thread_ts") is None
    assert "*1.*" in text_of(post)


async def test_what_addresses_nobody_stays_without_answer(world: World) -> None:
    """A post in a channel, a post by another app, and a post of our own get nothing."""
    await world.deliver(message_event(REFUND))
    await world.deliver(message_event(REFUND, bot_id="B0ELSE", subtype="bot_message"))
    await world.deliver(message_event(f"<@{BOT_USER}> {REFUND}", user=BOT_USER, bot_id="B0BOT"))
    assert world.slack.posts == []


async def test_mention_and_message_event_of_one_post_give_one_answer(world: World) -> None:
    """Slack tells of a mention twice, as a mention and as a message; one answer is posted."""
    event = message_event(f"<@{BOT_USER}> {REFUND}", mention=True)
    await world.deliver(event)
    await world.deliver(message_event(event["event"]["text"], ts=event["event"]["ts"]))
    assert len(world.slack.posts) == 1


async def test_an_empty_mention_is_told_how_to_ask(world: World) -> None:
    """Nothing but the mention: a sentence says what to write."""
    await world.ask("")
    assert "Ask in a few words" in text_of(world.last())


async def test_a_question_that_nothing_covers_is_stored_as_a_gap(world: World) -> None:
    """The asker reads that no document covers it, and can add detail or ask the owners."""
    await world.ask("xylophone zeppelin quokka")
    post = world.last()
    assert "No document covers this" in text_of(post)
    assert has_element(post, "gap.detail")
    assert has_element(post, "gap.owners")
    shown = world.front.answers.latest("C0TEAM", post["thread_ts"])
    assert shown is not None
    stored = world.front.log.question(shown.query_id)
    assert stored is not None
    assert stored.outcome == "no_answer"


async def test_the_channel_that_a_question_names_decides_the_reply(world: World) -> None:
    """A refund complaint by phone comes with the reply for the phone."""
    await world.ask(f"{REFUND} by phone")
    assert "Reply – Phone" in text_of(world.last())


@pytest.mark.parametrize("kind", ["mention", "command", "shortcut", "choice"])
async def test_over_http_everything_is_acknowledged_before_the_search(world: World, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """However long the search takes, the HTTP response does not wait for it; what was asked for follows."""
    await world.ask("customer refund label fee")
    offered = world.last()
    ask, choose = Asker.ask, Asker.choose

    def slow(function: Callable[..., Any]) -> Callable[..., Any]:
        def wait(*arguments: Any) -> Any:
            time.sleep(0.8)
            return function(*arguments)

        return wait

    monkeypatch.setattr(Asker, "ask", slow(ask))
    monkeypatch.setattr(Asker, "choose", slow(choose))
    shortcut = {"type": "message_action", "callback_id": "find_sop", "team": {"id": TEAM}, "user": {"id": "U0AGENT"}, "channel": {"id": "C0TEAM"}}
    shortcut |= {"message": {"user": "U0MATE", "text": REFUND, "ts": "1.1"}, "response_url": world.slack.response_url, "trigger_id": "T0"}
    payload = {
        "mention": message_event(f"<@{BOT_USER}> {REFUND}", mention=True),
        "command": command(world.slack, REFUND),
        "shortcut": shortcut,
        "choice": click_on(world.slack, offered, "choose.0"),
    }[kind]
    started = time.monotonic()
    response = await world.dispatch(payload)
    assert response.status == 200
    assert time.monotonic() - started < 0.6
    seen = len(world.slack.posts), len(world.slack.responses), len(world.slack.updates)
    await world.settle()
    assert (len(world.slack.posts), len(world.slack.responses), len(world.slack.updates)) != seen
