"""The manifest, and `sopbot slack check`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from bot.slack.check import MANIFEST, check, needed_scopes
from bot.slack.options import SlackOptions
from tests.slack_stand_in.server import APP_TOKEN, SERVER_ERROR, TOKEN, Fault, SlackStandIn, channel

SLACK_CODE = Path(MANIFEST).parent
CALLS = {
    "conversations_info": {"channels:read", "groups:read", "im:read", "mpim:read"},
    "conversations_members": {"channels:read", "groups:read", "mpim:read"},
    "conversations_replies": {"channels:history", "groups:history", "im:history", "mpim:history"},
    "conversations_history": {"channels:history", "groups:history", "im:history"},
    "conversations_list": {"im:read"},
    "users_info": {"users:read"},
    "users_list": {"users:read"},
    "chat_postMessage": {"chat:write"},
    "chat_update": {"chat:write"},
    "chat_getPermalink": set(),
    "assistant_threads_setSuggestedPrompts": {"assistant:write"},
    "views_open": set(),
    "views_update": set(),
    "views_publish": set(),
    "auth_test": set(),
    "apps_connections_open": set(),
}
"""Methods of the Web API that are called -> bot scopes that Slack's reference names for them."""


def manifest() -> Any:
    """The manifest, read."""
    return YAML(typ="safe").load(MANIFEST)


def test_scopes_are_those_of_the_calls_and_features_and_no_more() -> None:
    """Every scope is needed by a call or a feature in the code, and every call's scopes are there."""
    code = "\n".join(path.read_text() for path in SLACK_CODE.rglob("*.py"))
    called = set(re.findall(r"\.((?:conversations|users|chat|assistant_threads|views|auth|apps|reactions|files)_\w+)\(", code))
    assert called == set(CALLS)
    needed = set().union(*CALLS.values()) | {"app_mentions:read", "commands"}
    assert set(needed_scopes()) == needed
    assert len(needed_scopes()) == len(needed)


def test_every_scope_is_explained() -> None:
    """Whoever installs the app reads why, beside each scope, and in the docs."""
    docs = (SLACK_CODE.parents[1] / "docs" / "slack.md").read_text()
    for scope in needed_scopes():
        assert re.search(rf"- {re.escape(scope)} # \w", MANIFEST.read_text())
        assert f"`{scope}`" in docs


def test_what_the_code_listens_to_is_subscribed() -> None:
    """Events, command and shortcut of the manifest are those that listeners are registered for."""
    code = "\n".join(path.read_text() for path in (SLACK_CODE / "listeners").glob("*.py"))
    events = {event.split(".")[0] for event in manifest()["settings"]["event_subscriptions"]["bot_events"]}
    assert events == set(re.findall(r'app\.event\("(\w+)"\)', code))
    assert [one["command"] for one in manifest()["features"]["slash_commands"]] == re.findall(r'app\.command\("([^"]+)"\)', code)
    assert [one["callback_id"] for one in manifest()["features"]["shortcuts"]] == re.findall(r'app\.shortcut\("(\w+)"\)', code)


def options(slack: SlackStandIn, **more: Any) -> SlackOptions:
    """A set-up in which nothing is missing."""
    return SlackOptions(
        **{"bot_token": TOKEN, "signing_secret": "s", "app_token": APP_TOKEN, "api_url": slack.url, "owners_channel": "C0OWNERS", "digest_channel": "C0TEAM"}
        | more
    )


@pytest.mark.parametrize("transport", ["socket", "http"])
async def test_a_whole_set_up_is_well(slack: SlackStandIn, transport: Any) -> None:
    """Nothing is missing, and it says so of each part."""
    slack.scopes = ",".join(needed_scopes())
    findings = await check(options(slack), transport)
    assert [finding.ok for finding in findings] == [True] * 5


@pytest.mark.parametrize(
    ("more", "transport", "words"),
    [
        ({"bot_token": ""}, "socket", "SLACK_BOT_TOKEN is not set"),
        ({"bot_token": "xapp-1"}, "socket", "begins with xoxb-"),
        ({"bot_token": "xoxb-wrong"}, "socket", "invalid_auth"),
        ({"app_token": ""}, "socket", "SLACK_APP_TOKEN"),
        ({"app_token": "xapp-wrong"}, "socket", "invalid_auth"),
        ({"signing_secret": ""}, "http", "SLACK_SIGNING_SECRET"),
        ({"owners_channel": "C0NONE"}, "http", "channel_not_found"),
        ({"digest_channel": "C0NONE"}, "http", "The weekly digest goes to C0NONE, which Slack does not know here"),
        ({"digest_channel": "C0GUESTS"}, "http", "People from outside may read C0GUESTS"),
        ({"owners_channel": "C0CLOSED"}, "http", "no member of the owners' channel C0CLOSED. Write /invite @sopbot there."),
        ({"digest_channel": "C0CLOSED"}, "http", "no member of C0CLOSED, which gets the weekly digest. Write /invite @sopbot there."),
        ({"api_url": "http://127.0.0.1:9/api/"}, "http", "cannot be reached"),
    ],
)
async def test_each_missing_part_is_named_with_its_remedy(slack: SlackStandIn, more: dict[str, Any], transport: Any, words: str) -> None:
    """The one thing that is wrong is the one thing that is reported."""
    slack.scopes = ",".join(needed_scopes())
    slack.channels["C0CLOSED"] = channel("C0CLOSED", [], is_member=False)
    missing = [finding for finding in await check(options(slack, **more), transport) if not finding.ok]
    assert len(missing) == 1
    assert words in str(missing[0])


async def test_missing_scopes_are_listed(slack: SlackStandIn) -> None:
    """Exactly the scopes that the token lacks."""
    slack.scopes = ",".join(scope for scope in needed_scopes() if scope != "users:read")
    missing = [finding for finding in await check(options(slack), "http") if not finding.ok]
    assert [str(finding).split("scopes ")[1].split(".")[0] for finding in missing] == ["users:read"]


async def test_a_failing_slack_is_a_finding_and_no_traceback(slack: SlackStandIn) -> None:
    """Slack answers 500: the check says so."""
    slack.fail("auth.test", SERVER_ERROR, Fault(500))
    findings = await check(options(slack), "http")
    assert not findings[0].ok


async def test_where_slack_does_not_say_which_scopes_there_are_they_are_to_be_compared(slack: SlackStandIn) -> None:
    """As some proxies do, which leave the header out: nothing is said to be well that nobody has seen."""
    slack.scopes = ""
    missing = [finding for finding in await check(options(slack), "http") if not finding.ok]
    assert ["Compare them with bot/slack/manifest.yaml" in str(finding) for finding in missing] == [True]


async def test_what_is_not_wanted_is_not_missing(slack: SlackStandIn) -> None:
    """Without a channel for the owners or the digest, it is said how to get them."""
    slack.scopes = ",".join(needed_scopes())
    findings = [str(finding) for finding in await check(options(slack, owners_channel="", digest_channel=""), "http") if finding.ok]
    assert len(findings) == 5
    assert any("Set SOPBOT_SLACK_OWNERS_CHANNEL to offer it" in one for one in findings)
    assert any("Set SOPBOT_SLACK_DIGEST_CHANNEL to get one" in one for one in findings)


GOOD = Fault(200, {"ok": True, "user": "sopbot", "team": "Wrenfield"}, {"x-oauth-scopes": "none"})


@pytest.mark.parametrize(
    ("method", "before", "words"),
    [
        ("auth.test", [GOOD], ["which scopes the token has"]),
        ("conversations.info", [Fault(drop=True)], ["about C0OWNERS"]),  # a GET, which aiohttp asks once more
        ("auth.test", [GOOD, GOOD], ["scopes", "about C0TEAM"]),
        ("apps.connections.open", [], ["cannot be reached at"]),
    ],
)
async def test_a_connection_that_breaks_in_the_middle_is_a_finding(slack: SlackStandIn, method: str, before: list[Fault], words: list[str]) -> None:
    """Whatever was being asked is named, and the rest is looked at all the same."""
    slack.scopes = ",".join(needed_scopes())
    slack.fail(method, *before, Fault(drop=True))
    findings = await check(options(slack), "socket")
    missing = [str(finding) for finding in findings if not finding.ok]
    assert len(findings) == 5
    assert [word for word, one in zip(words, missing, strict=True) if word in one] == words
