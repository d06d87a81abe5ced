"""What people do in Slack -> what the bot does; one file for each feature, each with `register(app, front)`."""

from __future__ import annotations

from slack_bolt.async_app import AsyncApp

from bot.slack.front import Front
from bot.slack.listeners import channel_settings, checklist_forms, checklists, choices, commands, feedback, gaps, home, messages, pages, replies, telling


def register_all(app: AsyncApp, front: Front) -> None:
    """Tell Bolt of every listener."""
    for feature in (messages, commands, choices, pages, replies, feedback, gaps, telling, checklists, checklist_forms, channel_settings, home):
        feature.register(app, front)
