from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.masking import mask

PIECES = [
    "jane@example.com", "07700 900123", "+44 7700 900123", "4242 4242 4242 4242", "GB82 WEST 1234 5698 7654 32", "12-34-56", "my name is ", "Jane Doe", "Dear ", "Mr ", "Regards,\n", "I am ", "address: ", "10115 Berlin", "12345678",
    "WF-1234567", "SW1A 1AA", "12 High Street", "account 1234567", "@", "-", " ", ".", "0", "1", "00", "(", ")", "+", "[phone]", "A", "é", "\n", "٣",
]  # fmt: skip
MESSY = st.one_of(st.text(), st.lists(st.sampled_from(PIECES), max_size=12).map("".join), st.text(alphabet="0123456789 -.()+@aZ/,"))


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("mail jane.doe+x@example.co.uk, please", "mail [email], please"),
        ("<mailto:j@b.de|j@b.de>", "<mailto:[email]|[email]>"),
        ("call 07700 900123 or +44 (0)7700 900123.", "call [phone] or [phone]."),
        ("(555) 123-4567 or 555.123.4567", "[phone] or [phone]"),
        ("030 1234567, 06 12 34 56 78, 020 7946 0958", "[phone], [phone], [phone]"),
        ("0044 20 7946 0958", "[phone]"),
        ("card 4242 4242 4242 4242 12/27", "card [card] 12/27"),
        ("4111111111111111 and 3782 822463 10005", "[card] and [card]"),
        ("mistyped 4242 4242 4242 4243", "mistyped [number]"),
        ("GB82 WEST 1234 5698 7654 32 please", "[iban] please"),
        ("to DE89370400440532013000.", "to [iban]."),
        ("sort code 12-34-56 account 12345678", "sort code [number]"),
        ("account number 1234567", "[number]"),
        ("tracking JD014600003828392", "tracking JD[number]"),
        ("SSN 123-45-6789", "SSN [number]"),
        ("I live at 12 High Street, London SW1A 1AA", "I live at [address], London [address]"),
        ("Hauptstraße 12, 10115 Berlin", "[address]"),
        ("Springfield, IL 62704", "Springfield, [address]"),
    ],
)
def test_personal_data_is_replaced(text: str, masked: str) -> None:
    """What tells who somebody is gives way to the name of its kind."""
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "order WF-1234567 shows ERR-4012 after 60 days of the 23-step setup",
        "paid £1,234.56 and $1,299.00, 3.95 back, 15 % off",
        "between 2026-11-21 14:30 and 21/11/2026 10:15, by 10.11.2026 - 12.11.2026 or 07 12 2026",
        "return R-20261102, ticket 12345678, case W-20261121-0042",
        "card ending 4242, expires 12/27",
        "sizes 38 40 42 44 46, steps 1 2 3 4 5 6 7 8 9 10 11 12",
        "M5 8GB, B2 4th floor, iPhone 15 Pro 256 GB",
        "2 Close tickets 3 Follow the way we work",
        "@amara please look, we are open 9-17",
        "{{order_number}} for {{customer_name}}",
        "",
    ],
)
def test_what_a_question_is_about_is_kept(text: str) -> None:
    """Order numbers, error codes, amounts, dates, sizes and placeholders stay as they are."""
    assert mask(text) == text


def test_numbers_without_country_code_are_those_of_the_region() -> None:
    """A number that is one in Spain only is masked where Spain is the region."""
    assert [mask("ring 91 234 56 78", region) for region in ("GB", "ES")] == ["ring 91 234 56 78", "ring [phone]"]


@given(MESSY)
def test_masking_twice_changes_nothing(text: str) -> None:
    """What is masked already stays as it is."""
    once = mask(text)
    assert mask(once) == once


@given(MESSY)
def test_the_text_grows_at_most_twofold(text: str) -> None:
    """No input makes a text grow without bound."""
    assert len(mask(text)) <= 2 * len(text)


@given(st.from_regex(r"[a-z]{1,8}[.+]?[a-z0-9]{1,8}@[a-z]{1,8}\.[a-z]{2,5}", fullmatch=True), st.sampled_from(["{}", "my mail is {} thanks", "({})", "{}, or"]))
def test_every_plain_address_goes(address: str, around: str) -> None:
    """No e-mail address of the usual form is left."""
    assert mask(around.format(address)) == around.format("[email]")


@given(st.integers(10**8, 10**25), st.sampled_from(["{}", "no {}!", "ref:{}", "X{}"]))
def test_no_long_number_is_left(number: int, around: str) -> None:
    """Nine digits in a row and more are always masked."""
    assert str(number) not in mask(around.format(number))


@pytest.mark.parametrize(
    "unit",
    [
        "1234567 ",
        "1-",
        "a-",
        "a@",
        "Mr A ",
        "Hi A\n",
        "my name is ",
        "Thanks, ",
        "regards ",
        "a van ",
        "address is 1 a",
        "I am A ",
        "1 A Street",
        "(0",
        "1 ",
        "12-34-56 ",
        "GB82 ",
        "1 Ab ",
        "@a.",
        "0 12",
    ],
)
def test_no_text_takes_long(unit: str) -> None:
    """The longest question that is read, made to be slow, takes a fraction of a second."""
    started = time.process_time()
    mask((unit * 8000)[:8000])
    assert time.process_time() - started < 0.5
