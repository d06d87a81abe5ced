"""`sopbot serve` as an operator starts it, with the real index, against the stand-in for Slack."""

from __future__ import annotations

from pathlib import Path

import aiohttp

from tests.bot.slack.support import SECRET, encoded, message_event, signed, text_of
from tests.e2e.serving import copy_index
from tests.e2e.slack import serving_slack, until
from tests.slack_stand_in.server import APP_TOKEN, BOT_USER, SlackStandIn

QUESTION = f"<@{BOT_USER}> how do I handle a refund complaint"


async def test_a_mention_is_answered_over_socket_mode(slack: SlackStandIn, starter_data: Path, tmp_path: Path) -> None:
    """From the command to a posted procedure, every step of it, in the thread of the question."""
    copy_index(starter_data, tmp_path)
    async with serving_slack(tmp_path, slack, SLACK_APP_TOKEN=APP_TOKEN):
        event = message_event(QUESTION, mention=True)
        await slack.send(event)
        await until(lambda: slack.posts)
    assert slack.posts[0]["thread_ts"] == event["event"]["ts"]
    assert "Handle a refund complaint" in text_of(slack.posts[0])
    assert "Read or hear the whole complaint" in text_of(slack.posts[0])


async def test_a_mention_is_answered_over_http_and_a_forged_one_refused(slack: SlackStandIn, starter_data: Path, tmp_path: Path) -> None:
    """Slack's signed request is answered; the same with another signature is not."""
    copy_index(starter_data, tmp_path)
    async with serving_slack(tmp_path, slack, SLACK_SIGNING_SECRET=SECRET) as address, aiohttp.ClientSession() as client:
        body, kind = encoded(message_event(QUESTION, mention=True))
        headers = {**signed(body), "content-type": kind}
        async with client.post(f"{address}/slack/events", data=body, headers={**headers, "x-slack-signature": "v0=forged"}) as response:
            assert response.status == 401
        async with client.post(f"{address}/slack/events", data=body, headers=headers) as response:
            assert response.status == 200
        await until(lambda: slack.posts)
    assert len(slack.posts) == 1
    assert "Read or hear the whole complaint" in text_of(slack.posts[0])
