"""Who may see what: "internal" only where Slack has confirmed that everybody who can read it is a full member.

Everything that Slack does not say, says late, or says wrongly counts as public.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.posting import TROUBLE
from index.records import Audience

_log = logging.getLogger(__name__)
_CACHED_SECONDS = 600.0
_MAX_MEMBER_PAGES = 10
_ASK_ONE_BY_ONE = 30
_TROUBLE = (*TROUBLE, ValueError, LookupError, TypeError)


def user_audience(user: dict[str, Any] | None, team_id: str) -> Audience:
    """What a person may see.

    Args:
        user: Slack's `user` object; None when Slack would not say.
        team_id: our workspace.
    """
    if not user or not team_id or user.get("deleted") or user.get("is_stranger"):
        return "public"
    if user.get("is_restricted") is not False or user.get("is_ultra_restricted"):  # a single-channel guest is both
        bot = user.get("is_bot") is True and "is_restricted" not in user
        return "internal" if bot and user.get("team_id") == team_id else "public"
    return "internal" if user.get("team_id") == team_id else "public"


def may_hold_internal(channel: dict[str, Any] | None) -> bool:
    """Whether a channel is one of our workspace alone; its members have to be looked at all the same."""
    if not channel or channel.get("is_archived"):
        return False
    outside = ("is_shared", "is_ext_shared", "is_org_shared", "is_pending_ext_shared", "is_global_shared")
    stated = any(name in channel for name in outside) or channel.get("is_mpim") or channel.get("is_group")
    return bool(stated) and not any(channel.get(name) for name in outside) and not channel.get("pending_shared")


class Directory:
    """Asks Slack who somebody is and who reads a channel; remembers it for ten minutes.

    Args:
        client: for the Web API.
        clock: seconds; only differences count.
    """

    def __init__(self, client: AsyncWebClient, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._clock = clock
        self._users: dict[str, tuple[float, dict[str, Any]]] = {}
        self._channels: dict[str, tuple[float, Audience]] = {}
        self.team_id = ""
        """Our workspace; empty until `auth.test` has answered, and until then nothing is internal."""
        self.own_id = ""
        """The bot's own user id."""

    async def user(self, user_id: str) -> dict[str, Any] | None:
        """Slack's description of a person, or None when it cannot be had."""
        held = self._users.get(user_id)
        if held and held[0] > self._clock():
            return held[1]
        try:
            response = await self._client.users_info(user=user_id)
            self._keep(response["user"])
            return dict(response["user"])
        except _TROUBLE as error:
            _log.warning("Slack does not say who %s is (%s); they count as an outsider", user_id, type(error).__name__)
            return None

    async def of_user(self, user_id: str) -> Audience:
        """What a person may see when nobody else reads it."""
        return user_audience(await self.user(user_id), self.team_id)

    async def of_channel(self, channel_id: str) -> Audience:
        """What may be posted in a channel."""
        held = self._channels.get(channel_id)
        if held and held[0] > self._clock():
            return held[1]
        try:
            audience = await self._look(channel_id)
        except _TROUBLE as error:
            _log.warning("Slack does not say who reads %s (%s); it counts as shared", channel_id, type(error).__name__)
            return "public"
        self._channels[channel_id] = (self._clock() + _CACHED_SECONDS, audience)
        return audience

    async def of(self, user_id: str, channel_id: str, direct: bool) -> Audience:
        """What a person may see in a place."""
        if await self.of_user(user_id) == "public":
            return "public"
        return "internal" if direct else await self.of_channel(channel_id)

    def forget(self, channel_id: str) -> None:
        """Somebody has joined a channel: look again."""
        self._channels.pop(channel_id, None)

    async def _look(self, channel_id: str) -> Audience:
        info = (await self._client.conversations_info(channel=channel_id, include_num_members=True))["channel"]
        if info.get("is_im"):
            return await self.of_user(str(info["user"]))
        if not may_hold_internal(info):
            return "public"
        members = await self._members(channel_id)
        if members is None or not members:
            return "public"
        unknown = [member for member in members if not self._known(member)]
        if len(unknown) > _ASK_ONE_BY_ONE:
            await self._read_everybody()
        for member in members:
            person = {} if member == self.own_id else await self.user(member)
            if person is None:
                raise LookupError(member)  # not known now: public, and asked again next time
            if member != self.own_id and user_audience(person, self.team_id) == "public":
                return "public"
        return "internal"

    async def _members(self, channel_id: str) -> list[str] | None:
        """Everybody in a channel; None when there are too many to know."""
        members: list[str] = []
        cursor = ""
        for _ in range(_MAX_MEMBER_PAGES):
            response = await self._client.conversations_members(channel=channel_id, limit=1000, cursor=cursor or None)
            members += response["members"]
            cursor = (response.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return members
        return None

    async def _read_everybody(self) -> None:
        """One list instead of hundreds of single questions."""
        cursor = ""
        while True:
            response = await self._client.users_list(limit=500, cursor=cursor or None)
            for user in response["members"]:
                self._keep(user)
            cursor = (response.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return

    def _known(self, user_id: str) -> bool:
        held = self._users.get(user_id)
        return bool(held and held[0] > self._clock())

    def _keep(self, user: dict[str, Any]) -> None:
        self._users[str(user["id"])] = (self._clock() + _CACHED_SECONDS, user)
