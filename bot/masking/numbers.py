"""Text -> the same text without e-mail addresses, phone, card and account numbers, and long numbers."""

from __future__ import annotations

import re

LONG_NUMBER = 9
"""Digits in a row from which a number is masked whatever it is; order numbers are shorter."""
_CARD_DIGITS, _IBAN_CHARACTERS = range(13, 20), range(15, 35)
_INTERNATIONAL_DIGITS = 8
"""Digits from which a number that begins with + is a phone number."""

_NOTHING_TO_DO = re.compile(r"[^\d@]*")
# Possessive quantifiers (`++`) and the look-behinds keep every pattern linear, also for text made to be slow.
_EMAIL = re.compile(r"(?<![\w.+%'~#&=-])[\w.+%'~#&=-]++@[\w-]++(?:\.[\w-]++)+")
_IBAN = re.compile(r"(?<!\w)[A-Za-z]{2}\d{2}(?:[ .-]?[A-Za-z0-9]{2,4}){3,8}(?!\w)")
_BETWEEN = str.maketrans("", "", " .-")
_CARD = re.compile(r"(?<![\d-])(?:\d{4}([ -])\d{4}\1\d{4}\1\d{4}(?!\d)|\d{13,19}(?!\d)|\d{3,7}+(?:[ -]\d{3,7}+){1,5}+(?!\d))")
_BANK_ACCOUNT = re.compile(
    r"(?<![\d-])\d{2}-\d{2}-\d{2}\b[^\d\n]{1,20}\d{8}(?!\d)"  # sort code and account
    r"|\b(?:account|acct)(?: number| no\.?)?[ :]+(?:is )?\d{6,8}(?![\d-])",
    re.IGNORECASE,
)
_PHONE = re.compile(
    r"(?<![\w+])(?:"
    r"(?:\+|00)[1-9](?:[ ()./\u2013-]{0,3}\d){6,13}"  # with a country code: +44 (0)7700 900123
    r"|\(?0\d{1,5}\)?(?:[ ./\u2013-]{1,2}\d{2,8}){1,5}"  # with a trunk prefix: 07700 900123, (030) 1234567
    r"|\(?[2-9]\d\d\)?[ .-]{1,2}\d{3}[ .-]\d{4}"  # North America: (555) 123-4567
    r")(?![\d-])"
)
_PHONE_LIKE = re.compile(r"\d(?:[^\w\n]{0,3}\d){8}")
_LONG_NUMBER = re.compile(rf"\d{{{LONG_NUMBER},}}|(?<![\d-])\d{{3}}([ -])\d{{2,3}}\1\d{{3,4}}(?![\d-])")
_DATE = re.compile(r"(?<!\d)(?:\d{4}([-/.])\d{1,2}\1\d{1,2}|\d{1,2}([-/.])\d{1,2}\2(?:\d{4}|\d{2}))(?!\d)")
_CODE_BEFORE = re.compile(r"[A-Za-z]-$")


def mask_numbers(text: str, phone_region: str) -> str:
    """Replace e-mail addresses and telling numbers once; see `bot.masking.mask`."""
    if _NOTHING_TO_DO.fullmatch(text):
        return text
    if "@" in text:
        text = _EMAIL.sub("[email]", text)
    text = _IBAN.sub(_iban, text)
    text = _CARD.sub(_card, text)
    text = _BANK_ACCOUNT.sub("[number]", text)
    text = _PHONE.sub(_phone, text)
    if _PHONE_LIKE.search(text):
        text = _valid_phones(text, phone_region)
    return _LONG_NUMBER.sub("[number]", text)


def _digits(text: str) -> list[int]:
    return [int(character) for character in text if character.isdecimal()]


def _phone(match: re.Match[str]) -> str:
    found = match[0]
    enough = _INTERNATIONAL_DIGITS if found.startswith("+") else LONG_NUMBER
    return "[phone]" if len(_digits(found)) >= enough and not _DATE.search(found) else found


def _card(match: re.Match[str]) -> str:
    """A card number, or one with a digit mistyped: four groups of four are nothing else."""
    found = match[0]
    if len(_digits(found)) in _CARD_DIGITS and _luhn(found):
        return "[card]"
    return "[number]" if match[1] else found


def _luhn(text: str) -> bool:
    """The check digit of payment cards, ISO/IEC 7812-1 annex B."""
    doubled = [digit if position % 2 == 0 else sum(divmod(2 * digit, 10)) for position, digit in enumerate(reversed(_digits(text)))]
    return sum(doubled) % 10 == 0


def _iban(match: re.Match[str]) -> str:
    """Mask the longest beginning, up to the end of a word, that is an account number; words may follow it."""
    found = match[0]
    ends = [len(found), *(position for position in range(len(found) - 1, 0, -1) if found[position] in " .-")]
    for end in ends:
        if _is_iban(found[:end].translate(_BETWEEN).upper()):
            return "[iban]" + found[end:]
    return found


def _is_iban(account: str) -> bool:
    """Length and check digits, ISO 13616: the number, country moved to the end, letters as 10 to 35, is 1 modulo 97."""
    if len(account) not in _IBAN_CHARACTERS:
        return False
    return int("".join(str(int(character, 36)) for character in account[4:] + account[:4])) % 97 == 1


def _valid_phones(text: str, region: str) -> str:
    """Mask what the numbering plans of the world take for a phone number."""
    import phonenumbers  # here, because it is large and most questions hold no long number

    for match in reversed(list(phonenumbers.PhoneNumberMatcher(text, region))):
        found = match.raw_string
        if len(_digits(found)) >= LONG_NUMBER and not _DATE.search(found) and not _CODE_BEFORE.search(text[: match.start]):
            text = f"{text[: match.start]}[phone]{text[match.end :]}"
    return text
