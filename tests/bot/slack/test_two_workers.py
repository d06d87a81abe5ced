"""Real worker processes on one database: redelivery, edits, and kill -9."""

from __future__ import annotations

import asyncio
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import aiohttp

from tests.bot.slack.support import REFUND, edit_event, encoded, message_event, signed, text_of
from tests.slack_stand_in.server import BOT_USER, Fault, SlackStandIn

ROOT = Path(__file__).parents[3]


@contextmanager
def worker(slack: SlackStandIn, database: Path, lease_seconds: float = 20.0) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A worker process and its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "tests.bot.slack.worker", slack.url, str(database), str(port), str(lease_seconds)]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        yield f"http://127.0.0.1:{port}/slack/events", process
    finally:
        process.kill()
        process.wait()


async def deliver(session: aiohttp.ClientSession, url: str, payload: dict[str, Any], retry: int = 0) -> int:
    """Send a payload as Slack does; wait for the worker to come up."""
    body, kind = encoded(payload)
    headers = {**signed(body), "content-type": kind, **({"x-slack-retry-num": str(retry), "x-slack-retry-reason": "http_timeout"} if retry else {})}
    for _ in range(200):
        try:
            async with session.post(url, data=body, headers=headers) as response:
                return response.status
        except aiohttp.ClientConnectionError:
            await asyncio.sleep(0.1)
    raise AssertionError("the worker does not come up")


async def until(condition: Any, within: float = 20.0) -> None:
    """Wait for something to become true."""
    for _ in range(int(within / 0.05)):
        if condition():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it did not happen")


async def test_four_deliveries_on_two_processes_and_ten_unfurls_give_one_post(slack: SlackStandIn, tmp_path: Path) -> None:
    """Each of three questions is delivered four times to two processes at once, with ten metadata-only edits each: three posts."""
    database = tmp_path / "sopbot.db"
    events = [message_event(f"<@{BOT_USER}> {REFUND} {number}", mention=True) for number in range(3)]
    with worker(slack, database) as (one, _), worker(slack, database) as (two, _):
        async with aiohttp.ClientSession() as session:
            await asyncio.gather(*(deliver(session, url, message_event("warm up")) for url in (one, two)))
            deliveries = [deliver(session, (one, two)[copy % 2], event, copy) for event in events for copy in range(4)]
            unfurls = [
                deliver(session, (one, two)[copy % 2], edit_event(event["event"], event["event"]["text"], attachments=[{"id": copy}]))
                for event in events
                for copy in range(10)
            ]
            statuses = await asyncio.gather(*deliveries, *unfurls)
            await until(lambda: len(slack.posts) >= 3)
            await asyncio.sleep(1.0)
    assert set(statuses) == {200}
    assert sorted(post["thread_ts"] for post in slack.posts) == sorted(event["event"]["ts"] for event in events)
    assert slack.updates == []


async def test_killed_after_posting_before_noting_it_posts_nothing_twice(slack: SlackStandIn, tmp_path: Path) -> None:
    """Kill -9 when Slack has taken the answer but nobody has noted so: the next worker finds it and adds nothing."""
    database = tmp_path / "sopbot.db"
    event = message_event(f"<@{BOT_USER}> {REFUND}", mention=True)
    slack.fail("chat.postMessage", Fault(delay=30.0, takes_effect=True))
    async with aiohttp.ClientSession() as session:
        with worker(slack, database, 1.0) as (url, process):
            assert await deliver(session, url, event) == 200
            await until(lambda: len(slack.posts) == 1)
            process.send_signal(signal.SIGKILL)
            process.wait()
        with worker(slack, database, 1.0) as (url, _):
            await until(lambda: slack.called("conversations.replies"))
            await deliver(session, url, event, 1)
            await asyncio.sleep(1.5)
    assert len(slack.posts) == 1


async def test_killed_before_posting_is_answered_by_the_next_worker(slack: SlackStandIn, tmp_path: Path) -> None:
    """Kill -9 after the acknowledgement and before the answer: Slack sends nothing again, and the asker is answered all the same."""
    database = tmp_path / "sopbot.db"
    slack.fail("conversations.info", Fault(delay=30.0))
    async with aiohttp.ClientSession() as session:
        with worker(slack, database, 1.0) as (url, process):
            assert await deliver(session, url, message_event(f"<@{BOT_USER}> {REFUND}", mention=True)) == 200
            await until(lambda: slack.called("conversations.info"))
            process.send_signal(signal.SIGKILL)
            process.wait()
        assert slack.posts == []
        with worker(slack, database, 1.0):
            await until(lambda: slack.posts)
            await asyncio.sleep(1.5)
    (post,) = slack.posts
    assert "*13.*" in text_of(post)
