"""Buttons, menus, modals, commands and threads: what people do with an answer."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from bot.reasons import THANKS
from bot.slack import posting
from bot.slack.inbox import answer_overdue
from tests.bot.slack.support import REFUND, TODAY, OpenWordIndex, World, click_on, command, envelope, find_element, message_event, submission, text_of
from tests.slack_stand_in.server import BOT_USER, TEAM, Fault

VAGUE = "customer refund label fee"
"""Fits several documents a little."""


async def suggestions(world: World) -> dict[str, Any]:
    """A message that offers titles."""
    await world.ask(VAGUE)
    post = world.last()
    assert "Did you mean" in text_of(post)
    return post


# --- did you mean ------------------------------------------------------------------------------------------------------


async def test_choosing_a_title_answers_in_place_and_is_remembered(world: World) -> None:
    """The suggestions give way to the answer, and the choice is stored with the question."""
    post = await suggestions(world)
    _, button = find_element(post["blocks"], "choose.0")
    await world.press(post, "choose.0")
    (only,) = world.slack.posts
    entry = world.index.get().entry(button["value"], "internal")
    assert entry
    assert entry.title in text_of(only)
    assert "Did you mean" not in text_of(only)
    with world.database.read() as connection:
        assert connection.exec_driver_sql("SELECT entry_id FROM choices").all() == [(button["value"],)]


async def test_none_of_these_is_a_gap(world: World) -> None:
    """Nothing fits: the asker can ask the owners, and the question counts as missing."""
    post = await suggestions(world)
    await world.press(post, "none")
    assert "No document covers this" in text_of(world.last())
    with world.database.read() as connection:
        assert connection.exec_driver_sql("SELECT helpful, reason FROM feedback").all() == [(0, "missing")]


# --- feedback ----------------------------------------------------------------------------------------------------------


async def test_helpful_is_stored_and_thanked_for(world: World) -> None:
    """One press, stored once, and a word of thanks that only the presser sees."""
    await world.ask(REFUND)
    await world.press(world.last(), "feedback", value="helpful")
    with world.database.read() as connection:
        assert connection.exec_driver_sql("SELECT helpful FROM feedback").all() == [(1,)]
    (response,) = world.slack.responses
    assert (response["response_type"], response["replace_original"]) == ("ephemeral", False)


async def test_not_helpful_asks_why_and_reaches_the_owner(world: World) -> None:
    """Reason, step and comment are stored, and stand in the owners' channel with the owner's name mentioned."""
    await world.ask(REFUND)
    await world.press(world.last(), "feedback", value="not_helpful")
    (view,) = world.slack.opened
    payload = submission(view, comment={})
    payload["view"]["state"]["values"] = {
        "reason": {"reason": {"selected_option": {"value": "step_wrong"}}},
        "step": {"step": {"selected_option": {"value": "7.1"}}},
        "comment": {"value": {"value": "The fee is <!channel> £4.95 now"}},
    }
    await world.deliver(payload)
    with world.database.read() as connection:
        assert connection.exec_driver_sql("SELECT helpful, reason, step, comment FROM feedback").all() == [
            (0, "step_wrong", "7.1", "The fee is <!channel> £4.95 now")
        ]
    (told,) = [post for post in world.slack.posts if post["channel"] == "C0OWNERS"]
    text = text_of(told)
    for words in ("A step is wrong or unclear, step 7.1", "Handle a refund complaint", "<@U0LEAD>", "£4.95 now"):
        assert words in text
    assert [block["text"]["type"] for block in told["blocks"] if "4.95" in str(block)] == ["plain_text"]


async def complain(world: World, comment: str) -> None:
    """Say that the last answer was not helpful, and why."""
    await world.press(world.last(), "feedback", value="not_helpful")
    payload = submission(world.slack.opened[-1])
    payload["view"]["state"]["values"] = {"reason": {"reason": {"selected_option": {"value": "outdated"}}}, "comment": {"value": {"value": comment}}}
    await world.deliver(payload)


async def test_feedback_that_reaches_nobody_is_kept_and_thanked_for(world: World) -> None:
    """The owners' channel was archived: nobody is told that it failed, and so nobody sends it twice."""
    await world.ask(REFUND)
    world.slack.fail("chat.postMessage", Fault(200, {"ok": False, "error": "is_archived"}))
    await complain(world, "The fee is new")
    assert text_of(world.last()) == THANKS
    with world.database.read() as connection:
        assert connection.exec_driver_sql("SELECT comment FROM feedback").all() == [("The fee is new",)]


async def test_a_guest_with_the_owners_name_is_not_taken_for_the_owner(world: World) -> None:
    """Of two people with one name, the full member of the team is meant."""
    world.slack.users["U0GUEST"]["real_name"] = "Amara Okafor"
    await world.ask(REFUND)
    await complain(world, "The fee is new")
    (told,) = [post for post in world.slack.posts if post["channel"] == "C0OWNERS"]
    assert "<@U0LEAD>" in text_of(told)
    assert "<@U0GUEST>" not in text_of(told)


# --- the reply ---------------------------------------------------------------------------------------------------------


async def test_a_reply_is_ready_only_when_every_placeholder_is_filled(world: World) -> None:
    """One field for each placeholder; an empty one is refused; the finished text is the reply to the letter."""
    await world.ask(f"{REFUND} by SMS")
    await world.press(world.last(), "reply.use")
    (view,) = world.slack.opened
    fields = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
    assert fields == ["field.refund_amount", "field.refund_date", "field.ticket_number"]
    values = {"field__refund_amount": "£12 <b>", "field__refund_date": "1 December", "field__ticket_number": "  "}
    refused = await world.deliver(submission(view, **{name: {"value": value} for name, value in values.items()}))
    assert "field.ticket_number" in str(refused.body)
    assert '"response_action": "errors"' in str(refused.body)
    values["field__ticket_number"] = "T-1"
    done = await world.deliver(submission(view, **{name: {"value": value} for name, value in values.items()}))
    entry = world.index.get().entry("handle-refund-complaint", "internal")
    assert entry
    template = next(reply.body for reply in entry.replies if reply.channel == "sms")
    expected = template.replace("{{refund_amount}}", "£12 <b>").replace("{{refund_date}}", "1 December").replace("{{ticket_number}}", "T-1")
    assert "One moment" in str(done.body)
    view = world.slack.updated_views[-1]
    assert [block["element"]["initial_value"] for block in view["blocks"] if block["type"] == "input"] == [expected]


async def test_the_agents_and_the_customers_names_are_filled_in_when_known(world: World) -> None:
    """The agent's name comes from Slack; the customer's from the message that the shortcut was used on."""
    world.slack.users["U0OTHER"]["real_name"] = "Olga Other"
    world.slack.channels["C0TEAM"]["members"].append("U0MATE")
    payload = {
        "type": "message_action",
        "callback_id": "find_sop",
        "team": {"id": TEAM},
        "user": {"id": "U0AGENT"},
        "channel": {"id": "C0TEAM"},
        "message": {"user": "U0OTHER", "text": REFUND, "ts": "1.1"},
        "response_url": world.slack.response_url,
        "trigger_id": "T-short",
    }
    await world.deliver(payload)
    (response,) = world.slack.responses
    assert "Put the money right" in text_of(response)
    await world.press(response, "reply.use")
    fields = {block["block_id"]: block["element"].get("initial_value") for block in world.slack.opened[0]["blocks"] if block["type"] == "input"}
    assert fields["field.customer_name"] == "Olga Other"
    assert fields["field.agent_name"] == "Sam Porter"


async def test_the_reply_can_be_switched_to_another_channel(world: World) -> None:
    """The menu shows every reply; choosing one changes the message in place."""
    await world.ask(REFUND)
    post = world.last()
    _, menu = find_element(post["blocks"], "reply.switch")
    assert [option["text"]["text"] for option in menu["options"]][:3] == ["Email: the mistake was ours", "Email: the amount was right", "Website form"]
    await world.press(post, "reply.switch", value="4")
    (only,) = world.slack.posts
    assert "Reply – SMS" in text_of(only)


# --- pages -------------------------------------------------------------------------------------------------------------


async def test_long_procedures_turn_pages_and_open_whole(world: World) -> None:
    """Next and back change the message; "Show all" opens every step in one window."""
    entry = max(world.index.get().entries("internal"), key=lambda one: len(one.steps))
    await world.ask(entry.title)
    post = world.last()
    first = text_of(post)
    assert "Page 1 of 2" in first
    await world.press(post, "page.next")
    second = text_of(world.last())
    assert "Page 2 of 2" in second
    assert len(world.slack.posts) == 1
    await world.press(world.last(), "page.back")
    assert text_of(world.last()) == first
    await world.press(world.last(), "page.all")
    whole = text_of(world.slack.opened[0])
    for step in entry.steps:
        assert f"*{step.number}.*" in whole
        assert f"*{step.number}.*" in first + second


def stored_questions(world: World) -> list[str]:
    """Every question that was kept, in order."""
    with world.database.read() as connection:
        return [text for (text,) in connection.exec_driver_sql("SELECT text FROM questions ORDER BY asked_at")]


# --- follow-ups --------------------------------------------------------------------------------------------------------


async def follow(world: World, root: str, text: str, user: str = "U0AGENT") -> list[dict[str, Any]]:
    """Write into the bot's thread without mentioning it; what is posted for that."""
    before = len(world.slack.posts)
    await world.deliver(message_event(text, user=user, thread_ts=root))
    return world.slack.posts[before:]


async def test_and_by_phone_is_the_same_document_for_the_phone(world: World) -> None:
    """The follow-up needs no mention, and the reply is the one for the phone."""
    sent = await world.ask(REFUND)
    (post,) = await follow(world, sent["ts"], "and by phone?")
    assert "Handle a refund complaint" in text_of(post)
    assert "Reply – Phone" in text_of(post)
    assert post["thread_ts"] == sent["ts"]


async def test_a_channel_without_a_reply_is_said_to_have_none(world: World) -> None:
    """What is not in the document is not made up."""
    sent = await world.ask(REFUND)
    (post,) = await follow(world, sent["ts"], "what about social tag")
    assert "has no scripted reply for social tag" in text_of(post)


async def test_next_and_show_all(world: World) -> None:
    """Asking for "next" gives the next page until there is none; "show all" gives every page."""
    entry = max(world.index.get().entries("internal"), key=lambda one: len(one.steps))
    sent = await world.ask(entry.title)
    (post,) = await follow(world, sent["ts"], "next")
    assert "Page 2 of 2" in text_of(post)
    (end,) = await follow(world, sent["ts"], "next")
    assert "no further steps" in text_of(end)
    pages = await follow(world, sent["ts"], "show all")
    assert ["Page 1 of 2" in text_of(pages[0]), "Page 2 of 2" in text_of(pages[1])] == [True, True]


async def test_thats_not_it_offers_something_else(world: World) -> None:
    """The answer is not offered again, and the question counts as badly answered."""
    sent = await world.ask(REFUND)
    (post,) = await follow(world, sent["ts"], "That's not it")
    assert "Did you mean" in text_of(post)
    values = [element.get("value") for block in post["blocks"] for element in block.get("elements", [])]
    assert "handle-refund-complaint" not in values
    with world.database.read() as connection:
        assert connection.exec_driver_sql("SELECT reason FROM feedback").all() == [("wrong_procedure",)]


async def test_below_suggestions_next_says_to_choose_and_no_is_none_of_them(world: World) -> None:
    """Neither is asked as a question of its own."""
    sent = await world.ask(VAGUE)
    (told,) = await follow(world, sent["ts"], "next")
    assert "Choose one of the titles above." in text_of(told)
    (post,) = await follow(world, sent["ts"], "no")
    assert "No document covers this" in text_of(post)
    assert await follow(world, sent["ts"], "no") == []
    assert stored_questions(world) == [VAGUE]
    with world.database.read() as connection:
        assert connection.exec_driver_sql("SELECT reason FROM feedback").all() == [("missing",)]


async def test_after_the_end_of_a_shared_answer_its_thread_is_still_the_bots(world: World) -> None:
    """A word about the answer is no answer: a colleague goes on asking below it without a mention."""
    await world.deliver(command(world.slack, REFUND))
    await world.press(world.slack.responses[0], "share")
    root = world.last()["ts"]
    (post,) = await follow(world, root, "what about social tag")
    assert "has no scripted reply" in text_of(post)
    (post,) = await follow(world, root, "next", "U0MATE")
    assert "no further steps" in text_of(post)


async def test_a_new_question_in_the_thread_is_answered(world: World) -> None:
    """Nobody has to mention the bot again in its own thread."""
    sent = await world.ask(REFUND)
    (post,) = await follow(world, sent["ts"], "Take a complaint by phone")
    assert "Pick up *within 60 seconds*" in text_of(post)


@pytest.mark.parametrize("text", ["thanks!", "<@U0MATE> can you take this one?"])
async def test_thanks_and_talk_among_colleagues_are_left_alone(world: World, text: str) -> None:
    """What is said to somebody else gets no answer."""
    sent = await world.ask(REFUND)
    assert await follow(world, sent["ts"], text) == []


async def test_a_colleagues_remark_is_no_question(world: World) -> None:
    """Somebody else's remark that nothing fits is left alone, and is not kept as a question; the asker's own words are answered."""
    sent = await world.ask(REFUND)
    assert await follow(world, sent["ts"], "xylophone zeppelin quokka", "U0MATE") == []
    assert stored_questions(world) == [REFUND]
    (post,) = await follow(world, sent["ts"], "xylophone zeppelin quokka")
    assert "No document covers this" in text_of(post)


async def test_in_a_thread_of_people_the_bot_keeps_to_itself(world: World) -> None:
    """It was mentioned once below somebody's post: what people then say to each other is theirs; what the asker asks is answered."""
    root = "1790000000.900100"
    await world.deliver(message_event(f"<@{BOT_USER}> {REFUND}", mention=True, thread_ts=root))
    assert len(world.slack.posts) == 1
    for user, text in [
        ("U0MATE", "no"),
        ("U0MATE", "next"),
        ("U0MATE", "Is the xylophone ready?"),
        ("U0MATE", "How do I handle a refund complaint?"),
        ("U0AGENT", "I will call them now"),
    ]:
        assert await follow(world, root, text, user) == []
    (post,) = await follow(world, root, "How do I take a complaint by phone?")
    assert "Pick up *within 60 seconds*" in text_of(post)
    (post,) = await follow(world, root, "and by email?")
    assert "has no scripted reply for email" in text_of(post)


async def test_only_the_asker_says_thats_not_it(world: World) -> None:
    """A colleague's "no" in the thread is not about the answer."""
    sent = await world.ask(REFUND)
    assert await follow(world, sent["ts"], "no", "U0MATE") == []
    assert len(await follow(world, sent["ts"], "no")) == 1


async def test_other_threads_are_not_ours(world: World) -> None:
    """A thread in which nobody asked the bot stays silent."""
    assert await follow(world, "1700000000.000100", REFUND) == []


async def test_follow_ups_in_direct_messages(world: World) -> None:
    """In a direct message the answer above is what "and by phone" refers to."""
    await world.ask(REFUND, "D0AGENT")
    await world.ask("and by phone?", "D0AGENT")
    assert "Reply – Phone" in text_of(world.last())


# --- gaps --------------------------------------------------------------------------------------------------------------


async def test_owners_are_asked_and_their_answer_arrives(world: World) -> None:
    """The question stands in the owners' channel with a link; what they write below it reaches the asker's thread, once."""
    sent = await world.ask("xylophone zeppelin quokka")
    post = world.last()
    await world.press(post, "gap.owners")
    await world.press(post, "gap.owners")
    (asked,) = [one for one in world.slack.posts if one["channel"] == "C0OWNERS"]
    assert "xylophone zeppelin quokka" in text_of(asked)
    assert "<@U0AGENT>" in text_of(asked)
    assert "https://wrenfield.slack.com/archives/C0TEAM/" in text_of(asked)
    reply = message_event("Use the <https://a.example|blue form>, <!here>", "C0OWNERS", "U0LEAD", thread_ts=asked["ts"])
    await world.deliver(reply)
    await world.deliver(reply)
    (relayed,) = world.slack.in_thread("C0TEAM", sent["ts"])[1:]
    assert "<@U0AGENT>, <@U0LEAD> has answered your question" in text_of(relayed)
    assert "Use the blue form" in text_of(relayed)


async def handed_over(world: World) -> tuple[str, str]:
    """A question that the owners have: when it was asked, and their thread."""
    sent = await world.ask("xylophone zeppelin quokka")
    await world.press(world.last(), "gap.owners")
    return sent["ts"], str(next(one for one in world.slack.posts if one["channel"] == "C0OWNERS")["ts"])


async def test_a_long_answer_of_an_owner_arrives_whole(world: World) -> None:
    """Nothing is cut off; what has no room in one message goes on in the next."""
    asked, thread = await handed_over(world)
    text = " ".join(f"word{number}" for number in range(2_500))
    await world.deliver(message_event(text, "C0OWNERS", "U0LEAD", thread_ts=thread))
    relayed = world.slack.in_thread("C0TEAM", asked)[1:]
    assert len(relayed) > 1
    assert text in " ".join("\n".join(map(text_of, relayed)).split())


async def test_a_file_of_an_owner_is_said_to_be_missing(world: World) -> None:
    """An answer that is a file alone is no empty answer: the asker reads whom to ask for it."""
    asked, thread = await handed_over(world)
    await world.deliver(message_event("", "C0OWNERS", "U0LEAD", thread_ts=thread, subtype="file_share"))
    (relayed,) = world.slack.in_thread("C0TEAM", asked)[1:]
    assert "A file came with it, which I cannot pass on. Ask <@U0LEAD> for it." in text_of(relayed)


async def test_an_owner_hears_that_the_answer_cannot_be_passed_on(world: World) -> None:
    """The asker's channel was archived: the owner reads it below their words, once, and it is not tried again."""
    _, thread = await handed_over(world)
    world.slack.channels["C0TEAM"]["is_archived"] = True
    await world.deliver(message_event("Use the blue form", "C0OWNERS", "U0LEAD", thread_ts=thread))
    (told,) = world.slack.in_thread("C0OWNERS", thread)
    assert "Your answer could not be passed on to <@U0AGENT>" in text_of(told)
    with world.database.read() as connection:
        assert connection.exec_driver_sql("SELECT state FROM slack_claims WHERE key LIKE 'm:C0OWNERS%'").all() == [("failed",)]


async def test_an_owners_answer_waits_for_slack_and_arrives_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Slack took it, and went away before it said so: when it is back, what stands there is found and not posted again."""
    monkeypatch.setattr(posting, "ATTEMPTS", 1)
    asked, thread = await handed_over(world)
    world.slack.fail("chat.postMessage", Fault(500, takes_effect=True))
    await world.deliver(message_event("Use the blue form", "C0OWNERS", "U0LEAD", thread_ts=thread))
    assert await answer_overdue(world.front) == 1
    (relayed,) = world.slack.in_thread("C0TEAM", asked)[1:]
    assert "Use the blue form" in text_of(relayed)
    with world.database.read() as connection:
        assert connection.exec_driver_sql("SELECT state FROM slack_claims WHERE key LIKE 'm:C0OWNERS%'").all() == [("answered",)]


async def test_a_double_click_asks_the_owners_once(world: World) -> None:
    """Two presses at the same moment are one question to them."""
    await world.ask("xylophone zeppelin quokka")
    post = world.last()
    clicks = [click_on(world.slack, post, "gap.owners") for _ in range(2)]
    await asyncio.gather(*(world.dispatch(click) for click in clicks))
    await world.settle()
    assert sum(one["channel"] == "C0OWNERS" for one in world.slack.posts) == 1


async def test_asking_the_owners_can_be_tried_again_when_it_failed(world: World) -> None:
    """Their channel took no post: the next press asks them."""
    await world.ask("xylophone zeppelin quokka")
    post = world.last()
    world.slack.fail("chat.postMessage", Fault(200, {"ok": False, "error": "not_in_channel"}))
    await world.press(post, "gap.owners")
    await world.press(post, "gap.owners")
    assert sum(one["channel"] == "C0OWNERS" for one in world.slack.posts) == 1
    assert "I have asked the SOP owners. Their answer arrives here." in text_of(world.slack.responses[-1])


async def test_after_a_private_answer_the_owners_answer_comes_directly(world: World) -> None:
    """Below /sop it is said that the answer arrives in a direct message, and so it does; the owners read that it is passed on."""
    await world.deliver(command(world.slack, "xylophone zeppelin quokka"))
    await world.press(world.slack.responses[-1], "gap.owners")
    assert "Their answer arrives in a direct message." in text_of(world.slack.responses[-1])
    asked = world.last()
    assert "Everything written in it is passed on to them." in text_of(asked)
    await world.deliver(message_event("Use the blue form", "C0OWNERS", "U0LEAD", thread_ts=asked["ts"]))
    assert (world.last()["channel"], "Use the blue form" in text_of(world.last())) == ("D0AGENT", True)


async def test_detail_is_stored_and_reaches_the_owners(world: World) -> None:
    """What the asker adds stands with the question, and below it in the owners' channel."""
    await world.ask("xylophone zeppelin quokka")
    post = world.last()
    await world.press(post, "gap.owners")
    await world.press(post, "gap.detail")
    await world.deliver(submission(world.slack.opened[-1], detail={"value": "It is about blue ones"}))
    with world.database.read() as connection:
        assert connection.exec_driver_sql("SELECT reason, comment FROM feedback").all() == [("detail", "It is about blue ones")]
    asked = next(one for one in world.slack.posts if one["channel"] == "C0OWNERS")
    assert any("blue ones" in text_of(one) for one in world.slack.in_thread("C0OWNERS", asked["ts"]))


# --- /sop, sharing -----------------------------------------------------------------------------------------------------


async def test_sop_answers_only_the_asker_and_can_be_shared(world: World) -> None:
    """The answer is private until it is shared; then it stands in the channel with the question."""
    await world.deliver(command(world.slack, REFUND))
    (response,) = world.slack.responses
    assert response["response_type"] == "ephemeral"
    assert "Put the money right" in text_of(response)
    assert world.slack.posts == []
    await world.press(response, "share")
    await world.press(response, "share")
    (post,) = world.slack.posts
    assert "<@U0AGENT> asked: Handle a refund complaint" in text_of(post)
    assert "Put the money right" in text_of(post)


async def test_the_same_command_delivered_twice_answers_once(world: World) -> None:
    """A repeated payload is known by its trigger."""
    payload = command(world.slack, REFUND)
    await world.deliver(payload)
    await world.deliver(payload)
    assert len(world.slack.responses) == 1


@pytest.mark.parametrize("text", ["", "help", "???"])
async def test_sop_without_a_question_says_how_to_ask(world: World, text: str) -> None:
    """The command explains itself."""
    await world.deliver(command(world.slack, text))
    assert "/sop how do I handle a refund complaint" in text_of(world.slack.responses[-1])


async def test_sharing_where_the_bot_is_no_member_says_what_to_do(world: World) -> None:
    """Slack refuses the post: the person reads how to invite the bot."""
    await world.deliver(command(world.slack, REFUND))
    world.slack.fail("chat.postMessage", Fault(200, {"ok": False, "error": "not_in_channel"}))
    await world.press(world.slack.responses[0], "share")
    assert "/invite" in text_of(world.slack.responses[-1])


# --- channel settings --------------------------------------------------------------------------------------------------


def settings_of(view: dict[str, Any], mode: str, audience: str, owners: str, user: str) -> dict[str, Any]:
    """The settings form, submitted."""
    payload = submission(view, user)
    payload["view"]["state"]["values"] = {
        "mode": {"mode": {"selected_option": {"value": mode}}},
        "audience": {"audience": {"selected_option": {"value": audience}}},
        "owners": {"owners": {"selected_conversation": owners}},
    }
    return payload


async def test_a_lead_switches_a_channel_to_every_question(world: World) -> None:
    """Then questions without mention are answered when there is something for them; talk is not."""
    await world.deliver(command(world.slack, "settings", user="U0LEAD"))
    (view,) = world.slack.opened
    assert find_element(view["blocks"], "owners")[1]["filter"] == {"include": ["public", "private"]}, "owners sit in channels, not in direct messages"
    await world.deliver(settings_of(view, "every", "auto", "C0OWNERS", "U0LEAD"))
    world.slack.posts.clear()
    await world.deliver(message_event("How do I handle a refund complaint?"))
    (post,) = world.slack.posts
    assert "Put the money right" in text_of(post)
    await world.deliver(message_event("lunch at noon, the usual place"))
    await world.deliver(message_event("Is the xylophone zeppelin quokka ready?"))
    assert len(world.slack.posts) == 1


async def test_off_and_public_hold(world: World) -> None:
    """Switched off: it says so when mentioned. Public: nothing internal even among members."""
    await world.deliver(command(world.slack, "settings", user="U0LEAD"))
    await world.deliver(settings_of(world.slack.opened[0], "off", "public", "", "U0LEAD"))
    await world.ask(REFUND)
    assert "switched off" in text_of(world.last())
    await world.deliver(settings_of(world.slack.opened[0], "mention", "public", "", "U0LEAD"))
    await world.ask(REFUND)
    assert "Put the money right" not in text_of(world.last())


async def test_others_may_look_and_not_change(world: World) -> None:
    """An agent reads the settings, and a forged submission changes nothing."""
    await world.deliver(command(world.slack, "settings", user="U0AGENT"))
    assert world.slack.opened == []
    assert "I answer when I am mentioned" in text_of(world.slack.responses[-1])
    await world.deliver(command(world.slack, "settings", user="U0LEAD"))
    await world.deliver(settings_of(world.slack.opened[0], "off", "public", "", "U0AGENT"))
    assert world.front.channels.get("C0TEAM").mode == "mention"


# --- checklists --------------------------------------------------------------------------------------------------------


async def start(world: World, title: str = REFUND) -> dict[str, Any]:
    """A checklist, as it stands in Slack."""
    sent = await world.ask(title)
    await world.press(world.last(), "checklist.start")
    post = world.last()
    assert post["thread_ts"] == sent["ts"]
    return post


async def test_ticking_skipping_noting_and_handing_over_are_stored(world: World) -> None:
    """Who did what is in the database, and on the screen; the last step finishes the checklist."""
    entry = min((one for one in world.index.get().entries("internal") if len(one.steps) > 10), key=lambda one: len(one.steps))
    post = await start(world, entry.title)
    checklist = world.front.checklists.open_of("U0AGENT")[0]
    assert len(checklist.steps) == len(entry.steps)

    async def tick(position: int, user: str) -> None:
        payload = {"selected_options": [{"value": str(position), "text": {"type": "plain_text", "text": "Done"}}]}
        click = click_on(world.slack, post, "checklist.tick", user, "", **payload)
        click["actions"][0]["block_id"] = f"tick.{position}:{checklist.id}"
        await world.deliver(click)

    await tick(0, "U0AGENT")
    assert "Done by <@U0AGENT>" in text_of(post)
    await world.press(post, "checklist.skip")
    view = world.slack.opened[-1]
    payload = submission(view)
    payload["view"]["state"]["values"] = {
        "step": {"step": {"selected_option": {"value": "1"}}},
        "reason": {"value": {"value": "Was done *before*"}},
    }
    await world.deliver(payload)
    assert "Skipped by <@U0AGENT>:\nWas done *before*" in text_of(post)
    await world.press(post, "checklist.note")
    payload = submission(world.slack.opened[-1])
    payload["view"]["state"]["values"] = {
        "step": {"step": {"selected_option": {"value": "2"}}},
        "note": {"value": {"value": "Ticket 5 <!here>"}},
    }
    await world.deliver(payload)
    assert "Note:\nTicket 5 <!here>" in text_of(post)
    await world.press(post, "checklist.hand_over")
    payload = submission(world.slack.opened[-1])
    payload["view"]["state"]["values"] = {"to": {"to": {"selected_user": "U0MATE"}}}
    await world.deliver(payload)
    assert "hands this checklist over to you" in text_of(world.last())
    assert world.front.checklists.open_of("U0AGENT") == ()
    for position in range(2, len(checklist.steps)):
        await tick(position, "U0MATE")
    assert "Finished" in text_of(post)
    with world.database.read() as connection:
        events = connection.exec_driver_sql("SELECT who, action, step FROM slack_checklist_events ORDER BY id").all()
    assert events[:5] == [
        ("U0AGENT", "start", ""),
        ("U0AGENT", "done", "1"),
        ("U0AGENT", "skip", checklist.steps[1].number),
        ("U0AGENT", "note", checklist.steps[2].number),
        ("U0AGENT", "hand_over", ""),
    ]
    assert events[-1] == ("U0MATE", "finish", "")
    assert sum(action == "done" for _, action, _ in events) == len(checklist.steps) - 1


async def test_a_checklist_survives_a_restart(world: World) -> None:
    """A new process goes on where the old one stopped."""
    from bot.slack.checklists import Checklists

    await start(world)
    held = world.front.checklists.open_of("U0AGENT")[0]
    world.front.checklists.tick(held.id, 0, 0, [0], "U0AGENT")
    again = Checklists(world.database).get(held.id)
    assert again
    assert [step.state for step in again.steps[:2]] == ["done", "open"]


async def test_a_second_press_starts_no_second_checklist(world: World) -> None:
    """Two people press "Start checklist" below one answer: there is one checklist."""
    await world.ask(REFUND)
    answer = world.last()
    await world.press(answer, "checklist.start")
    await world.press(answer, "checklist.start", user="U0MATE")
    assert len(world.slack.posts) == 2
    assert "open in the thread already" in text_of(world.slack.responses[-1])


async def test_skipping_and_noting_hit_the_step_that_was_chosen_in_a_procedure_with_phases(world: World) -> None:
    """Numbers start again under each heading: the first step of the second phase is meant, not the one with the same number above it."""
    entry = world.index.get().entry("handle-refund-complaint", "internal")
    assert entry
    steps = [replace(step, number=str(at % 2 + 1), level=1, heading=f"Phase {at // 2 + 1}") for at, step in enumerate(entry.steps[:4])]
    world.index.index = OpenWordIndex((replace(entry, steps=tuple(steps)),))
    post = await start(world)
    assert world.slack.posts[-2]["text"].endswith("– 4 steps")
    for kind, field in (("skip", "reason"), ("note", "note")):
        await world.press(post, f"checklist.{kind}")
        view = world.slack.opened[-1]
        options = find_element(view["blocks"], "step")[1]["options"]
        payload = submission(view)
        payload["view"]["state"]["values"] = {"step": {"step": {"selected_option": options[2]}}, field: {"value": {"value": f"my {field}"}}}
        await world.deliver(payload)
        if kind == "skip":
            assert [option["text"]["text"][:2] for option in options] == ["1.", "2.", "1.", "2."]
    (held,) = world.front.checklists.open_of("U0AGENT")
    assert [(step.state, step.reason) for step in held.steps] == [("open", ""), ("open", ""), ("skipped", "my reason"), ("open", "")]
    assert [step.note for step in held.steps] == ["", "", "my note", ""]


async def test_a_checklist_in_a_direct_message_is_not_handed_over(world: World) -> None:
    """Whoever got it could not see it: the way to one that can be handed over is said instead."""
    await world.ask(REFUND, "D0AGENT")
    await world.press(world.last(), "checklist.start")
    await world.press(world.last(), "checklist.hand_over")
    assert world.slack.opened == []
    assert "ask in a channel and start it there" in text_of(world.slack.responses[-1])


async def test_a_checklist_that_could_not_be_posted_does_not_block_its_thread(world: World) -> None:
    """Slack refused it: it is in nobody's list, and a while later the button starts another."""
    await world.ask(REFUND)
    answer = world.last()
    world.slack.fail("chat.postMessage", Fault(200, {"ok": False, "error": "restricted_action"}))
    await world.press(answer, "checklist.start")
    assert world.front.checklists.open_of("U0AGENT") == ()
    with world.database.write() as connection:
        connection.exec_driver_sql("UPDATE slack_checklists SET started_at = '2026-01-01 00:00:00.000000'")
    await world.press(answer, "checklist.start")
    assert "Checklist: Handle a refund complaint" in text_of(world.last())
    assert len(world.front.checklists.open_of("U0AGENT")) == 1


async def test_an_internal_checklist_is_not_handed_to_a_guest(world: World) -> None:
    """The colleague must be a full member."""
    post = await start(world)
    await world.press(post, "checklist.hand_over")
    payload = submission(world.slack.opened[-1])
    payload["view"]["state"]["values"] = {"to": {"to": {"selected_user": "U0GUEST"}}}
    await world.deliver(payload)
    assert world.front.checklists.open_of("U0GUEST") == ()
    assert "not a full member" in text_of(world.last())


# --- home, agent view --------------------------------------------------------------------------------------------------


async def test_the_home_tab_shows_search_checklists_and_gaps_for_leads(world: World) -> None:
    """Everybody sees search, their checklists and what was reviewed; leads also what is past review."""
    await start(world)
    for user in ("U0AGENT", "U0LEAD"):
        await world.deliver(envelope({"type": "app_home_opened", "user": user, "channel": "D0AGENT", "tab": "home"}))
    agent, lead = text_of(world.slack.homes["U0AGENT"]), text_of(world.slack.homes["U0LEAD"])
    assert "Handle a refund complaint>" in agent
    assert "Reviewed lately" in agent
    assert "Past their review date" not in agent
    assert "Past their review date" in lead
    late = [entry for entry in world.index.get().entries("internal") if entry.review_by and entry.review_by < TODAY]
    assert all(entry.title in lead for entry in late[:1])


async def test_the_home_tab_lists_the_latest_documents_first(world: World) -> None:
    """What is past its review date the longest stands on top, a document with several entries once."""
    entry = world.index.get().entry("handle-refund-complaint", "internal")
    assert entry
    late = [
        replace(entry, id=f"late-{number}-{part}", path=f"late-{number}.md", title=f"Late {number}", review_by=TODAY - timedelta(days=number))
        for number in range(1, 13)
        for part in "ab"
    ]
    world.index.index = OpenWordIndex(tuple(late))
    await world.deliver(envelope({"type": "app_home_opened", "user": "U0LEAD", "channel": "D0AGENT", "tab": "home"}))
    shown = text_of(world.slack.homes["U0LEAD"]).partition("Past their review date")[2]
    assert re.findall(r"Late \d+", shown) == [f"Late {number}" for number in range(12, 4, -1)]
    assert "And 4 more." in shown


async def test_searching_on_the_home_tab_opens_the_answer(world: World) -> None:
    """Enter in the search field opens a window at once, and the answer appears in it."""
    payload: dict[str, Any] = {
        "type": "block_actions",
        "team": {"id": TEAM},
        "user": {"id": "U0AGENT"},
        "container": {"type": "view", "view_id": "V1"},
        "trigger_id": "T1",
        "view": {"id": "V1", "type": "home"},
        "actions": [{"type": "plain_text_input", "action_id": "home.search", "block_id": "home.search", "value": REFUND}],
    }
    await world.deliver(payload)
    assert len(world.slack.opened) == 1
    assert "*13.*" in text_of(world.slack.updated_views[-1])
    payload["actions"][0]["value"] = VAGUE
    await world.deliver(payload)
    view = world.slack.updated_views[-1]
    assert "Did you mean" in text_of(view)
    block, button = find_element(view["blocks"], "choose.0")
    await world.deliver(
        {**payload, "view": view, "actions": [{"type": "button", "action_id": "choose.0", "block_id": block["block_id"], "value": button["value"]}]}
    )
    entry = world.index.get().entry(button["value"], "internal")
    assert entry
    assert entry.title in text_of(world.slack.updated_views[-1])


async def test_prompts_are_what_is_asked_most(world: World) -> None:
    """Opening the agent view suggests the most asked documents, without a thread, as Slack wants it for agents."""
    await world.ask(REFUND)
    await world.deliver(envelope({"type": "app_home_opened", "user": "U0AGENT", "channel": "D0AGENT", "tab": "messages"}))
    (prompts,) = world.slack.prompts
    assert prompts["prompts"][0]["title"] == "Handle a refund complaint"
    assert prompts.get("thread_ts") is None
