"""Settings of Slack, as the front end gets them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.cli.slack_wiring import slack_options
from bot.errors import SettingsError
from bot.settings import read_settings


@pytest.mark.parametrize(
    ("settings", "channel"),
    [
        ({}, ""),
        ({"SOPBOT_SLACK_OWNERS_CHANNEL": "C1"}, "C1"),
        ({"SOPBOT_SLACK_OWNERS_CHANNEL": "C1", "SOPBOT_SLACK_DIGEST_CHANNEL": "C2"}, "C2"),
        ({"SOPBOT_SLACK_DIGEST_CHANNEL": "C2", "SOPBOT_SLACK_DIGEST": "friday 15:30 Europe/London"}, "C2"),
        ({"SOPBOT_SLACK_OWNERS_CHANNEL": "C1", "SOPBOT_SLACK_DIGEST_CHANNEL": "C2", "SOPBOT_SLACK_DIGEST": "off"}, ""),
    ],
)
def test_the_digest_goes_to_the_owners_unless_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: dict[str, str], channel: str) -> None:
    """Another channel, or none."""
    monkeypatch.chdir(tmp_path)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    assert slack_options(read_settings()).digest_channel == channel


def test_gaps_lead_to_the_review_page(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """When the address is known at which people reach the server."""
    monkeypatch.chdir(tmp_path)
    assert slack_options(read_settings()).review_url == ""
    monkeypatch.setenv("SOPBOT_PUBLIC_URL", "https://help.example.org/")
    assert slack_options(read_settings()).review_url == "https://help.example.org/review"


def test_a_time_that_cannot_be_read_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The setting is named, with how to write it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOPBOT_SLACK_DIGEST", "daily")
    with pytest.raises(SettingsError, match=r'SOPBOT_SLACK_DIGEST .* write it like "monday 09:00"'):
        read_settings()
