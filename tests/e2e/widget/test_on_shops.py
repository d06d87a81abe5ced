"""The widget on pages of all kinds: strict policies, hostile styles, odd tags, other languages."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.widget.conftest import HelpServer, Opened
from tests.e2e.widget.shop import PAGE, Shop, policy
from tests.e2e.widget.widget import RETURN_TIME, RETURN_TITLE, UNKNOWN, Widget

_BODY_START = "You have 60 days from the day your order is delivered."


def _use(widget: Widget) -> None:
    """Go through all that the widget does."""
    widget.open()
    widget.type("gift card")
    expect(widget.status).to_have_text("Answers found: 1")
    widget.ask(RETURN_TIME)
    widget.expect_answer(RETURN_TITLE)
    widget.button("No").click()
    widget.button("Send").click()
    expect(widget.content.locator(".told")).to_contain_text("Thank you.")
    widget.ask(UNKNOWN)
    expect(widget.heading).to_have_text("We have no answer to that yet")


@pytest.mark.parametrize("more", ["", "require-trusted-types-for 'script'; trusted-types sopbot"])
def test_a_strict_policy_is_kept_to_the_letter(on_shop: Opened, help_server: HelpServer, more: str) -> None:
    """The server in script-src and connect-src is all that the widget needs; the browser reports no violation."""
    widget = on_shop(policy=policy(help_server.address, more))
    _use(widget)
    widget.ask(RETURN_TIME)
    widget.expect_answer(RETURN_TITLE)
    expect(widget.content.locator(".body p")).to_contain_text(_BODY_START)
    assert widget.launcher.evaluate("button => getComputedStyle(button).position") == "fixed"  # the styles are there


def test_where_no_html_may_be_read_the_answer_is_shown_as_text(on_shop: Opened, help_server: HelpServer) -> None:
    """A policy without the name 'sopbot' in trusted-types costs the form of the answer, not the answer."""
    widget = on_shop(policy=policy(help_server.address, "require-trusted-types-for 'script'; trusted-types other"), complaints=True)
    widget.open()
    widget.ask(RETURN_TIME)
    expect(widget.content.locator(".body.plain")).to_contain_text(_BODY_START)
    assert [line for line in widget.complaints if "Add it: trusted-types sopbot" in line]


def test_the_demo_page_is_such_a_shop(opened: Opened, served: str) -> None:
    """/widget/demo keeps a strict policy with Trusted Types, and everything works on it."""
    widget = opened(f"{served}/widget/demo")
    _use(widget)
    demo = widget.page.request.get(f"{served}/widget/demo").headers["content-security-policy"]
    assert "require-trusted-types-for 'script'" in demo
    assert "unsafe" not in demo


def test_nothing_is_remembered_and_nothing_sent_before_it_is_opened(on_shop: Opened, help_server: HelpServer) -> None:
    """No cookie, no storage, no referrer, no request but the script's; even for those who use everything."""
    widget = on_shop()
    assert [response.url for response in widget.answers if help_server.address in response.url] == [f"{help_server.address}/widget.js"]
    _use(widget)
    assert widget.page.context.cookies() == []
    assert widget.page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    asked = [response.request for response in widget.answers if "/v1/" in response.url and response.request.method != "OPTIONS"]
    assert len(asked) >= 5
    assert [request.url for request in asked if {"referer", "cookie", "authorization"} & set(request.all_headers())] == []


def test_the_shops_styles_do_not_reach_it(on_shop: Opened) -> None:
    """Not through inheritance, not through a rule for everything, not through the size of a rem."""
    plain = on_shop(reduced_motion="reduce")
    plain.open()
    odd = on_shop(reduced_motion="reduce")
    odd.page.add_style_tag(
        content="html { font-size: 62.5% } * { all: unset !important; color: red !important; letter-spacing: 9px !important } "
        "body > * { opacity: 0.1; transform: rotate(3deg); font: italic 40px serif; text-align: center; direction: rtl } button, h2, ul { display: none !important }"
    )
    odd.open()
    look = """panel => [panel, ...panel.querySelectorAll("*")].map(element => {
        const { color, font, letterSpacing, direction, textAlign, opacity } = getComputedStyle(element);
        const { width, height } = element.getBoundingClientRect();
        return [element.localName, color, font, letterSpacing, direction, textAlign, opacity, Math.round(width), Math.round(height)].join();
    })"""
    assert odd.panel.evaluate(look) == plain.panel.evaluate(look)
    assert odd.page.locator("sopbot-widget").evaluate("host => getComputedStyle(host).opacity") == "1"


def test_two_tags_make_one_widget(opened: Opened, shop: Shop, help_server: HelpServer) -> None:
    """The second script does nothing, even under a policy that forbids a second Trusted Types policy of that name."""
    tag = f'<script src="{help_server.address}/widget.js" async></script>'
    strict = policy(help_server.address, "require-trusted-types-for 'script'; trusted-types sopbot")
    shop.show(help_server.address, policy=strict, page=PAGE.replace("{tags}", tag + "{tags}"))
    widget = opened(shop.address)
    expect(widget.page.locator("sopbot-widget")).to_have_count(1)


def test_a_tag_in_the_head_waits_for_the_page(opened: Opened, shop: Shop, help_server: HelpServer) -> None:
    """Loaded before there is a body, it appears when there is one; an early call to open it is not lost."""
    shop.show(help_server.address, page="<!doctype html><html lang=en><title>A shop</title><head>{tags}</head><body><h1>A shop</h1></body></html>")
    shop.page = shop.page.replace(" async", "").replace("</head>", "<script>sopbot.open('gift card')</script></head>")
    widget = opened(shop.address)
    expect(widget.panel).to_be_visible()
    widget.expect_answer("How long is a gift card valid?")


def test_any_language_can_be_set(opened: Opened, shop: Shop, help_server: HelpServer) -> None:
    """Texts come from a JSON script of the page, single ones from attributes; what is not translated stays English."""
    texts = '<script type="application/json" id="help-texts">{{"help": "Hjälp", "topics": "Ämnen", "search": "Sök"}}</script>'
    shop.show(
        help_server.address,
        'data-lang="sv" data-texts="#help-texts" data-text-topics="Alla ämnen" data-title="Vad gäller det?"',
        page=PAGE.replace("{tags}", "{tags}" + texts),
    )
    widget = opened(shop.address)
    expect(widget.launcher).to_have_text("Hjälp")
    widget.open()
    expect(widget.heading).to_have_text("Alla ämnen")
    expect(widget.panel.get_by_role("heading", level=2)).to_have_text("Vad gäller det?")
    expect(widget.field).to_have_attribute("placeholder", "Sök")
    expect(widget.button("Close")).to_be_visible()
    expect(widget.page.locator("sopbot-widget .root")).to_have_attribute("lang", "sv")


def test_german_and_arabic_are_built_in(on_shop: Opened) -> None:
    """The tag's language wins over the page's; Arabic comes from right to left, on the left of the window."""
    german = on_shop('data-lang="de-AT"')
    expect(german.launcher).to_have_text("Hilfe")
    arabic = on_shop('data-lang="ar"')
    arabic.open()
    assert arabic.panel.evaluate("panel => getComputedStyle(panel).direction") == "rtl"
    box = arabic.panel.bounding_box()
    assert box is not None
    assert box["x"] == 20


def test_one_topic_shows_its_questions_at_once(on_shop: Opened) -> None:
    """A page about returns need not ask which topic."""
    widget = on_shop('data-topics="returns"')
    widget.open()
    expect(widget.heading).to_have_text("Returns and exchanges")
    expect(widget.row(RETURN_TITLE)).to_be_visible()


@pytest.mark.parametrize(
    ("contact", "link", "name"),
    [
        ("tel:+442079460142", "tel:+442079460142", "Call us"),
        ("https://shop.example/contact", "https://shop.example/contact", "Contact us"),
        ('/contact" data-contact-label="Ask Ada', "{shop}/contact", "Ask Ada"),
    ],
)
def test_the_contact_may_be_a_number_or_a_page(opened: Opened, shop: Shop, help_server: HelpServer, contact: str, link: str, name: str) -> None:
    """Phone, page elsewhere, page of the shop; with words of the shop's own if it likes."""
    shop.show(help_server.address, f'data-contact="{contact}"')
    widget = opened(shop.address)
    widget.open()
    widget.ask(UNKNOWN)
    expect(widget.content.get_by_role("link", name=name, exact=True)).to_have_attribute("href", link.format(shop=shop.address))


@pytest.mark.parametrize("contact", ["javascript:alert(1)", "data:text/html,x", "https://[broken"])
def test_a_contact_that_is_no_contact_is_left_out(opened: Opened, shop: Shop, help_server: HelpServer, contact: str) -> None:
    """The panel does without, and the console tells the developer what is wrong."""
    shop.show(help_server.address, f'data-contact="{contact}"')
    widget = opened(shop.address, complaints=True)
    widget.open()
    widget.ask(UNKNOWN)
    expect(widget.heading).to_have_text("We have no answer to that yet")
    expect(widget.content.get_by_role("link")).to_have_count(0)
    assert [line for line in widget.complaints if f'data-contact="{contact}" must be a mailto:, tel: or https: link' in line]
