"""Requests that are not Slack's are refused before anything happens."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.errors import SettingsError
from bot.slack.serve import events_endpoint
from index.records import Entry
from tests.bot.slack.support import REFUND, SECRET, World, make_world, message_event, signed
from tests.slack_stand_in.server import BOT_USER, SlackStandIn


@pytest.mark.parametrize(
    ("secret", "age", "status"),
    [(SECRET, 0, 200), (SECRET, 299, 200), (SECRET, 301, 401), (SECRET, -301, 401), ("forged", 0, 401), ("", 0, 401)],
)
async def test_forged_and_late_signatures_are_refused(world: World, secret: str, age: int, status: int) -> None:
    """A wrong secret and a time more than five minutes off both get 401, and no claim is stored."""
    body = json.dumps(message_event(f"<@{BOT_USER}> {REFUND}", mention=True))
    headers = {**signed(body, secret, lambda: time.time() - age), "content-type": "application/json"}
    response = await world.app.async_dispatch(AsyncBoltRequest(body=body, headers=headers))
    await world.settle()
    assert response.status == status
    assert len(world.slack.posts) == (1 if status == 200 else 0)


async def test_a_changed_body_is_refused(world: World) -> None:
    """A signature is good for one body."""
    body = json.dumps(message_event(f"<@{BOT_USER}> {REFUND}", mention=True))
    headers = {**signed(body), "content-type": "application/json"}
    response = await world.app.async_dispatch(AsyncBoltRequest(body=body.replace("refund", "rebate"), headers=headers))
    assert response.status == 401
    response = await world.app.async_dispatch(AsyncBoltRequest(body=body, headers={"content-type": "application/json"}))
    assert response.status == 401


async def test_without_a_signing_secret_there_is_no_endpoint(slack: SlackStandIn, tmp_path: Path, entries: tuple[Entry, ...]) -> None:
    """The endpoint is not opened to everybody because a setting is missing."""
    world = make_world(slack, tmp_path / "s.db", entries, signing_secret="")
    with pytest.raises(SettingsError, match="SLACK_SIGNING_SECRET"):
        events_endpoint(world.front)
    body = json.dumps(message_event(f"<@{BOT_USER}> {REFUND}", mention=True))
    response = await world.app.async_dispatch(AsyncBoltRequest(body=body, headers={**signed(body, ""), "content-type": "application/json"}))
    assert response.status == 401
    world.database.close()
