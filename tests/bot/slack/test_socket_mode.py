"""Socket Mode against the stand-in: acknowledged before the search, reconnects, and a dead socket is seen."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.slack import serve
from bot.slack.serve import SlackHealth, run_socket_mode
from index.records import Entry
from tests.bot.slack.support import REFUND, World, command, make_world, message_event, text_of
from tests.slack_stand_in.server import APP_TOKEN, BOT_USER, SlackStandIn


@pytest.fixture
async def socket_world(slack: SlackStandIn, tmp_path: Path, entries: tuple[Entry, ...]) -> AsyncIterator[World]:
    """A bot with an app token."""
    world = make_world(slack, tmp_path / "s.db", entries, app_token=APP_TOKEN)
    yield world
    world.database.close()


@contextlib.asynccontextmanager
async def running(world: World, health: SlackHealth, ping: float = 0.5) -> AsyncIterator[None]:
    """Socket Mode, until the block ends."""
    stop = asyncio.Event()
    task = asyncio.create_task(run_socket_mode(world.front, health, stop, ping))
    try:
        await until(lambda: health.connected)
        yield
    finally:
        stop.set()
        await task


async def until(condition: Callable[[], object], within: float = 15.0) -> None:
    """Wait for something to become true."""
    for _ in range(int(within / 0.02)):
        if condition():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it did not happen")


async def test_a_question_is_acknowledged_before_it_is_searched_for(socket_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """However long the search takes, Slack has its acknowledgement at once; the answer follows."""
    import time

    ask = socket_world.front.asker.ask

    def slowly(question: object) -> object:
        time.sleep(1.5)
        return ask(question)  # type: ignore[arg-type]

    monkeypatch.setattr(type(socket_world.front.asker), "ask", lambda _self, question: slowly(question))
    async with running(socket_world, SlackHealth()):
        await socket_world.slack.send(message_event(f"<@{BOT_USER}> {REFUND}", mention=True), within=1.0)
        assert socket_world.slack.posts == []
        await until(lambda: socket_world.slack.posts)
        await socket_world.slack.send(command(socket_world.slack, REFUND), "slash_commands", within=1.0)
        await until(lambda: socket_world.slack.responses)
    assert "*13.*" in text_of(socket_world.slack.posts[0])
    assert "*13.*" in text_of(socket_world.slack.responses[0])


async def test_a_closed_socket_is_opened_again_and_nothing_is_answered_twice(socket_world: World, caplog: pytest.LogCaptureFixture) -> None:
    """Slack closes the connection and delivers the event again on the new one: one post."""
    caplog.set_level("INFO")
    health = SlackHealth()
    async with running(socket_world, health):
        event = message_event(f"<@{BOT_USER}> {REFUND}", mention=True)
        await socket_world.slack.send(event)
        await until(lambda: socket_world.slack.posts)
        await socket_world.slack.sockets[-1].close()
        await until(lambda: socket_world.slack.connections >= 2 and health.connected)
        await socket_world.slack.send(event)
        await socket_world.slack.send(message_event(f"<@{BOT_USER}> Take a complaint by phone", mention=True))
        await until(lambda: len(socket_world.slack.posts) >= 2)
    assert [post["thread_ts"] for post in socket_world.slack.posts].count(event["event"]["ts"]) == 1
    assert "the Socket Mode connection is up" in caplog.text


async def test_health_says_when_the_socket_is_down(socket_world: World, caplog: pytest.LogCaptureFixture) -> None:
    """Slack is gone: `/readyz` learns of it, the log says so, and it is well again when Slack is back."""
    health = SlackHealth()
    async with running(socket_world, health):
        assert health.problem == ""
        from tests.slack_stand_in.server import Fault

        socket_world.slack.fail("apps.connections.open", *[Fault(500)] * 3)
        await socket_world.slack.sockets[-1].close()
        await until(lambda: not health.connected)
        assert "down" in health.problem
        await until(lambda: health.connected)
    assert "connection is down" in caplog.text


async def test_a_socket_that_is_quiet_for_long_is_opened_anew(socket_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Slack may stop sending into a connection that looks alive; after a long silence a new one is opened."""
    monkeypatch.setattr(serve, "_QUIET_SECONDS", 1.0)
    async with running(socket_world, SlackHealth()):
        await until(lambda: socket_world.slack.connections >= 2)
        await socket_world.slack.send(message_event(f"<@{BOT_USER}> {REFUND}", mention=True))
        await until(lambda: socket_world.slack.posts)
    assert len(socket_world.slack.posts) == 1


async def test_without_an_app_token_it_says_what_is_missing(slack: SlackStandIn, tmp_path: Path, entries: tuple[Entry, ...]) -> None:
    """The message names the setting and where to get its value."""
    world = make_world(slack, tmp_path / "s.db", entries)
    with pytest.raises(SettingsError, match="SLACK_APP_TOKEN"):
        await run_socket_mode(world.front, SlackHealth(), asyncio.Event())
    world.database.close()
