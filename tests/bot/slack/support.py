"""What the Slack tests share: real Bolt app, real clients and database, a small index, and payloads as Slack sends them."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlencode

from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.answer import Thresholds
from bot.ask import Asker
from bot.database import Database
from bot.query_log import QueryLog
from bot.slack.app import create_app, open_front
from bot.slack.front import Front
from bot.slack.options import SlackOptions
from index.current import CurrentIndex
from index.records import Audience, Entry
from tests.fakes import HeldIndex, WordIndex
from tests.slack_stand_in.limits import all_text
from tests.slack_stand_in.server import BOT_USER, TEAM, TOKEN, SlackStandIn

SECRET = "signing-secret-of-the-tests"
TODAY = date(2026, 11, 20)
REFUND = "Handle a refund complaint"
_numbers = itertools.count(1)


class OpenWordIndex(WordIndex):
    """With what Slack needs besides: an entry by its id."""

    __slots__ = ()

    def entry(self, entry_id: str, audience: Audience) -> Entry | None:
        """An entry that this audience may see."""
        return next((entry for entry in self.entries(audience) if entry.id == entry_id), None)


@dataclass(slots=True)
class World:
    """A bot, and the Slack it talks to."""

    slack: SlackStandIn
    front: Front
    app: AsyncApp
    index: HeldIndex
    database: Database
    path: Path

    async def deliver(self, payload: dict[str, Any], **headers: str) -> BoltResponse:
        """Deliver a payload over HTTP semantics, correctly signed, and wait until all work is done."""
        response = await self.dispatch(payload, **headers)
        await self.settle()
        return response

    async def dispatch(self, payload: dict[str, Any], **headers: str) -> BoltResponse:
        """Deliver without waiting for what goes on after the acknowledgement."""
        body, kind = encoded(payload)
        return await self.app.async_dispatch(AsyncBoltRequest(body=body, headers={**signed(body), "content-type": kind, **headers}))

    async def settle(self, within: float = 30.0) -> None:
        """Wait until nothing is being worked on."""
        until = time.monotonic() + within
        quiet = 0
        while quiet < 3:
            assert time.monotonic() < until, "the bot is still at work"
            others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task() and "run_ack_function" in repr(task.get_coro())]
            quiet = 0 if others else quiet + 1
            await asyncio.sleep(0.005)

    async def ask(self, text: str, channel: str = "C0TEAM", user: str = "U0AGENT", **more: Any) -> dict[str, Any]:
        """Mention the bot (or write to it directly), and return the message that was sent."""
        event = message_event(text if channel.startswith("D") else f"<@{BOT_USER}> {text}", channel, user, mention=not channel.startswith("D"), **more)
        await self.deliver(event)
        return dict(event["event"])

    async def press(self, post: dict[str, Any], action_id: str, user: str = "U0AGENT", value: str | None = None, **more: Any) -> BoltResponse:
        """Press a control of a message (the first with this action id)."""
        return await self.deliver(click_on(self.slack, post, action_id, user, value, **more))

    def last(self) -> dict[str, Any]:
        """What was posted last."""
        return self.slack.posts[-1]


def make_front(slack_url: str, path: Path, index: HeldIndex, **options: Any) -> tuple[Front, Database]:
    """A front end on a database of its own."""
    database = Database(path, busy_seconds=options.pop("busy_seconds", 5.0))
    database.migrate()
    log = QueryLog(database, b"pepper")
    current = cast(CurrentIndex, index)
    asker = Asker(current, log, Thresholds(), lambda: TODAY)
    given = SlackOptions(bot_token=TOKEN, signing_secret=SECRET, api_url=slack_url, fallback_dir=path.parent / "claims", owners_channel="C0OWNERS")
    front = open_front(asker, current, database, log, replace(given, **options), lambda: TODAY)
    return front, database


def make_world(slack: SlackStandIn, path: Path, entries: tuple[Entry, ...], **options: Any) -> World:
    """A bot that talks to a stand-in."""
    held = HeldIndex(OpenWordIndex(entries))
    front, database = make_front(slack.url, path, held, **options)
    return World(slack, front, create_app(front), held, database, path)


def message_event(
    text: str, channel: str = "C0TEAM", user: str = "U0AGENT", mention: bool = False, ts: str = "", thread_ts: str = "", **more: Any
) -> dict[str, Any]:
    """An event as Slack sends it for a message."""
    event: dict[str, Any] = {
        "type": "app_mention" if mention else "message",
        "channel": channel,
        "user": user,
        "text": text,
        "ts": ts or new_ts(),
        "team": TEAM,
    }
    if not mention:
        event["channel_type"] = "im" if channel.startswith("D") else "channel"
    if thread_ts:
        event["thread_ts"] = thread_ts
    return envelope({**event, **more})


def edit_event(sent: dict[str, Any], text: str, edited_ts: str = "", **message: Any) -> dict[str, Any]:
    """An event as Slack sends it when a message is edited, or an unfurl is added to it (no `edited_ts`)."""
    previous = {
        "type": "message",
        "user": sent["user"],
        "text": sent["text"],
        "ts": sent["ts"],
        **({"thread_ts": sent["thread_ts"]} if "thread_ts" in sent else {}),
    }
    changed = {**previous, "text": text, **({"edited": {"user": sent["user"], "ts": edited_ts}} if edited_ts else {}), **message}
    kind = "im" if sent["channel"].startswith("D") else "channel"
    return envelope(
        {
            "type": "message",
            "subtype": "message_changed",
            "channel": sent["channel"],
            "channel_type": kind,
            "ts": new_ts(),
            "hidden": True,
            "message": changed,
            "previous_message": previous,
        }
    )


def envelope(event: dict[str, Any]) -> dict[str, Any]:
    """The body around an event."""
    return {
        "type": "event_callback",
        "team_id": TEAM,
        "api_app_id": "A0",
        "event_id": f"Ev{next(_numbers)}",
        "event_time": int(time.time()),
        "event": event,
        "authorizations": [{"team_id": TEAM, "user_id": BOT_USER, "is_bot": True}],
    }


def click_on(slack: SlackStandIn, post: dict[str, Any], action_id: str, user: str = "U0AGENT", value: str | None = None, **more: Any) -> dict[str, Any]:
    """A payload as Slack sends it for a control of a message."""
    block, element = find_element(post["blocks"], action_id)
    action: dict[str, Any] = {"type": element["type"], "action_id": action_id, "block_id": block["block_id"], "action_ts": new_ts()}
    if element["type"] == "static_select":
        action["selected_option"] = next(option for option in element["options"] if option["value"] == value)
    else:
        action["value"] = element.get("value", "") if value is None else value
    private = post.get("response_type") == "ephemeral"
    container = {"type": "message", "message_ts": post.get("ts", "1.1"), "channel_id": post.get("channel", "C0TEAM"), "is_ephemeral": private}
    message = {} if private else {"ts": post["ts"], "blocks": post["blocks"], **({"thread_ts": post["thread_ts"]} if post.get("thread_ts") else {})}
    return {
        "type": "block_actions",
        "team": {"id": TEAM},
        "user": {"id": user, "team_id": TEAM},
        "api_app_id": "A0",
        "container": container,
        "channel": {"id": post.get("channel", "C0TEAM")},
        "message": message,
        "response_url": slack.response_url,
        "trigger_id": f"T{next(_numbers)}",
        "actions": [action | more],
    }


def submission(view: dict[str, Any], user: str = "U0AGENT", /, **values: dict[str, Any]) -> dict[str, Any]:
    """A payload as Slack sends it for a submitted modal; values by block id, dots written as two underscores."""
    state = {name.replace("__", "."): {"value": value} for name, value in values.items()}
    return {
        "type": "view_submission",
        "team": {"id": TEAM},
        "user": {"id": user, "team_id": TEAM},
        "view": {**view, "state": {"values": state}, "team_id": TEAM},
    }


def command(slack: SlackStandIn, text: str, channel: str = "C0TEAM", user: str = "U0AGENT") -> dict[str, Any]:
    """A payload as Slack sends it for /sop."""
    return {
        "command": "/sop",
        "text": text,
        "user_id": user,
        "channel_id": channel,
        "team_id": TEAM,
        "api_app_id": "A0",
        "trigger_id": f"T{next(_numbers)}",
        "response_url": slack.response_url,
    }


def find_element(blocks: list[dict[str, Any]], action_id: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A control and the block it stands in."""
    for block in blocks:
        for element in [*(block.get("elements") or []), block.get("accessory") or {}, block.get("element") or {}]:
            if element.get("action_id") == action_id:
                return block, element
    raise AssertionError(f"no control {action_id}")


def has_element(post: dict[str, Any], action_id: str) -> bool:
    """Whether a message has a control."""
    return any(element.get("action_id") == action_id for block in post["blocks"] for element in block.get("elements") or [])


def text_of(post: dict[str, Any]) -> str:
    """All words of a message or view, as Slack would show them, roughly."""
    return "\n".join(all_text(post.get("blocks") or [])).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def new_ts() -> str:
    """A message's time that no other message has."""
    return f"{time.time():.3f}{next(_numbers):03d}"


def encoded(payload: dict[str, Any]) -> tuple[str, str]:
    """A payload in the form in which Slack sends its kind."""
    if "command" in payload:
        return urlencode(payload), "application/x-www-form-urlencoded"
    if payload["type"] == "event_callback":
        return json.dumps(payload), "application/json"
    return urlencode({"payload": json.dumps(payload)}), "application/x-www-form-urlencoded"


def signed(body: str, secret: str = SECRET, at: Callable[[], float] = time.time) -> dict[str, Any]:
    """Slack's signature of a body."""
    stamp = str(int(at()))
    digest = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    return {"x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={digest}"}
