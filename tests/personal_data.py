"""Made-up messages that hold personal data of every kind, in the ways in which people write it."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

FIRST = (
    "Quillon", "Ottoline", "Zephyrine", "Ludovica", "Bartholomäus", "Siobhán", "Xiomara", "Thaddeus", "Wilhelmina", "Ángel", "Øyvind", "Ngozi", "Anne-Sophie",
    "Łukasz", "Priyanka", "D’Artagnan", "Giacomo", "Mehmet", "Tomoko", "Ewelina",
)  # fmt: skip
LAST = (
    "Quibbleworth", "Featherstonehaugh", "Zwetschgenbaum", "O’Rafferty", "van der Kloosterboer", "Ó Súilleabháin", "Wieczorkowska", "Baptiste-Moreau", "McGillicuddy",
    "Oyelaranovic", "de la Fontanilla", "Hrabovská", "Yamanouchi", "Trevelyanne", "Großkopfler", "Ramachandranath", "Al-Khwarizmi", "Ferrantelli", "Vysotskaya", "Llewellynne",
)  # fmt: skip
STREET_WORDS = ("Larkspur", "Old Millhouse", "Thornbridge", "Queen Adelaide", "St Swithin’s", "Blackberry", "Copperfield")
GERMAN_STREETS = ("Lindenblütenstraße", "Sperlingsgasse", "Wacholderweg", "Kastanienallee", "Domplatz", "Brückenstr.")
TOWNS = ("Leipzig", "Osnabrück", "Regensburg")
ASKED = (
    "where is my refund for order WF-{order}?", "the display shows ERR-4012", "the parcel has not arrived", "can I change the date of my booking",
    "how long do I have to return a Trailblazer 500", "I was charged £59.99 twice", "the brakes squeak since 12/11/2026",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Message:
    """A message, and what of it nobody may find afterwards."""

    kind: str
    text: str
    secrets: tuple[str, ...]
    """Each stands in the text as it is written here."""


def messages(count: int, seed: int = 20261122) -> list[Message]:
    """Made-up messages, all kinds in turn; the same for the same seed."""
    draw = random.Random(seed)
    return [_message(draw, kind, make) for kind, make in (list(KINDS.items()) * -(-count // len(KINDS)))[:count]]


def _message(draw: random.Random, kind: str, make: Callable[[random.Random, str], tuple[str, tuple[str, ...]]]) -> Message:
    text, secrets = make(draw, draw.choice(ASKED).format(order=draw.randint(1_000_000, 9_999_999)))
    return Message(kind, text, secrets)


def _digits(draw: random.Random, count: int) -> str:
    return "".join(draw.choice("0123456789") for _ in range(count))


def _email(draw: random.Random, asked: str) -> tuple[str, tuple[str, ...]]:
    user = f"{draw.choice(('quillon', 'ottoline.q', 'zephyrine+shop', 'x_thaddeus'))}{_digits(draw, 3)}"
    address = f"{user}@{draw.choice(('example.com', 'mail.example.co.uk', 'büro-example.de'))}"
    return draw.choice(("{0}, my mail is {1}", "{1} - {0}", "{0} reply to <{1}> please", "From: {1}\n{0}")).format(asked, address), (user,)


def _phone(draw: random.Random, asked: str) -> tuple[str, tuple[str, ...]]:
    number = draw.choice(
        (
            f"07700 900{_digits(draw, 3)}", f"+44 7700 900{_digits(draw, 3)}", f"+44 (0)20 7946 0{_digits(draw, 3)}", f"(555) 012-{_digits(draw, 4)}",
            f"+1 415 555 0{_digits(draw, 3)}", f"0171/5550{_digits(draw, 3)}", f"+49 151 5550{_digits(draw, 4)}", f"0044 1632 960{_digits(draw, 3)}", f"07700900{_digits(draw, 3)}",
        )
    )  # fmt: skip
    return draw.choice(("{0} call me on {1}", "{1}\n{0}", "{0} my number: {1}.", "ring {1} about this: {0}")).format(asked, number), (number,)


def _card(draw: random.Random, asked: str) -> tuple[str, tuple[str, ...]]:
    begins = draw.choice(("4", "51", "37"))
    body = begins + _digits(draw, (14 if begins == "37" else 15) - len(begins))
    total = sum(sum(divmod(2 * int(digit), 10)) if place % 2 == 0 else int(digit) for place, digit in enumerate(reversed(body)))
    number = body + str(-total % 10)
    if len(number) == 16 and draw.random() < 0.7:
        number = draw.choice(" -").join(number[place : place + 4] for place in range(0, 16, 4))
    return draw.choice(("{0} I paid with {1}", "card {1}, {0}", "{0} (Visa {1} 12/27)")).format(asked, number), (number,)


def _iban(draw: random.Random, asked: str) -> tuple[str, tuple[str, ...]]:
    country, length = draw.choice((("DE", 18), ("FR", 23), ("ES", 20), ("AT", 16)))
    body = _digits(draw, length)
    check = 98 - int("".join(str(int(letter, 36)) for letter in f"{body}{country}00")) % 97
    number = f"{country}{check:02d}{body}"
    if draw.random() < 0.6:
        number = " ".join(number[place : place + 4] for place in range(0, len(number), 4))
    return draw.choice(("{0} send it to {1}", "IBAN: {1}\n{0}", "{0} my account is {1}.")).format(asked, number), (number,)


def _account(draw: random.Random, asked: str) -> tuple[str, tuple[str, ...]]:
    number = _digits(draw, 8)
    sort_code = "-".join(_digits(draw, 2) for _ in range(3))
    return draw.choice(("{0} account number {1}", "sort code {2}, account {1}: {0}", "{0} my account number is {1}")).format(asked, number, sort_code), (
        number,
    )


def _british_address(draw: random.Random, asked: str) -> tuple[str, tuple[str, ...]]:
    street = f"{draw.randint(1, 299)} {draw.choice(STREET_WORDS)} {draw.choice(('Road', 'Street', 'Lane', 'Avenue', 'Close', 'Crescent', 'Mews'))}"
    code = f"{draw.choice(('SW', 'LS', 'M', 'EH', 'BS'))}{draw.randint(1, 20)} {draw.randint(1, 9)}{draw.choice(('AB', 'QD', 'XY'))}"
    shape = draw.choice(("{0} I live at {1}, Bristol {2}", "ship it to {1}, {2}. {0}", "{0}\nFlat 3B, {1}\nLeeds\n{2}", "my address is {1}, York, {2} and {0}"))
    return shape.format(asked, street, code), (street, code)


def _american_address(draw: random.Random, asked: str) -> tuple[str, tuple[str, ...]]:
    street = f"{draw.randint(100, 9999)} {draw.choice(('', 'N ', 'W. '))}{draw.choice(('Sycamore Hollow', 'Larkspur', '35th', 'Old Post'))} {draw.choice(('Ave', 'St', 'Blvd', 'Dr', 'Ln', 'Pkwy'))}"
    code = f"{draw.choice(('IL', 'CA', 'NY'))} {_digits(draw, 5)}"
    shape = draw.choice(
        (
            "{0} deliver to {1}, Springfield, {2}",
            "{1}, Apt 4B, Portland, {2}: {0}",
            "{0} shipping address: {1}, Fairview, {2}",
            "PO Box 7731\n{1}\nSalem, {2}\n{0}",
        )
    )
    return shape.format(asked, street, code), (street, code)


def _german_address(draw: random.Random, asked: str) -> tuple[str, tuple[str, ...]]:
    street = f"{draw.choice(GERMAN_STREETS)} {draw.randint(1, 199)}{draw.choice(('', 'a', 'c'))}"
    town = f"{_digits(draw, 5)} {draw.choice(TOWNS)}"
    return draw.choice(("{0} Ich wohne {1}, {2}", "{1}\n{2}\n{0}", "{0} an {1}, {2} bitte")).format(asked, street, town), (street, town)


def _name(draw: random.Random) -> tuple[str, str, str]:
    first, last = draw.choice(FIRST), draw.choice(LAST)
    return first, last, f"{first} {last}"


def _introduced(draw: random.Random, asked: str) -> tuple[str, tuple[str, ...]]:
    first, _last, full = _name(draw)
    shape = draw.choice(
        (
            "Hi, my name is {1} and {0}", "my name's {2}. {0}", "I am {1}, {0}", "I'm {1}. {0}", "Hello, this is {1} speaking, {0}", "Mein Name ist {1}, {0}",
            "{0} my full name is {1}", "Name: {1}\n{0}", "my name is {3}, {0}", "I’m {2} from accounts, {0}", "{0} The order is under the name {1}.",
        )
    )  # fmt: skip
    return shape.format(asked, full, first, full.lower()), (full if "{1}" in shape else full.lower() if "{3}" in shape else first,)


def _greeted_or_signed(draw: random.Random, asked: str) -> tuple[str, tuple[str, ...]]:
    first, last, full = _name(draw)
    shape = draw.choice(
        (
            "Dear {1},\n{0}", "Hi {2},\n\n{0}", "Hello {2}! {0}", "{0}\n\nKind regards,\n{1}", "{0} Thanks, {2}", "{0}\nBest,\n{2}", "{0}\n\nMany thanks\n{1}\nSent from my phone",
            "Dear Mr {3},\n{0}", "{0}\nMit freundlichen Grüßen\n{1}", "{0}\n— {1}", "hi {4}, {0}", "Sehr geehrte Frau {3},\n{0}",
        )
    )  # fmt: skip
    secret = full if "{1}" in shape else last if "{3}" in shape else first.lower() if "{4}" in shape else first
    return shape.format(asked, full, first, last, first.lower()), (secret,)


def _of_others(draw: random.Random, asked: str) -> tuple[str, tuple[str, ...]]:
    first, last, full = _name(draw)
    shape = draw.choice(
        (
            "I spoke to {2} yesterday, {0}", "my wife {1} ordered it, {0}", "our customer {1} says: {0}", "{0} Mrs {3} called twice", "a customer called {1} asks {0}",
            "on behalf of {1}: {0}", "{0} the account holder is {1}", "I chatted with {2} and {0}", "Dr. {3} wants to know: {0}",
        )
    )  # fmt: skip
    return shape.format(asked, full, first, last), (full if "{1}" in shape else last if "{3}" in shape else first,)


KINDS: dict[str, Callable[[random.Random, str], tuple[str, tuple[str, ...]]]] = {
    "email": _email,
    "phone": _phone,
    "card": _card,
    "iban": _iban,
    "account": _account,
    "british address": _british_address,
    "american address": _american_address,
    "german address": _german_address,
    "name, introduced": _introduced,
    "name, in a greeting or signature": _greeted_or_signed,
    "name, of somebody else": _of_others,
}
