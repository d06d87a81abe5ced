"""Settings -> whoever purges, exports and erases what is kept about people."""

from __future__ import annotations

from bot.cli.wiring import pepper
from bot.database import Database
from bot.gaps.personal_data import GapData
from bot.privacy.holders import QuestionData, SignInData
from bot.privacy.keeper import Keeper
from bot.settings import Settings
from bot.slack.personal_data import SlackData


def open_keeper(settings: Settings, database: Database) -> Keeper:
    """Knows every part that keeps something about people."""
    return Keeper(database, (GapData(), QuestionData(), SlackData(), SignInData()), pepper(settings))
