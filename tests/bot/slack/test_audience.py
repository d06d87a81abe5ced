"""Who sees what: internal documents only where Slack has confirmed that everybody is a member."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.slack.audience import may_hold_internal, user_audience
from tests.bot.slack.support import REFUND, World, command, envelope, has_element, message_event, text_of
from tests.slack_stand_in.server import BOT_USER, SERVER_ERROR, TEAM, Fault, channel, person


@pytest.mark.parametrize(
    ("place", "user"),
    [("C0SHARED", "U0AGENT"), ("C0SHARED", "U0OTHER"), ("C0GUESTS", "U0AGENT"), ("C0GUESTS", "U0GUEST"), ("D0GUEST", "U0GUEST"), ("D0OTHER", "U0OTHER")],
)
async def test_nothing_internal_is_read_from_outside(world: World, place: str, user: str) -> None:
    """Shared channels, channels with guests, and direct messages of outsiders show no word of an internal document."""
    await world.ask(REFUND, place, user)
    shown = json.dumps(world.slack.posts)
    assert world.slack.posts
    for entry in world.index.get().entries("internal"):
        if entry.audience == "internal":
            assert f'"{entry.id}"' not in shown
            assert not any(entry.title in block.get("text", {}).get("text", "") for post in world.slack.posts for block in post["blocks"])


@pytest.mark.parametrize("method", ["conversations.info", "conversations.members", "users.info"])
async def test_when_slack_does_not_say_it_counts_as_shared(world: World, method: str) -> None:
    """Slack answers with errors instead of facts: only public documents are shown."""
    world.slack.fail(method, *[Fault(200, {"ok": False, "error": "missing_scope"})] * 5)
    await world.ask(REFUND)
    assert "Put the money right" not in text_of(world.last())
    assert "When will I get my refund?" in text_of(world.last())


async def test_until_slack_says_who_we_are_nothing_is_internal(world: World) -> None:
    """auth.test fails: a public answer is all there is, and the next question is answered in full."""
    world.slack.fail("auth.test", *[SERVER_ERROR] * 3)
    await world.ask(REFUND)
    assert "Put the money right" not in text_of(world.last())
    world.slack.faults["auth.test"].clear()
    await world.ask(REFUND)
    assert "Put the money right" in text_of(world.last())


async def test_a_member_of_a_plain_channel_sees_internal_documents(world: World) -> None:
    """The same question among members is answered in full: the tests above do not pass because nothing is ever shown."""
    await world.ask(REFUND)
    assert "Put the money right" in text_of(world.last())


@pytest.mark.parametrize(("place", "user", "named"), [("C0TEAM", "U0AGENT", True), ("C0SHARED", "U0AGENT", False), ("D0GUEST", "U0GUEST", False)])
async def test_people_outside_do_not_learn_who_answers_for_a_document(world: World, place: str, user: str, named: bool) -> None:
    """A public answer names its owner among members only; the same below a button, and on the Home tab."""
    entry = next(entry for entry in world.index.get().entries("internal") if entry.owner and entry.audience == "public")
    await world.ask(entry.title, place, user)
    answer = world.last()
    assert entry.title in text_of(answer)
    assert (entry.owner in text_of(answer)) == named
    await world.deliver(envelope({"type": "app_home_opened", "user": user, "tab": "home"}))
    assert ("Owner: " in json.dumps(world.slack.homes[user])) == (user == "U0AGENT")


async def test_a_guest_who_joins_is_noticed(world: World) -> None:
    """A channel that was the team's own is public from the moment a guest is in it."""
    await world.ask(REFUND)
    assert "Put the money right" in text_of(world.last())
    world.slack.channels["C0TEAM"]["members"].append("U0GUEST")
    await world.deliver(envelope({"type": "member_joined_channel", "channel": "C0TEAM", "user": "U0GUEST"}))
    await world.ask(REFUND)
    assert "Put the money right" not in text_of(world.last())


async def test_a_click_from_outside_shows_nothing_internal(world: World) -> None:
    """An answer that stands in a channel cannot be unfolded by a guest who came later."""
    await world.ask(REFUND)
    post = world.last()
    assert has_element(post, "reply.use")
    await world.press(post, "reply.use", user="U0GUEST")
    assert world.slack.opened == []
    assert "can no longer be shown here" in text_of(world.slack.responses[-1])


async def test_a_private_answer_in_a_shared_channel_is_public_only(world: World) -> None:
    """/sop in a shared channel answers from public documents, and says why."""
    await world.deliver(command(world.slack, "xylophone refund complaint zeppelin quokka", "C0SHARED"))
    assert "public documents only" in text_of(world.slack.responses[-1])
    assert "Handle a refund complaint" not in text_of(world.slack.responses[-1])


async def test_prompts_and_home_of_a_guest_name_nothing_internal(world: World) -> None:
    """Suggested prompts and the Home tab of a guest come from public documents."""
    internal = {entry.title for entry in world.index.get().entries("internal") if entry.audience == "internal"}
    await world.deliver(envelope({"type": "app_home_opened", "user": "U0GUEST", "channel": "D0GUEST", "tab": "messages"}))
    await world.deliver(envelope({"type": "app_home_opened", "user": "U0GUEST", "channel": "D0GUEST", "tab": "home"}))
    shown = json.dumps([world.slack.prompts, world.slack.homes["U0GUEST"]])
    assert world.slack.prompts
    assert not [title for title in internal if title in shown]
    assert "Questions without a good answer" not in shown


async def test_a_big_channel_is_read_with_one_list(world: World) -> None:
    """Hundreds of members cost one list of users, not hundreds of calls; the one guest among them is found."""
    members = [f"U{number:05d}" for number in range(300)]
    world.slack.users |= {member: person(member) for member in members}
    world.slack.channels["C0BIG"] = channel("C0BIG", [*members, "U0AGENT", BOT_USER])
    await world.ask(REFUND, "C0BIG")
    assert "Put the money right" in text_of(world.last())
    assert len(world.slack.called("users.info")) < 5
    world.slack.users["U00250"]["is_restricted"] = True
    world.front.directory.forget("C0BIG")
    world.front.directory._users.clear()
    await world.ask(REFUND, "C0BIG")
    assert "Put the money right" not in text_of(world.last())


async def test_a_guest_on_a_later_page_is_found(world: World) -> None:
    """Slack names members in pages; the one guest may stand on any of them."""
    world.slack.page_size = 2
    await world.ask(REFUND)
    assert "Put the money right" in text_of(world.last())
    world.slack.channels["C0TEAM"]["members"].append("U0GUEST")
    world.front.directory.forget("C0TEAM")
    await world.ask(REFUND)
    assert "Put the money right" not in text_of(world.last())


async def test_everybody_is_read_to_the_last_page(world: World) -> None:
    """Whoever stands at the end of the list of people is known from it as well."""
    members = [f"U{number:05d}" for number in range(40)]
    world.slack.users |= {member: person(member) for member in members}
    world.slack.channels["C0BIG"] = channel("C0BIG", [*members, "U0AGENT", BOT_USER])
    world.slack.page_size = 25
    await world.ask(REFUND, "C0BIG")
    assert "Put the money right" in text_of(world.last())
    assert len(world.slack.called("users.info")) < 5


async def test_a_channel_of_too_many_members_to_know_counts_as_shared(world: World) -> None:
    """What cannot be looked at whole is not taken to be well."""
    world.slack.page_size = 1
    members = [f"U{number:05d}" for number in range(10)]
    world.slack.users |= {member: person(member) for member in members}
    world.slack.channels["C0BIG"] = channel("C0BIG", ["U0AGENT", *members, BOT_USER])
    await world.ask(REFUND, "C0BIG")
    assert "Put the money right" not in text_of(world.last())
    world.slack.page_size = 2
    world.front.directory.forget("C0BIG")
    await world.ask(REFUND, "C0BIG")
    assert "Put the money right" in text_of(world.last())


async def test_a_channel_without_members_counts_as_shared(world: World) -> None:
    """Slack names nobody, though somebody must be there to ask."""
    world.slack.channels["C0NONE"] = channel("C0NONE", [])
    await world.ask(REFUND, "C0NONE")
    assert "Put the money right" not in text_of(world.last())


@pytest.mark.parametrize(
    ("user", "seen"),
    [
        (person("U1"), "internal"),
        (None, "public"),
        ({}, "public"),
        ({"id": "U1", "team_id": TEAM}, "public"),
        (person("U1", is_restricted=True), "public"),
        (person("U1", is_ultra_restricted=True), "public"),
        (person("U1", team="T0ELSE"), "public"),
        (person("U1", team=""), "public"),
        ({"id": "B1", "team_id": TEAM, "is_bot": True}, "internal"),
        ({"id": "B1", "team_id": "T0ELSE", "is_bot": True}, "public"),
        (person("U1", is_stranger=True), "public"),
        (person("U1", deleted=True), "public"),
    ],
)
def test_only_a_full_member_of_our_workspace_is_inside(user: dict[str, Any] | None, seen: str) -> None:
    """Everything that Slack does not confirm is outside."""
    assert user_audience(user, TEAM) == seen
    assert user_audience(user, "") == "public"


@pytest.mark.parametrize("flag", ["is_shared", "is_ext_shared", "is_org_shared", "is_pending_ext_shared", "is_archived", "pending_shared", "is_global_shared"])
def test_a_shared_channel_never_holds_internal(flag: str) -> None:
    """Any kind of sharing, even one that is only pending, closes a channel."""
    assert may_hold_internal(channel("C1", []))
    assert not may_hold_internal(channel("C1", [], **{flag: True}))
    assert not may_hold_internal({"id": "C1", "is_channel": True})
    assert not may_hold_internal(None)


async def test_a_channel_that_is_about_to_be_shared_is_shared(world: World) -> None:
    """Though nobody from outside is in it yet: what is posted now will be read by them."""
    world.slack.channels["C0SOON"] = channel("C0SOON", ["U0AGENT", BOT_USER], is_pending_ext_shared=True)
    await world.ask(REFUND, "C0SOON")
    assert "Put the money right" not in text_of(world.last())


async def test_the_message_event_of_a_shared_channel_is_checked_too(world: World) -> None:
    """A direct question in a group of people counts as a channel."""
    world.slack.channels["G0MANY"] = channel("G0MANY", ["U0AGENT", "U0OTHER", BOT_USER], is_mpim=True)
    await world.deliver(message_event(f"<@{BOT_USER}> {REFUND}", "G0MANY", mention=True))
    assert "Put the money right" not in text_of(world.last())


async def test_a_checklist_is_not_unfolded_from_outside(world: World) -> None:
    """A guest who comes later turns no page of an internal checklist, opens no list of its steps, and ticks nothing."""
    await world.ask(REFUND)
    await world.press(world.last(), "checklist.start")
    post = world.last()
    before = text_of(post)
    for action in ("checklist.page.next", "checklist.skip", "checklist.note"):
        await world.press(post, action, user="U0GUEST")
    assert text_of(post) == before
    assert world.slack.opened == []
    assert len(world.slack.responses) == 3


async def test_a_guest_shares_nothing_internal(world: World) -> None:
    """The button of a private answer, pressed by somebody it was never shown to, posts nothing."""
    await world.deliver(command(world.slack, REFUND))
    await world.press(world.slack.responses[0], "share", user="U0GUEST")
    assert world.slack.posts == []
    assert "can no longer be shown here" in text_of(world.slack.responses[-1])


async def test_one_failed_look_up_is_not_remembered(world: World) -> None:
    """Slack fails once about one member: that answer is public, and the next one is not."""
    await world.front.learn_identity()
    await world.front.directory.of_user("U0AGENT")
    world.slack.fail("users.info", Fault(500))
    await world.ask(REFUND)
    assert "Put the money right" not in text_of(world.last())
    world.slack.faults["users.info"].clear()
    await world.ask(REFUND)
    assert "Put the money right" in text_of(world.last())
    assert BOT_USER not in [arguments["user"] for arguments in world.slack.called("users.info")]
