"""How the bot behaves in a channel: set in Slack by whoever may, stored in the database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy import delete, insert, select

from bot.database import Database
from bot.slack.tables import channels

Mode = Literal["off", "mention", "every"]
Reach = Literal["auto", "public"]


@dataclass(frozen=True, slots=True)
class ChannelSetting:
    """What was set for a channel; the defaults hold where nothing was."""

    channel: str
    mode: Mode = "mention"
    """off: never answers here. mention: answers when mentioned. every: answers every question it has something for."""
    audience: Reach = "auto"
    """auto: internal documents when Slack confirms that only members read here. public: never internal ones."""
    owners: str = ""
    """Channel of the people who own the procedures asked for here; empty for the general setting."""
    set_by: str = ""


class ChannelSettings:
    """Stored settings. Every method raises `LogUnavailable`.

    Args:
        database: migrated.
        now: the clock; aware times.
    """

    def __init__(self, database: Database, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._database = database
        self._now = now

    def get(self, channel: str) -> ChannelSetting:
        """What holds in a channel."""
        with self._database.read() as connection:
            row = connection.execute(select(channels).where(channels.c.channel == channel)).mappings().one_or_none()
        return ChannelSetting(**{name: row[name] for name in ChannelSetting.__slots__}) if row else ChannelSetting(channel)

    def set(self, setting: ChannelSetting) -> None:
        """Store what somebody set."""
        values = {name: getattr(setting, name) for name in ChannelSetting.__slots__} | {"set_at": self._now()}
        with self._database.write() as connection:
            connection.execute(delete(channels).where(channels.c.channel == setting.channel))
            connection.execute(insert(channels), values)


def may_change(user: str, leads: tuple[str, ...], is_admin: bool) -> bool:
    """Whether somebody may change settings: people named as leads, and admins of the workspace."""
    return user in leads or is_admin
