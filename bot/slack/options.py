"""What a Slack front end needs to know from outside; filled from the settings once, at the start."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

SLACK_API_URL = "https://slack.com/api/"


@dataclass(frozen=True, slots=True)
class SlackOptions:
    """How to reach Slack, whom to ask, and how long to wait."""

    bot_token: str = ""
    """`SLACK_BOT_TOKEN`, begins with xoxb-."""
    signing_secret: str = ""
    """`SLACK_SIGNING_SECRET`; needed for HTTP only."""
    app_token: str = ""
    """`SLACK_APP_TOKEN`, begins with xapp-; needed for Socket Mode only."""
    api_url: str = SLACK_API_URL
    """`SOPBOT_SLACK_API_URL`: base address of the Web API."""
    owners_channel: str = ""
    """Id of the channel where "ask the SOP owners" and feedback arrive; empty switches the button off."""
    digest_channel: str = ""
    """Id of the channel that gets the weekly digest; empty for no digest."""
    review_url: str = ""
    """Address of the review page, without a slash at its end; empty when `SOPBOT_PUBLIC_URL` does not say."""
    leads: tuple[str, ...] = ()
    """User ids that may change channel settings and see gaps; workspace admins may as well."""
    ack_seconds: float = 1.5
    """How long storing an event may keep its acknowledgement waiting; Slack gives up after 3."""
    claim_seconds: float = 15.0
    """How long to go on trying to store an event when the database is busy."""
    lease_seconds: float = 20.0
    """After how long an unfinished answer is taken over by another worker."""
    edit_seconds: float = 300.0
    """Within how long after asking an edited question changes its answer."""
    request_seconds: int = 10
    """How long one call of the Web API may take."""

    fallback_dir: Path = Path(tempfile.gettempdir()) / "sopbot-slack-claims"
    """Folder for claims while the database is locked; the same for all workers of a machine."""

    def __repr__(self) -> str:
        return f"SlackOptions(api_url={self.api_url!r}, owners_channel={self.owners_channel!r})"

    @property
    def base_url(self) -> str:
        """The Web API's address with exactly one slash at its end."""
        return f"{self.api_url.rstrip('/')}/"
