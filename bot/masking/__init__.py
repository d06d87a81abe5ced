"""Text -> the same text without personal data, before it is stored.

Masked are e-mail addresses, phone numbers, card and bank account numbers, postal addresses, long numbers, and names of
people where the words around them say that they are names. Kept is what a question is about: order numbers (WF-1234567),
error codes (ERR-4012), amounts, dates, durations, products.
"""

from __future__ import annotations

from bot.masking.addresses import mask_addresses
from bot.masking.names import mask_names
from bot.masking.numbers import mask_numbers

__all__ = ["mask"]


def mask(text: str, phone_region: str = "GB") -> str:
    """Replace personal data.

    Args:
        text: any text.
        phone_region: the country whose numbers are written without a country code, ISO 3166 with two letters.

    Returns:
        The text with `[email]`, `[phone]`, `[card]`, `[iban]`, `[address]`, `[number]` and `[name]` in place of what was
        found; at most twice as long. What is masked already stays as it is.
    """
    # What is left beside a replacement may be found in the next round. Each replacement takes letters or digits away and
    # brings none but its own, which are never taken for anything, so this ends.
    while True:
        masked = mask_names(mask_addresses(mask_numbers(text, phone_region)))
        if masked == text:
            return masked
        text = masked
