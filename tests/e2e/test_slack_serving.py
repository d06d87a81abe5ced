"""`sopbot serve` as an operator starts it, with the real index, against the stand-in for Slack."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import socket
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import aiohttp
import pytest

from tests.bot.slack.support import SECRET, encoded, message_event, signed, text_of
from tests.slack_stand_in.server import APP_TOKEN, BOT_USER, TOKEN, SlackStandIn

COMMAND = Path(sys.executable).parent / "sopbot"
QUESTION = f"<@{BOT_USER}> how do I handle a refund complaint"


@pytest.fixture
async def slack() -> AsyncIterator[SlackStandIn]:
    """A stand-in for Slack that listens."""
    stand_in = SlackStandIn()
    await stand_in.start()
    yield stand_in
    await stand_in.stop()


@contextlib.asynccontextmanager
async def served(data: Path, tmp_path: Path, slack: SlackStandIn, **tokens: str) -> AsyncIterator[str]:
    """The address of a running `sopbot serve`, ready."""
    for name in ("generations", "CURRENT"):
        (shutil.copytree if name == "generations" else shutil.copy)(data / name, tmp_path / name)
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    settings = {"SOPBOT_DATA_DIR": str(tmp_path), "SOPBOT_PORT": address.rsplit(":", 1)[1], "SLACK_BOT_TOKEN": TOKEN, "SOPBOT_SLACK_API_URL": slack.url}
    environment = {**{name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}, "HOME": str(tmp_path), **settings, **tokens}
    process = await asyncio.create_subprocess_exec(COMMAND, "serve", cwd=tmp_path, env=environment, stdout=asyncio.subprocess.DEVNULL)
    try:
        async with aiohttp.ClientSession() as client:
            await until(lambda: ready(client, address))
        yield address
    finally:
        process.terminate()
        await asyncio.wait_for(process.wait(), 30)


async def ready(client: aiohttp.ClientSession, address: str) -> bool:
    """Whether the server says that it can answer, also in Slack."""
    try:
        async with client.get(f"{address}/readyz") as response:
            return response.status == 200 and not (await response.json())["problems"]
    except aiohttp.ClientError:
        return False


async def until(condition: Callable[[], object], within: float = 60.0) -> None:
    """Wait for something to become true."""
    async with asyncio.timeout(within):
        while True:
            found = condition()
            if await found if asyncio.iscoroutine(found) else found:
                return
            await asyncio.sleep(0.05)


async def test_a_mention_is_answered_over_socket_mode(slack: SlackStandIn, starter_data: Path, tmp_path: Path) -> None:
    """From the command to a posted procedure, every step of it, in the thread of the question."""
    async with served(starter_data, tmp_path, slack, SLACK_APP_TOKEN=APP_TOKEN):
        event = message_event(QUESTION, mention=True)
        await slack.send(event)
        await until(lambda: slack.posts)
    assert slack.posts[0]["thread_ts"] == event["event"]["ts"]
    assert "Handle a refund complaint" in text_of(slack.posts[0])
    assert "Read or hear the whole complaint" in text_of(slack.posts[0])


async def test_a_mention_is_answered_over_http_and_a_forged_one_refused(slack: SlackStandIn, starter_data: Path, tmp_path: Path) -> None:
    """Slack's signed request is answered; the same with another signature is not."""
    async with served(starter_data, tmp_path, slack, SLACK_SIGNING_SECRET=SECRET) as address, aiohttp.ClientSession() as client:
        body, kind = encoded(message_event(QUESTION, mention=True))
        headers = {**signed(body), "content-type": kind}
        async with client.post(f"{address}/slack/events", data=body, headers={**headers, "x-slack-signature": "v0=forged"}) as response:
            assert response.status == 401
        async with client.post(f"{address}/slack/events", data=body, headers=headers) as response:
            assert response.status == 200
        await until(lambda: slack.posts)
    assert len(slack.posts) == 1
    assert "Read or hear the whole complaint" in text_of(slack.posts[0])
