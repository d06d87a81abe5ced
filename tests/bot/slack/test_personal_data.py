"""Personal data that people write in Slack -> nowhere on disk."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from bot.slack.checklists import Checklists
from bot.slack.waiting import kept_event
from index.records import Entry
from tests.bot.slack.support import make_world
from tests.e2e.test_personal_data import leaks
from tests.personal_data import messages
from tests.slack_stand_in.server import SlackStandIn


async def test_messages_in_slack_leave_nothing_on_disk(
    slack: SlackStandIn, tmp_path: Path, entries: tuple[Entry, ...], caplog: pytest.LogCaptureFixture
) -> None:
    """Mentions, and what is written into checklists: nothing of it can be read in the database or the log."""
    caplog.set_level(logging.INFO)
    sent = messages(66)
    world = make_world(slack, tmp_path / "sopbot.db", entries[:8])
    for message in sent:
        await world.ask(message.text)
    walk = Checklists(world.database)
    begun = walk.start(next(entry for entry in entries if entry.steps), "C1", "1.1", "U1")
    for message in sent:
        walk.note(begun.id, 0, message.text, "U1")
        walk.skip(begun.id, 1, message.text, "U1")
    assert leaks(tmp_path, caplog.text, sent) == []
    await world.settle()
    world.database.close()
    assert leaks(tmp_path, caplog.text, sent) == []


def test_what_waits_to_be_answered_is_masked_and_still_understood() -> None:
    """Of a message event only what answering needs is kept: mentions as they are, text masked, no blocks that repeat it."""
    event = {
        "type": "app_mention", "user": "U042", "channel": "C1", "ts": "1.1", "text": "<@U0123456789> I'm Jane Doe, ring 07700 900123 in <#C1|general>",
        "blocks": [{"text": "ring 07700 900123"}], "files": [{"name": "jane.png"}], "client_msg_id": "x",
    }  # fmt: skip
    assert kept_event(event) == {
        "type": "app_mention", "user": "U042", "channel": "C1", "ts": "1.1", "text": "<@U0123456789> I'm [name], ring [phone] in <#C1|general>",
    }  # fmt: skip
