"""A message to Slack and once only: found again wherever it stands, posted where nobody may look, and given up for good reasons."""

from __future__ import annotations

import pytest
from slack_sdk.models.blocks import SectionBlock
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.app import web_client
from bot.slack.options import SlackOptions
from bot.slack.posting import Message, MessageRefused, Place, PostImpossible, change, post_once
from tests.slack_stand_in.server import SERVER_ERROR, TOKEN, Fault, SlackStandIn

THREAD = "1790000000.000001"


@pytest.fixture
def client(slack: SlackStandIn) -> AsyncWebClient:
    """The bot's own client."""
    return web_client(SlackOptions(bot_token=TOKEN, api_url=slack.url), TOKEN)


def message(text: str) -> Message:
    """One section."""
    return Message([SectionBlock(text=text)], text)


def refusal(error: str) -> Fault:
    """Slack says no."""
    return Fault(200, {"ok": False, "error": error})


@pytest.mark.parametrize("place", [Place("C0TEAM", THREAD), Place("C0TEAM"), Place("U0MATE")])
async def test_a_reply_is_found_on_whatever_page_it_stands(slack: SlackStandIn, client: AsyncWebClient, place: Place) -> None:
    """Among others, in a thread, a channel or a direct message: it is not posted a second time, and another one is."""
    sent = [await post_once(client, place, message(f"Number {number}"), f"reply:{number}") for number in range(5)]
    slack.page_size = 2
    assert [await post_once(client, place, message("Again"), f"reply:{number}", look_first=True) for number in range(5)] == sent
    assert len(slack.posts) == 5
    assert await post_once(client, place, message("New"), "reply:5", look_first=True) not in sent
    assert len(slack.posts) == 6


async def test_a_reply_is_found_by_its_block_where_slack_keeps_no_metadata(slack: SlackStandIn, client: AsyncWebClient) -> None:
    """Its first block carries the same name."""
    sent = await post_once(client, Place("C0TEAM"), message("Once"), "reply:1")
    del slack.posts[0]["metadata"]
    assert await post_once(client, Place("C0TEAM"), message("Twice"), "reply:1", look_first=True) == sent


@pytest.mark.parametrize(
    ("method", "error", "place"),
    [
        ("conversations.replies", "thread_not_found", Place("C0TEAM", THREAD)),
        ("conversations.history", "missing_scope", Place("C0TEAM")),
        ("conversations.list", "missing_scope", Place("U0MATE")),
    ],
)
async def test_where_nobody_may_look_it_is_posted(slack: SlackStandIn, client: AsyncWebClient, method: str, error: str, place: Place) -> None:
    """Better twice in a rare case than never."""
    slack.fail(method, refusal(error))
    await post_once(client, place, message("Here"), "reply:1", look_first=True)
    assert len(slack.posts) == 1


@pytest.mark.parametrize(
    ("method", "place"), [("conversations.history", Place("C0TEAM")), ("conversations.list", Place("U0MATE")), ("chat.postMessage", Place("C0TEAM"))]
)
async def test_what_will_not_pass_is_given_up_at_once(slack: SlackStandIn, client: AsyncWebClient, method: str, place: Place) -> None:
    """An account that was closed does not open again while we wait."""
    slack.fail(method, refusal("account_inactive"))
    with pytest.raises(PostImpossible, match="account_inactive"):
        await post_once(client, place, message("Here"), "reply:1", look_first=True)
    assert slack.posts == []


@pytest.mark.parametrize("fault", [SERVER_ERROR, Fault(drop=True), refusal("fatal_error")])
async def test_a_change_is_tried_again(slack: SlackStandIn, client: AsyncWebClient, fault: Fault) -> None:
    """What passes by itself is waited for; the message then reads as wished, and is found under its name."""
    sent = await post_once(client, Place("C0TEAM"), message("Before"), "reply:1")
    slack.fail("chat.update", fault)
    await change(client, "C0TEAM", sent, message("After"), "reply:1")
    assert [post["text"] for post in slack.posts] == ["After"]
    assert await post_once(client, Place("C0TEAM"), message("Again"), "reply:1", look_first=True) == sent


@pytest.mark.parametrize(("error", "expected"), [("msg_too_long", MessageRefused), ("message_not_found", PostImpossible)])
async def test_a_change_that_slack_will_never_take_is_said(
    slack: SlackStandIn, client: AsyncWebClient, error: str, expected: type[MessageRefused | PostImpossible]
) -> None:
    """Too long is a matter of the message, gone a matter of the place."""
    sent = await post_once(client, Place("C0TEAM"), message("Before"), "reply:1")
    slack.fail("chat.update", refusal(error))
    with pytest.raises(expected, match=error):
        await change(client, "C0TEAM", sent, message("After"), "reply:1")
    assert [post["text"] for post in slack.posts] == ["Before"]
