"""A Slack set-up -> what is well, and what is missing with the remedy; behind `sopbot slack check`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ruamel.yaml import YAML
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.app import web_client
from bot.slack.audience import Directory
from bot.slack.options import SlackOptions
from bot.slack.posting import TROUBLE, error_code

MANIFEST = Path(__file__).parent / "manifest.yaml"
Transport = Literal["socket", "http"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    ok: bool
    text: str
    """What was found; with the remedy when it is not well."""

    def __str__(self) -> str:
        return f"{'ok     ' if self.ok else 'MISSING'}  {self.text}"


def needed_scopes() -> tuple[str, ...]:
    """The bot scopes of the manifest."""
    return tuple(YAML(typ="safe").load(MANIFEST)["oauth_config"]["scopes"]["bot"])


async def check(options: SlackOptions, transport: Transport) -> list[Finding]:
    """Look at a set-up, step by step, asking Slack itself.

    Args:
        options: as the bot would use them.
        transport: "socket" for Socket Mode, "http" for the events endpoint.

    Returns:
        Findings in the order in which they are mended.
    """
    findings = [await _bot_token(options)]
    if findings[0].ok:
        findings.append(await _scopes(options))
        findings.append(await _owners(options))
        findings.append(await _digest(options))
    findings.append(await _app_token(options) if transport == "socket" else _signing_secret(options))
    return findings


async def _bot_token(options: SlackOptions) -> Finding:
    if not options.bot_token:
        return Finding(False, "SLACK_BOT_TOKEN is not set. Copy the Bot User OAuth Token from OAuth & Permissions; it begins with xoxb-.")
    if not options.bot_token.startswith("xoxb-"):
        return Finding(False, "SLACK_BOT_TOKEN is no bot token: it begins with xoxb-. Copy it from OAuth & Permissions.")
    try:
        known = await web_client(options, options.bot_token).auth_test()
    except SlackApiError as error:
        return Finding(False, f"Slack does not accept SLACK_BOT_TOKEN ({error_code(error)}). Install the app to the workspace again and copy the new token.")
    except TROUBLE as error:
        return Finding(
            False, f"Slack cannot be reached at {options.base_url} ({type(error).__name__}). Check the network, and SOPBOT_SLACK_API_URL if you have set it."
        )
    return Finding(True, f"SLACK_BOT_TOKEN belongs to {known.get('user')} in {known.get('team')}.")


async def _scopes(options: SlackOptions) -> Finding:
    try:
        response = await web_client(options, options.bot_token).auth_test()
    except TROUBLE as error:
        return Finding(False, f"Slack could not be asked which scopes the token has ({type(error).__name__}). Try again.")
    header = next((value for name, value in response.headers.items() if name.lower() == "x-oauth-scopes"), "")
    granted = {scope.strip() for scope in (header if isinstance(header, str) else ",".join(header)).split(",") if scope.strip()}
    missing = [scope for scope in needed_scopes() if scope not in granted]
    if not granted:
        return Finding(False, "Slack does not say which scopes the token has. Compare them with bot/slack/manifest.yaml under OAuth & Permissions.")
    if missing:
        return Finding(False, f"The token lacks the scopes {', '.join(missing)}. Add them under OAuth & Permissions, then reinstall the app.")
    return Finding(True, f"The token has all {len(needed_scopes())} scopes.")


async def _owners(options: SlackOptions) -> Finding:
    if not options.owners_channel:
        return Finding(True, 'No channel for the SOP owners is set, so "Ask the SOP owners" is not offered. Set SOPBOT_SLACK_OWNERS_CHANNEL to offer it.')
    client = web_client(options, options.bot_token)
    try:
        found = (await client.conversations_info(channel=options.owners_channel))["channel"]
    except SlackApiError as error:
        return Finding(
            False,
            f"SOPBOT_SLACK_OWNERS_CHANNEL is {options.owners_channel}, which Slack does not know here ({error_code(error)}). Use the channel's id, and invite the app.",
        )
    except TROUBLE as error:
        return Finding(False, f"Slack could not be asked about {options.owners_channel} ({type(error).__name__}). Try again.")
    if found.get("is_member") is False:
        return Finding(False, f"The app is no member of the owners' channel {options.owners_channel}. Write /invite @sopbot there.")
    return Finding(True, f"The SOP owners are asked in {options.owners_channel}.")


async def _digest(options: SlackOptions) -> Finding:
    channel = options.digest_channel
    if not channel:
        return Finding(True, "No weekly digest is posted. Set SOPBOT_SLACK_DIGEST_CHANNEL to get one.")
    client = web_client(options, options.bot_token)
    try:
        known = await client.auth_test()
        found = (await client.conversations_info(channel=channel))["channel"]
    except SlackApiError as error:
        return Finding(False, f"The weekly digest goes to {channel}, which Slack does not know here ({error_code(error)}). Set SOPBOT_SLACK_DIGEST_CHANNEL.")
    except TROUBLE as error:
        return Finding(False, f"Slack could not be asked about {channel} ({type(error).__name__}). Try again.")
    if found.get("is_member") is False:
        return Finding(False, f"The app is no member of {channel}, which gets the weekly digest. Write /invite @sopbot there.")
    directory = Directory(client)
    directory.team_id, directory.own_id = str(known.get("team_id") or ""), str(known.get("user_id") or "")
    if await directory.of_channel(channel) != "internal":
        return Finding(
            False,
            f"People from outside may read {channel}, so the weekly digest, which names internal documents, is not posted there. "
            "Choose another with SOPBOT_SLACK_DIGEST_CHANNEL, or set SOPBOT_SLACK_DIGEST=off.",
        )
    return Finding(True, f"The weekly digest goes to {channel}.")


async def _app_token(options: SlackOptions) -> Finding:
    if not options.app_token.startswith("xapp-"):
        return Finding(
            False,
            "SLACK_APP_TOKEN is not set, or does not begin with xapp-. Make one under Basic Information > App-Level Tokens, with the scope connections:write.",
        )
    client = AsyncWebClient(base_url=options.base_url, timeout=options.request_seconds, retry_handlers=[])
    try:
        await client.apps_connections_open(app_token=options.app_token)
    except SlackApiError as error:
        return Finding(
            False, f"Slack opens no Socket Mode connection ({error_code(error)}). Switch Socket Mode on, and give the app token the scope connections:write."
        )
    except TROUBLE as error:
        return Finding(False, f"Slack cannot be reached at {options.base_url} ({type(error).__name__}).")
    return Finding(True, "Socket Mode can be opened with SLACK_APP_TOKEN.")


def _signing_secret(options: SlackOptions) -> Finding:
    if not options.signing_secret:
        return Finding(False, "SLACK_SIGNING_SECRET is not set. Copy it from Basic Information > App Credentials; without it no request is accepted.")
    return Finding(True, "SLACK_SIGNING_SECRET is set. Slack shows under Event Subscriptions whether it reaches https://YOUR-ADDRESS/slack/events.")
