"""Who answers for a document or a channel -> a place in Slack where they read."""

from __future__ import annotations

from dataclasses import dataclass

from bot.slack.audience import user_audience
from bot.slack.channel_settings import ChannelSetting
from bot.slack.front import Front
from bot.slack.posting import TROUBLE
from index.records import Audience, Entry


@dataclass(frozen=True, slots=True)
class OwnersPlace:
    """Where to write to owners."""

    channel: str
    """A channel's id, or a user's for a direct message."""
    mention: str
    """Markup that tells the owner by name; empty when Slack knows nobody of that name."""


async def owners_place(front: Front, setting: ChannelSetting, entry: Entry | None) -> OwnersPlace | None:
    """Find where the owner of a document reads.

    Args:
        front: the parts.
        setting: of the channel in which it was asked; its owner group comes first, then the general one.
        entry: whose owner is meant; None for a question that no entry answers.

    Returns:
        None when nobody can be reached, or an internal document's title would leave the team there.
    """
    owner = await _by_name(front, entry.owner) if entry and entry.owner else ""
    needed: Audience = entry.audience if entry else "public"
    channel = setting.owners or front.options.owners_channel
    if channel and (needed == "public" or await front.directory.of_channel(channel) == "internal"):
        return OwnersPlace(channel, f"<@{owner}>" if owner else "")
    if owner and (needed == "public" or await front.directory.of_user(owner) == "internal"):
        return OwnersPlace(owner, f"<@{owner}>")
    return None


async def _by_name(front: Front, owner: str) -> str:
    """The one full member with this name, or "" when there is none or several; owners are written "Name, Role"."""
    await front.learn_identity()
    name = owner.partition(",")[0].strip().casefold()
    cursor, found = "", []
    try:
        while True:
            response = await front.client.users_list(limit=500, cursor=cursor or None)
            found += [
                user["id"]
                for user in response["members"]
                if str(user.get("real_name") or "").casefold() == name and not user.get("is_bot") and user_audience(user, front.identity.team_id) == "internal"
            ]
            cursor = (response.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return found[0] if len(found) == 1 else ""
    except TROUBLE:
        return ""
