"""What a control belongs to is gone: an old answer, a document, a checklist. Whoever presses it reads so, and nothing else happens."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.phrases import GONE
from bot.slack.rendering import EXPIRED
from tests.bot.slack.support import REFUND, OpenWordIndex, World, find_element, submission, text_of
from tests.slack_stand_in.server import TEAM, Fault

VAGUE, UNKNOWN = "customer refund label fee", "xylophone zeppelin quokka"
LONG = "the longest procedure"


async def ask(world: World, question: str) -> None:
    """Ask; the longest procedure by its title, so that its answer has pages."""
    longest = max(world.index.get().entries("internal"), key=lambda one: len(one.steps)).title
    await world.ask(longest if question == LONG else question)


def forget(world: World, table: str) -> None:
    """As after the time that answers are kept."""
    with world.database.write() as connection:
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608


def remove_documents(world: World) -> None:
    """A new index without any document but one."""
    world.index.index = OpenWordIndex(world.index.get().all_entries[:1])


def told(world: World) -> str:
    """The last private word to whoever pressed."""
    return text_of(world.slack.responses[-1])


def chosen(block: str, value: str) -> dict[str, Any]:
    """What a menu of a form sends."""
    return {block: {block: {"selected_option": {"value": value}}}}


def typed(block: str, text: str) -> dict[str, Any]:
    """What a field of a form sends."""
    return {block: {"value": {"value": text}}}


def filled(view: dict[str, Any], *values: dict[str, Any]) -> dict[str, Any]:
    """A form that is sent off."""
    payload = submission(view)
    payload["view"]["state"]["values"] = {name: value for part in values for name, value in part.items()}
    return payload


@pytest.mark.parametrize(
    ("question", "control", "value"),
    [
        (REFUND, "reply.use", None),
        (REFUND, "reply.switch", "0"),
        (LONG, "page.all", None),
        (LONG, "page.next", None),
        (REFUND, "feedback", "helpful"),
        (REFUND, "checklist.start", None),
        (VAGUE, "choose.0", None),
        (VAGUE, "none", None),
        (UNKNOWN, "gap.detail", None),
        (UNKNOWN, "gap.owners", None),
        (UNKNOWN, "gap.tell", None),
    ],
)
async def test_a_control_of_an_answer_that_is_no_longer_kept_says_so(world: World, question: str, control: str, value: str | None) -> None:
    """Nothing is stored, opened, posted or changed."""
    await ask(world, question)
    post = world.last()
    before = text_of(post)
    forget(world, "slack_answers")
    await world.press(post, control, value=value)
    assert told(world) == EXPIRED
    assert (text_of(post), world.slack.posts, world.slack.opened) == (before, [post], [])
    with world.database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM feedback").scalar_one() == 0


@pytest.mark.parametrize(("question", "control"), [(REFUND, "reply.use"), (LONG, "page.all"), (REFUND, "checklist.start")])
async def test_a_control_of_a_document_that_is_gone_says_so(world: World, question: str, control: str) -> None:
    """The answer stands, what it was made of does not."""
    await ask(world, question)
    remove_documents(world)
    await world.press(world.last(), control)
    assert told(world) == GONE
    assert (len(world.slack.posts), world.slack.opened) == (1, [])


async def test_a_suggestion_whose_document_is_gone_is_replaced_by_a_sentence(world: World) -> None:
    """In the channel, where the suggestions stood."""
    await world.ask(VAGUE)
    remove_documents(world)
    await world.press(world.last(), "choose.0")
    assert text_of(world.last()) == GONE


def on_home(action: dict[str, str]) -> dict[str, Any]:
    """What Slack sends of an action on the Home tab."""
    return {
        "type": "block_actions",
        "team": {"id": TEAM},
        "user": {"id": "U0AGENT"},
        "container": {"type": "view", "view_id": "V1"},
        "trigger_id": "T1",
        "view": {"id": "V1", "type": "home"},
        "actions": [action],
    }


async def test_a_suggestion_on_the_home_tab_whose_document_is_gone_says_so(world: World) -> None:
    """In the window in which it was pressed."""
    payload = on_home({"type": "plain_text_input", "action_id": "home.search", "block_id": "home.search", "value": VAGUE})
    await world.deliver(payload)
    view = world.slack.updated_views[-1]
    remove_documents(world)
    block, button = find_element(view["blocks"], "choose.0")
    action = {"type": "button", "action_id": "choose.0", "block_id": block["block_id"], "value": button["value"]}
    await world.deliver({**payload, "view": view, "actions": [action]})
    assert GONE in text_of(world.slack.updated_views[-1])
    block, button = find_element(view["blocks"], "none")
    await world.deliver({**payload, "view": view, "actions": [{**action, "action_id": "none", "block_id": block["block_id"], "value": "none"}]})
    assert "No document covers this" in text_of(world.slack.updated_views[-1])


async def test_a_search_on_the_home_tab_that_cannot_be_asked_says_why(world: World) -> None:
    """Nothing typed, or no index: a sentence in the window, which was opened at once."""
    payload = on_home({"type": "plain_text_input", "action_id": "home.search", "block_id": "home.search", "value": " ?! "})
    await world.deliver(payload)
    assert "The question is empty." in text_of(world.slack.updated_views[-1])
    payload["actions"][0]["value"] = REFUND
    world.index.index = None
    await world.deliver(payload)
    assert "Sorry, that did not work just now." in text_of(world.slack.updated_views[-1])
    assert "secret-path" not in text_of(world.slack.updated_views[-1])


async def test_a_document_is_opened_from_the_home_tab_while_it_is_there(world: World) -> None:
    """Afterwards the window says that it is gone."""
    payload = on_home({"type": "button", "action_id": "home.open.0", "block_id": "home.open", "value": "handle-refund-complaint"})
    await world.deliver(payload)
    assert "*13.*" in text_of(world.slack.opened[-1])
    remove_documents(world)
    await world.deliver(payload)
    assert GONE in text_of(world.slack.opened[-1])


async def test_feedback_on_an_answer_that_is_no_longer_kept_is_not_lost_silently(world: World) -> None:
    """Whoever took the trouble to explain reads that it could not be stored."""
    await world.ask(REFUND)
    await world.press(world.last(), "feedback", value="not_helpful")
    forget(world, "slack_answers")
    await world.deliver(filled(world.slack.opened[-1], chosen("reason", "step_wrong"), typed("comment", "The fee is new.")))
    assert (world.last()["channel"], text_of(world.last())) == ("D0AGENT", EXPIRED)


async def test_detail_on_a_question_that_is_no_longer_kept_is_not_lost_silently(world: World) -> None:
    """As with feedback."""
    await world.ask(UNKNOWN)
    await world.press(world.last(), "gap.detail")
    forget(world, "slack_answers")
    await world.deliver(filled(world.slack.opened[-1], typed("detail", "In the shop, not online.")))
    assert (world.last()["channel"], text_of(world.last())) == ("D0AGENT", EXPIRED)


async def test_a_reply_that_is_filled_in_when_its_document_is_gone_says_so(world: World) -> None:
    """In the window; no half-filled text is given out."""
    await world.ask(f"{REFUND} by SMS")
    await world.press(world.last(), "reply.use")
    remove_documents(world)
    await world.deliver(filled(world.slack.opened[-1], typed("field.refund_amount", "£12")))
    assert GONE in text_of(world.slack.updated_views[-1])


@pytest.mark.parametrize("control", ["checklist.skip", "checklist.note", "checklist.hand_over"])
async def test_a_checklist_that_is_no_longer_kept_says_so(world: World, control: str) -> None:
    """Below the checklist, and in a form that was opened before."""
    await world.ask(REFUND)
    await world.press(world.last(), "checklist.start")
    post = world.last()
    await world.press(post, control)
    form = world.slack.opened[-1]
    for table in ("slack_checklist_events", "slack_checklist_steps", "slack_checklists"):
        forget(world, table)
    await world.press(post, control)
    assert told(world) == "I no longer have that checklist."
    values = [*(chosen(name, "1") for name in ("step",)), typed("reason", "Done before"), typed("note", "Seen"), {"to": {"to": {"selected_user": "U0MATE"}}}]
    await world.deliver(filled(form, *values))
    assert (world.last()["channel"], text_of(world.last())) == ("D0AGENT", "I no longer have that checklist.")


async def test_a_step_is_not_skipped_without_a_reason(world: World) -> None:
    """The form stays open and says which field is missing."""
    await world.ask(REFUND)
    await world.press(world.last(), "checklist.start")
    await world.press(world.last(), "checklist.skip")
    refused = await world.deliver(filled(world.slack.opened[-1], chosen("step", "1"), typed("reason", "  ")))
    assert json.loads(refused.body) == {"response_action": "errors", "errors": {"reason": "Say why the step is left out."}}


async def test_asking_the_owners_twice_asks_once(world: World) -> None:
    """The second press says that they have it."""
    await world.ask(UNKNOWN)
    post = world.last()
    for _ in range(2):
        await world.press(post, "gap.owners")
    assert len([one for one in world.slack.posts if one["channel"] == "C0OWNERS"]) == 1
    assert told(world) == "The SOP owners have this question already."


async def test_a_link_that_slack_does_not_give_is_left_out(world: World) -> None:
    """The owners get the question all the same."""
    await world.ask(UNKNOWN)
    world.slack.fail("chat.getPermalink", Fault(200, {"ok": False, "error": "message_not_found"}))
    await world.press(world.last(), "gap.owners")
    (asked,) = [one for one in world.slack.posts if one["channel"] == "C0OWNERS"]
    assert "Please answer in this thread." in text_of(asked)
    assert UNKNOWN in text_of(asked)


async def test_only_whoever_asked_is_told_of_a_new_document(world: World) -> None:
    """A colleague who presses the button reads how to be told as well."""
    await world.ask(UNKNOWN)
    await world.press(world.last(), "gap.tell", user="U0MATE")
    assert told(world).startswith("Only whoever asked is told.")


async def test_when_the_person_cannot_be_told_the_log_knows(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """A control fails, and Slack takes neither the answer to it nor a direct message: both stand in the log."""
    await ask(world, LONG)
    world.index.index = None
    world.slack.fail("response_url", Fault(500))
    world.slack.fail("chat.postMessage", Fault(200, {"ok": False, "error": "account_inactive"}))
    await world.press(world.last(), "page.all")
    assert "showing all of an answer" in caplog.text
    assert "telling a person of S-" in caplog.text


async def test_feedback_that_reaches_no_owner_is_stored_all_the_same(world: World) -> None:
    """Slack does not say who its people are and the owners' channel cannot be looked at: nothing internal is posted anywhere."""
    await world.ask(REFUND)
    await world.press(world.last(), "feedback", value="not_helpful")
    world.slack.channels["C0OWNERS"]["members"].append("U0GUEST")
    world.slack.fail("users.list", Fault(200, {"ok": False, "error": "missing_scope"}))
    await world.deliver(filled(world.slack.opened[-1], chosen("reason", "step_wrong"), typed("comment", "The fee is new.")))
    assert not [one for one in world.slack.posts if one["channel"] == "C0OWNERS"]
    assert (world.last()["channel"], text_of(world.last())) == ("D0AGENT", "Thank you, noted.")
    with world.database.read() as connection:
        assert connection.exec_driver_sql("SELECT comment FROM feedback").scalar_one() == "The fee is new."


async def test_an_owner_is_told_directly_where_their_channel_has_guests(world: World) -> None:
    """The title of an internal document stays inside."""
    await world.ask(REFUND)
    await world.press(world.last(), "feedback", value="not_helpful")
    world.slack.channels["C0OWNERS"]["members"].append("U0GUEST")
    await world.deliver(filled(world.slack.opened[-1], chosen("reason", "step_wrong"), typed("comment", "The fee is new.")))
    told_of = [one["channel"] for one in world.slack.posts if "Not helpful: Handle a refund complaint" in text_of(one)]
    assert told_of == ["D0LEAD"]


async def test_without_a_place_for_owners_it_is_said_how_to_name_one(world: World) -> None:
    """Asked for all the same, by a button that stood there before the setting went."""
    await world.ask(UNKNOWN)
    post = world.last()
    object.__setattr__(world.front.options, "owners_channel", "")
    await world.press(post, "gap.owners")
    assert told(world).startswith("Nobody is set up to answer yet.")
