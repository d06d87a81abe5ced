"""A stand-in for Slack, and a bot that talks to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from index.corpus import read_corpus
from index.records import Entry
from tests.bot.slack.support import World, make_world
from tests.fakes import KNOWLEDGE
from tests.slack_stand_in.server import SlackStandIn


@pytest.fixture(scope="session")
def entries() -> tuple[Entry, ...]:
    """All starter entries."""
    return read_corpus(KNOWLEDGE).entries


@pytest.fixture
async def slack() -> AsyncIterator[SlackStandIn]:
    """Slack."""
    stand_in = SlackStandIn()
    await stand_in.start()
    yield stand_in
    await stand_in.stop()


@pytest.fixture
async def world(slack: SlackStandIn, tmp_path: Path, entries: tuple[Entry, ...]) -> AsyncIterator[World]:
    """A bot and its Slack."""
    made = make_world(slack, tmp_path / "sopbot.db", entries)
    yield made
    await made.settle()
    made.database.close()
