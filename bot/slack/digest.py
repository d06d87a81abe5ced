"""Once a week, what happened -> one message in a channel: once with any number of processes, and later when Slack is away.

The week's claim is stored before anything is posted. What says that a week is done is the claim alone, so that a digest is
late when Slack does not take it, and never lost: the next one begins where the last one ended.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import uuid
from collections.abc import Callable
from datetime import UTC, datetime

from bot.digest import Digests
from bot.errors import LogUnavailable
from bot.slack.blocks.digest import digest_blocks, digest_text
from bot.slack.front import Front, in_thread, report
from bot.slack.idempotency import DIGEST
from bot.slack.inbox import kept_alive
from bot.slack.posting import Message, MessageRefused, Place, PostImpossible, PostUncertain, post_once
from bot.weekly import Weekly
from index.errors import GenerationError

_log = logging.getLogger(__name__)
_LOOK_SECONDS = 60.0
_AGAIN_SECONDS = 300.0
"""After how long a digest is tried again that could not be posted."""
_DUE = "%Y-%m-%dT%H:%MZ"


async def post_digests(front: Front, digests: Digests, weekly: Weekly, stop: asyncio.Event) -> None:
    """Post each week's digest until told to stop; one task for each process."""
    while not stop.is_set():
        try:
            await post_due(front, digests, weekly)
        except (LogUnavailable, GenerationError) as error:
            _log.warning("Slack: the digest cannot be made now (%s)", error)
        except Exception:  # noqa: BLE001 (the work goes on, whatever one digest does)
            _log.exception("Slack: the digest failed")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), _LOOK_SECONDS)


async def post_due(front: Front, digests: Digests, weekly: Weekly, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> bool:
    """Post the digest if it is due and nobody has posted it. The very first one comes when a week has gone by.

    Args:
        front: the parts; the options name the channel.
        digests: make it.
        weekly: when it is due.
        now: the clock; aware times.

    Returns:
        Whether it was posted.

    Raises:
        GenerationError: there is no index.
        LogUnavailable: the database cannot be used.
    """
    due = weekly.last(now())
    key, owner = f"{DIGEST}{due:{_DUE}}", uuid.uuid4().hex
    last = await in_thread(front.claims.newest, DIGEST)
    if last is None:
        if await in_thread(front.claims.claim, key, owner) != "taken":
            await in_thread(front.claims.finish, key, "answered")
        return False
    since = datetime.strptime(last.removeprefix(DIGEST), _DUE).replace(tzinfo=UTC)
    if since >= due or await in_thread(front.claims.claim, key, owner) == "taken":
        return False
    try:
        async with kept_alive(front, key, owner):
            ts = await _post(front, digests, since, due, key)
    except MessageRefused as error:  # ours to mend; the next digest tells of this week too
        report(error, f"posting the digest of {due:%Y-%m-%d}")
        await in_thread(front.claims.finish, key, "failed")
        return False
    if ts is None:
        await in_thread(front.claims.release, key, owner, _AGAIN_SECONDS)
        return False
    await in_thread(front.claims.finish, key, "answered", "", ts)
    return True


async def _post(front: Front, digests: Digests, since: datetime, due: datetime, key: str) -> str | None:
    """Its ts; None when it must not, or cannot, be posted now."""
    channel = front.options.digest_channel
    if not await front.learn_identity():
        return None
    if await front.directory.of_channel(channel) != "internal":
        _log.warning("Slack: the digest names internal documents and questions, and is not posted in %s, where people from outside may read", channel)
        return None
    digest = await in_thread(digests.between, since, due)
    message = Message(digest_blocks(digest, front.options.review_url), digest_text(digest))
    try:
        return await post_once(front.client, Place(channel), message, key, look_first=True)
    except (PostImpossible, PostUncertain) as error:
        _log.warning("Slack: the digest could not be posted in %s (%s); it is tried again", channel, error)
        return None
