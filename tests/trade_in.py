"""A story for several tests: what ten people ask, each in words of their own, that no starter document covers, and what would answer it."""

from __future__ import annotations

ASKED = (
    "do you buy used bikes",
    "can I trade in my old bicycle",
    "will you take my old bike in part exchange",
    "I want to sell you my second-hand bike",
    "is there a trade-in scheme for bikes",
    "how much would I get for my old bike",
    "part exchange my bike for a new one",
    "do you accept used bicycles as part payment",
    "what do you pay for second hand bikes",
    "swap my old bike for a discount on a new one",
)
HALF = ASKED[:5]
"""What a first draft has; some of the others are not found by it."""
TITLE = "Do you take old bikes in part exchange?"
ANSWER = "Yes. Bring your old bike to any store and we look at it for free; you get a voucher for what it is worth towards a new one."
