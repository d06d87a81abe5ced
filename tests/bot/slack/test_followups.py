"""The plain rules by which a short message below an answer is understood."""

from __future__ import annotations

import pytest

from bot.slack.followups import FollowUp, channel_in, expected, looks_like_question, read_follow_up


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("and by phone?", FollowUp("channel", "phone")),
        ("What about live chat", FollowUp("channel", "chat")),
        ("same for email please", FollowUp("channel", "email")),
        ("SMS", FollowUp("channel", "sms")),
        ("next", FollowUp("next")),
        ("Next steps, please!", FollowUp("next")),
        ("show all", FollowUp("all")),
        ("that’s not it", FollowUp("not_it")),
        ("Thanks!!", FollowUp("thanks")),
        ("and if the item is broken?", None),
        ("next of kin wants a refund", None),
        ("what about a customer who rings back", None),
        ("no refund arrived", None),
        ("", None),
    ],
)
def test_short_messages_are_read_by_rules(text: str, meant: FollowUp | None) -> None:
    """What matches a rule is a follow-up; everything else is a question of its own."""
    assert read_follow_up(text) == meant


@pytest.mark.parametrize(
    ("question", "channel"),
    [
        ("how do I handle a refund complaint by phone", "phone"),
        ("what do I write in an email to an angry customer", "email"),
        ("customer on live chat wants a refund", "chat"),
        ("by phone or by email?", ""),
        ("what is in the form of payment", ""),
        ("refund complaint", ""),
    ],
)
def test_a_question_names_its_channel(question: str, channel: str) -> None:
    """One channel named is that channel; none or two is none."""
    assert channel_in(question) == channel


def test_what_is_expected_without_a_mention() -> None:
    """The bot's own thread is its own; elsewhere only the asker's questions are, and never its "not found"."""
    assert [expected(True, asker, question) for asker in (True, False) for question in (True, False)] == ["anything", "anything", "anything", "sure"]
    assert [expected(False, asker, question) for asker in (True, False) for question in (True, False)] == ["something", "nothing", "nothing", "nothing"]


@pytest.mark.parametrize(
    ("text", "asks"), [("Where is my parcel?", True), ("how do we refund a gift card", True), ("lunch at noon", False), ("What a day", False)]
)
def test_questions_look_like_questions(text: str, asks: bool) -> None:
    """A question mark, or a question word with something behind it."""
    assert looks_like_question(text) is asks
