from __future__ import annotations

import pytest

from bot.masking import mask


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("I live at Flat 3, 12 High Street, London SW1A 1AA", "I live at [address], London [address]"),
        ("i live at 12 high street", "i live at [address]"),
        ("1600 N Pennsylvania Ave NW, Washington, DC 20500", "[address], Washington, [address]"),
        ("350 5th Ave, Apt 4B", "[address]"),
        ("PO Box 1234 or Postfach 10 20", "[address] or [address]"),
        ("Hauptstraße 12, 10115 Berlin", "[address]"),
        ("Lindenallee 5a\n04109 Leipzig\nDanke", "[address]\nDanke"),
        ("an D-10115 Berlin", "an [address]"),
        ("my postcode is sw1a1aa", "my postcode is [address]"),
        ("zip code: 62704", "zip code: [address]"),
        ("my address is 12 the old mill and I want it faster", "my address is [address] and I want it faster"),
        ("delivery address: Rose Cottage, Bury; leave it there", "delivery address: [address]; leave it there"),
    ],
)
def test_a_postal_address_is_replaced(text: str, masked: str) -> None:
    """As it is written in Britain, North America and Germany; what follows stays."""
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "my address is wrong on order WF-1234567",
        "how do I change the delivery address on the booking?",
        "the email address is 100% correct",
        "ip address: 10 or 20 hops",
        "a 4 lane road, 2 close friends, 3 way valve",
        "der Umweg 12 km, Radweg 5 min",
        "15000 Points and 10115 Orders",
        "at 5 of the street fairs",
        "Boxes 12, box 3",
    ],
)
def test_other_words_stay(text: str) -> None:
    """Numbers beside words that are no street are kept."""
    assert mask(text) == text
