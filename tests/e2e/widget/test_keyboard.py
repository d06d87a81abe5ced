"""The widget without a mouse, and for people who hear it."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.e2e.widget.conftest import Opened
from tests.e2e.widget.shop import Shop
from tests.e2e.widget.widget import RETURN_TIME, Widget


def _focused(widget: Widget) -> str:
    """The name of what the keyboard is on, inside the widget or outside."""
    return str(
        widget.page.evaluate("""() => {
            let active = document.activeElement;
            while (active.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
            return active.getAttribute("aria-label") ?? active.textContent.trim() ?? active.tagName;
        }""")
    )


def test_everything_is_reached_by_keys_and_escape_leads_back(on_shop: Opened) -> None:
    """From the button through results and answer to the feedback, each key landing where one expects."""
    widget = on_shop()
    keys = widget.page.keyboard
    for _ in range(3):
        keys.press("Tab")
    assert _focused(widget) == "Help"
    keys.press("Enter")
    assert _focused(widget) == "Ask a question or search"
    keys.type("gift card")
    expect(widget.status).to_have_text("Answers found: 1")
    keys.press("ArrowDown")
    assert _focused(widget) == "How long is a gift card valid?"
    keys.press("ArrowUp")
    assert _focused(widget) == "Ask a question or search"
    keys.press("ArrowDown")
    keys.press("Enter")
    widget.expect_answer("How long is a gift card valid?")
    reached = []
    while "No" not in reached:
        keys.press("Tab")
        reached.append(_focused(widget))
        assert len(reached) < 10
    assert reached == ["Link to this answer (opens in a new tab)", "Yes", "No"]
    keys.press("Space")
    assert widget.has_focus(widget.panel.get_by_label("It answers another question"))
    keys.press("ArrowDown")
    expect(widget.panel.get_by_label("It is hard to understand")).to_be_checked()
    keys.press("Escape")
    expect(widget.panel).to_be_hidden()
    assert _focused(widget) == "Help"


def test_a_page_of_the_shop_can_open_it_with_a_question_and_gets_the_focus_back(on_shop: Opened) -> None:
    """`sopbot.open(question)` asks at once; closing returns to the link that was pressed."""
    widget = on_shop()
    widget.page.evaluate("question => document.getElementById('own').addEventListener('click', () => sopbot.open(question))", RETURN_TIME)
    widget.page.locator("#own").focus()
    widget.page.keyboard.press("Enter")
    widget.expect_answer("How long do I have to return something?")
    expect(widget.field).to_have_value(RETURN_TIME)
    widget.button("Close").click()
    assert _focused(widget) == "I need help"


def test_beside_the_page_the_keyboard_may_leave_it_and_on_a_phone_not(on_shop: Opened) -> None:
    """On a large screen the panel is a part of the page; over all of a phone's screen it is modal, with the page behind it inert."""
    large = on_shop()
    large.open()
    large.page.locator("#voucher").focus()
    assert _focused(large) == "Voucher"
    phone = on_shop(viewport={"width": 360, "height": 720})
    phone.open()
    assert _focused(phone) == "How can we help?"  # not in the field, which would bring up the keyboard over the topics
    phone.page.locator("#voucher").focus()
    assert _focused(phone) != "Voucher"
    for _ in range(20):
        phone.page.keyboard.press("Tab")
        assert _focused(phone) not in {"Voucher", "I need help"}
    phone.page.set_viewport_size({"width": 1280, "height": 800})  # as when a tablet is turned
    expect(phone.panel).to_be_visible()
    phone.page.locator("#voucher").focus()
    assert _focused(phone) == "Voucher"


def test_the_shops_shortcuts_do_not_take_letters_from_the_field(on_shop: Opened) -> None:
    """A page that listens for single keys hears none that are typed into the panel."""
    widget = on_shop()
    widget.page.evaluate("addEventListener('keydown', event => { if (!event.target.matches('input')) { event.preventDefault(); window.taken = true; } })")
    widget.open()
    widget.type("gift card")
    expect(widget.field).to_have_value("gift card")
    assert widget.page.evaluate("window.taken") is None


def test_what_is_shown_is_named_for_screen_readers(on_shop: Opened, shop: Shop) -> None:
    """The panel is a named dialog with its parts in order: headings, search, list."""
    widget = on_shop('data-topics="refunds,returns,nosuch"')
    widget.open()
    expect(widget.panel).to_match_aria_snapshot("""
      - dialog "How can we help?":
        - heading "How can we help?" [level=2]
        - button "Close"
        - search:
          - searchbox "Ask a question or search"
          - button "Ask"
        - heading "Topics" [level=3]
        - list:
          - listitem:
            - button "Refunds"
          - listitem:
            - button "Returns and exchanges"
        - status
    """)
    assert shop.address in widget.page.url
