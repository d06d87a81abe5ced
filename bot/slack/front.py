"""Everything a listener works with, in one immutable value."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import ParamSpec, Protocol, TypeVar

from slack_sdk.web.async_client import AsyncWebClient

from bot.ask import Asker
from bot.gaps.actions import GapActions
from bot.gaps.reading import GapList
from bot.query_log import QueryLog
from bot.slack.answers import Answers
from bot.slack.audience import Directory
from bot.slack.channel_settings import ChannelSettings, may_change
from bot.slack.checklists import Checklists
from bot.slack.handovers import Handovers
from bot.slack.idempotency import Claims
from bot.slack.options import SlackOptions
from bot.slack.posting import TROUBLE
from index.records import Audience, Entry

_log = logging.getLogger(__name__)
P = ParamSpec("P")
T = TypeVar("T")


class OpenIndex(Protocol):
    """One generation; `index.search.Index` is one."""

    generation: str

    def entry(self, entry_id: str, audience: Audience) -> Entry | None:
        """By id, or None when this audience has none such."""
        ...

    def entries(self, audience: Audience) -> tuple[Entry, ...]:
        """All that this audience may see."""
        ...

    def past_review(self, today: date) -> tuple[Entry, ...]:
        """Those past their review date, the longest first; for leads."""
        ...


class IndexNow(Protocol):
    """Gives the generation that is current; `index.current.CurrentIndex` is one."""

    def get(self) -> OpenIndex:
        """Raises GenerationError when there is none."""
        ...


@dataclass(slots=True)
class Identity:
    """Who we are; learnt from `auth.test`."""

    user_id: str = ""
    bot_id: str = ""
    team_id: str = ""


@dataclass(frozen=True, slots=True)
class Front:
    """The Slack front end's parts."""

    client: AsyncWebClient
    asker: Asker
    index: IndexNow
    log: QueryLog
    options: SlackOptions
    directory: Directory
    claims: Claims
    answers: Answers
    channels: ChannelSettings
    checklists: Checklists
    handovers: Handovers
    today: Callable[[], date]
    gaps: GapList
    """Questions that nothing answers, for leads."""
    gap_actions: GapActions
    identity: Identity = field(default_factory=Identity)
    in_work: set[str] = field(default_factory=set)
    """Keys that this process answers right now."""

    async def learn_identity(self) -> bool:
        """Ask Slack who we are, unless we know.

        Returns:
            Whether we know now.
        """
        if self.identity.team_id:
            return True
        try:
            response = await self.client.auth_test()
        except TROUBLE as error:
            _log.warning("Slack does not say who this app is (%s); until it does, only public documents are shown", type(error).__name__)
            return False
        self.identity.user_id = self.directory.own_id = str(response.get("user_id") or "")
        self.identity.bot_id = str(response.get("bot_id") or "")
        self.identity.team_id = self.directory.team_id = str(response.get("team_id") or "")
        return bool(self.identity.team_id)

    def known_as(self, user: str) -> str:
        """Somebody as the log knows them, by their Slack user id."""
        return f"{self.identity.team_id}:{user}"

    async def may_lead(self, user: str) -> bool:
        """Whether somebody may change settings and sees gaps: a full member who is named as a lead, or an admin of the workspace."""
        if await self.directory.of_user(user) != "internal":
            return False
        person = await self.directory.user(user) or {}
        return may_change(user, self.options.leads, bool(person.get("is_admin") or person.get("is_owner")))


async def in_thread(function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Run something that blocks for milliseconds (search, database) outside the event loop."""
    return await asyncio.to_thread(function, *args, **kwargs)


def new_reference() -> str:
    """An id that a person can read out, and that stands beside the traceback in the log."""
    return "S-" + "".join(secrets.choice("ABCDEFGHJKMNPQRSTVWXYZ23456789") for _ in range(6))


def report(error: BaseException, doing: str) -> str:
    """Write an error to the log.

    Returns:
        The reference under which it stands there.
    """
    reference = new_reference()
    _log.error("%s: %s failed", reference, doing, exc_info=error)
    return reference
