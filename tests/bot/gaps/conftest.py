"""What the tests of gaps share."""

from __future__ import annotations

import pytest

from bot.database import Database
from tests.bot.gaps.support import World


@pytest.fixture
def world(database: Database) -> World:
    """Nobody has asked anything yet."""
    return World(database)
