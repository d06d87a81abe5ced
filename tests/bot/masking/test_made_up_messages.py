from __future__ import annotations

import pytest

from bot.masking import mask
from tests.personal_data import KINDS, Message, messages


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_personal_is_left(kind: str) -> None:
    """Of each kind, in all the ways in which the messages write it, nothing can be read afterwards."""
    found: list[Message] = [message for message in messages(200 * len(KINDS)) if message.kind == kind]
    assert len(found) == 200
    assert [(message.text, mask(message.text)) for message in found if any(secret in mask(message.text) for secret in message.secrets)] == []


def test_what_is_asked_survives() -> None:
    """Order numbers, error codes, prices, dates and products stand in the masked messages as in those asked."""
    for message in messages(1_100):
        masked = mask(message.text)
        assert [word for word in ("WF-", "ERR-4012", "£59.99", "12/11/2026", "Trailblazer 500") if word in message.text and word not in masked] == []
