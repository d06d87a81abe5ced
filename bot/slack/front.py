"""Everything a listener works with, in one immutable value."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import ParamSpec, Protocol, TypeVar

import aiohttp
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.ask import Asker
from bot.gaps.actions import GapActions
from bot.gaps.reading import GapList
from bot.query_log import QueryLog
from bot.slack.answers import Answers
from bot.slack.audience import Directory
from bot.slack.channel_settings import ChannelSettings
from bot.slack.checklists import Checklists
from bot.slack.handovers import Handovers
from bot.slack.idempotency import Claims
from bot.slack.options import SlackOptions
from index.records import Audience, Entry, Hit

_log = logging.getLogger(__name__)
P = ParamSpec("P")
T = TypeVar("T")


class OpenIndex(Protocol):
    """One generation; `index.search.Index` is one."""

    generation: str

    def search(self, question: str, audience: Audience, limit: int) -> tuple[Hit, ...]:
        """Best first."""
        ...

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
        except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            _log.warning("Slack does not say who this app is (%s); until it does, only public documents are shown", type(error).__name__)
            return False
        self.identity.user_id = self.directory.own_id = str(response.get("user_id") or "")
        self.identity.bot_id = str(response.get("bot_id") or "")
        self.identity.team_id = self.directory.team_id = str(response.get("team_id") or "")
        return bool(self.identity.team_id)


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
