"""`/sop settings`: what holds in this channel, and a form for whoever may change it."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.slack.blocks.modals import settings_view
from bot.slack.channel_settings import ChannelSetting
from bot.slack.clicks import field_value, guarded, packed, unpacked, whisper
from bot.slack.front import Front, in_thread
from bot.slack.rendering import notice

_MODES = {"mention": "I answer when I am mentioned", "every": "I answer every question I have something for", "off": "I do not answer"}


def register(app: AsyncApp, front: Front) -> None:
    """Listen to the settings form."""

    async def save(ack: Any, body: dict[str, Any], view: dict[str, Any]) -> None:
        await ack()
        user, channel = str(body["user"]["id"]), str(unpacked(view)["channel"])
        if not await front.may_lead(user):
            await whisper(front, user, "", notice("Only team leads and admins of the workspace may change how I behave in a channel."))
            return
        mode, audience = field_value(view, "mode"), field_value(view, "audience")
        setting = ChannelSetting(
            channel,
            "every" if mode == "every" else "off" if mode == "off" else "mention",
            "auto" if audience == "auto" else "public",
            field_value(view, "owners"),
            user,
        )
        await in_thread(front.channels.set, setting)
        await whisper(front, user, "", notice(f"Saved for <#{channel}>. {_in_words(setting)}"))

    app.view("channel.settings")(guarded(front, "saving the settings of a channel")(save))


async def open_settings(front: Front, user: str, channel: str, trigger_id: str, response_url: str) -> None:
    """Show the form to whoever may change something, and the settings in words to everybody else."""
    setting = await in_thread(front.channels.get, channel)
    if await front.may_lead(user):
        view = settings_view(setting.mode, setting.audience, setting.owners, packed(channel=channel))
        await front.client.views_open(trigger_id=trigger_id, view=view.to_dict())
    else:
        await whisper(front, user, response_url, notice(_in_words(setting)))


def _in_words(setting: ChannelSetting) -> str:
    reach = "from public documents only" if setting.audience == "public" else "from internal documents too, when only members can read here"
    owners = f" The SOP owners sit in <#{setting.owners}>." if setting.owners else ""
    return f"{_MODES[setting.mode]}, {reach}.{owners}"
