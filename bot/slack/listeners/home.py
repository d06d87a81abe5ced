"""The Home tab (search, what changed, my checklists, gaps for leads) and the agent view's suggested prompts."""

from __future__ import annotations

import re
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_sdk.models.views import View

from bot.answer import Answer, first_of_each_document
from bot.phrases import GONE
from bot.question_text import QuestionRefused
from bot.slack.answering import ask_and_store, can_hand_over, question_of
from bot.slack.blocks.home import ForLeads, home_view
from bot.slack.blocks.limits import MODAL_BLOCKS
from bot.slack.blocks.modals import notice_view
from bot.slack.blocks.outcome import error_text, notice_blocks
from bot.slack.channel_settings import ChannelSetting
from bot.slack.clicks import audience_of, guarded, read_click
from bot.slack.front import Front, OpenIndex, in_thread, report
from bot.slack.listeners.pages import whole_view
from bot.slack.posting import permalink
from bot.slack.rendering import outcome_message
from index.records import Audience

_PROMPTS = 4
_GAPS = 8


def register(app: AsyncApp, front: Front) -> None:
    """Listen to the opening of the app, and to what is on the Home tab."""

    async def opened(event: dict[str, Any]) -> None:
        user = str(event["user"])
        try:
            if event.get("tab") == "messages":
                await suggest_prompts(front, user, str(event["channel"]))
            else:
                await publish_home(front, user)
        except Exception as error:  # noqa: BLE001 (opening the app is no question, so nothing is posted)
            reference = report(error, "showing the Home tab")
            if event.get("tab") != "messages":
                await front.client.views_publish(user_id=user, view=View(type="home", blocks=notice_blocks(error_text(reference))).to_dict())

    async def search(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        click = read_click(body)
        opened_view = await front.client.views_open(trigger_id=click.trigger_id, view=notice_view("Searching", notice_blocks("One moment …")).to_dict())
        try:
            audience = await audience_of(front, click.user, "")
            view = await in_thread(_search, front, click.value, click.user, audience)
        except QuestionRefused as refused:
            view = notice_view("Find a procedure", notice_blocks(str(refused)))
        except Exception as error:  # noqa: BLE001 (whatever it is, people read a sentence and the log gets the traceback)
            view = notice_view("Sorry", notice_blocks(error_text(report(error, "searching from the Home tab"))))
        await front.client.views_update(view_id=opened_view["view"]["id"], view=view.to_dict())

    async def open_entry(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        click = read_click(body)
        audience = await audience_of(front, click.user, "")
        entry = (await in_thread(front.index.get)).entry(click.value, audience)
        view = whole_view(entry, 0) if entry else notice_view("Not there any more", notice_blocks(GONE))
        await front.client.views_open(trigger_id=click.trigger_id, view=view.to_dict())

    app.event("app_home_opened")(opened)
    app.action("home.search")(guarded(front, "searching from the Home tab")(search))
    app.action(re.compile(r"^home\.open\.\d+$"))(guarded(front, "opening a document")(open_entry))


async def publish_home(front: Front, user: str) -> None:
    """Show somebody their Home tab."""
    audience = await audience_of(front, user, "")
    index = await in_thread(front.index.get)
    entries = index.entries(audience)
    mine = []
    for checklist in await in_thread(front.checklists.open_of, user, 8):
        if checklist.internal and audience != "internal":
            continue
        mine.append((checklist, await permalink(front.client, checklist.channel, checklist.message_ts)))
    recent = sorted((entry for entry in first_of_each_document(entries) if entry.reviewed_on), key=lambda entry: (entry.reviewed_on, entry.title), reverse=True)
    shown = await in_thread(_for_leads, front, index) if await front.may_lead(user) else None
    await front.client.views_publish(user_id=user, view=home_view(recent, mine, shown).to_dict())


async def suggest_prompts(front: Front, user: str, channel: str) -> None:
    """Offer the questions that are asked most, among those this person may see answered."""
    audience = await audience_of(front, user, channel)
    index = await in_thread(front.index.get)
    asked = [entry_id for entry_id, _ in await in_thread(front.log.most_asked, audience, 20)]
    entries = [entry for entry_id in asked if (entry := index.entry(entry_id, audience))] or list(index.entries(audience))
    prompts = [{"title": entry.title[:75], "message": entry.questions[0] if entry.questions else entry.title} for entry in entries[:_PROMPTS]]
    if prompts:
        await front.client.assistant_threads_setSuggestedPrompts(channel_id=channel, title="Asked most", prompts=prompts)


def _search(front: Front, text: str, user: str, audience: Audience) -> Any:
    asked, shown = ask_and_store(front, question_of(front, text, user, audience), "", "", user)
    if isinstance(asked.outcome, Answer):
        return whole_view(asked.outcome.entry, shown.reply)
    message = outcome_message(asked.outcome, asked.hits, shown, False, False, can_hand_over(front, ChannelSetting("")))
    return notice_view("Find a procedure", message.blocks[:MODAL_BLOCKS])


def _for_leads(front: Front, index: OpenIndex) -> ForLeads:
    return ForLeads(front.gaps.listed(limit=_GAPS), front.gaps.count(), first_of_each_document(index.past_review(front.today())), front.options.review_url)
