"""What the widget says when the server is slow, busy, broken or out of reach: a plain sentence, never an empty panel."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect

from tests.e2e.widget.conftest import HelpServer, Opened
from tests.e2e.widget.shop import Shop
from tests.e2e.widget.widget import CONTACT, RETURN_TIME, RETURN_TITLE, Widget


def _refusals(widget: Widget, *, status: int, times: int, headers: dict[str, str]) -> list[Route]:
    """Let the server refuse the next questions; gives those refused."""
    refused: list[Route] = []

    def answer(route: Route) -> None:
        if len(refused) >= times:
            route.continue_()
            return
        refused.append(route)
        allowed = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "Retry-After"}
        route.fulfill(status=status, json={"request_id": "4f2a"}, headers=headers | allowed)

    widget.page.route("**/v1/ask", answer)
    return refused


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_server_is_asked_again_after_the_time_it_names(on_shop: Opened, status: int) -> None:
    """The panel says how long it waits, does not ask before, and then shows the answer."""
    widget = on_shop(complaints=True, before=lambda widget: widget.page.clock.install())
    widget.open()
    refused = _refusals(widget, status=status, times=1, headers={"Retry-After": "17"})
    widget.ask(RETURN_TIME)
    expect(widget.content).to_contain_text("Many people are asking at the moment. This tries again by itself in 17 seconds.")
    widget.page.clock.pause_at(widget.page.evaluate("Date.now() / 1000 + 10"))
    widget.page.wait_for_timeout(300)  # of the test's own clock: a request that was made too early would have come by
    assert widget.calls().count("v1/ask") == len(refused) == 1
    widget.page.clock.fast_forward(8_000)
    widget.expect_answer(RETURN_TITLE)


def test_a_defect_of_the_server_is_told_with_its_reference(on_shop: Opened) -> None:
    """The sentence names the id under which the server's log knows the request; "Try again" tries again."""
    widget = on_shop(complaints=True)
    widget.open()
    _refusals(widget, status=500, times=1, headers={})
    widget.ask(RETURN_TIME)
    expect(widget.content.get_by_role("alert")).to_have_text("Something went wrong on our side. Please try again later. (Reference 4f2a)")
    expect(widget.content.get_by_role("link", name="Write to us")).to_have_attribute("href", CONTACT)
    widget.button("Try again").click()
    widget.expect_answer(RETURN_TITLE)


def test_being_offline_is_told_as_such(on_shop: Opened) -> None:
    """Without a connection the panel says so, also when it was opened for the first time; typing keeps the keyboard in the field."""
    widget = on_shop(complaints=True)
    widget.page.context.set_offline(True)
    widget.launcher.click()
    expect(widget.content.get_by_role("alert")).to_have_text("You seem to be offline. Check your connection and try again.")
    widget.type("gift card")
    expect(widget.content.get_by_role("alert")).to_be_visible()
    assert widget.has_focus(widget.field)
    widget.page.context.set_offline(False)
    widget.button("Try again").click()
    expect(widget.row("How long is a gift card valid?")).to_be_visible()


def test_a_slow_answer_is_announced_and_then_given_up(on_shop: Opened) -> None:
    """After three seconds the panel says that it takes long, after twenty that nothing came."""
    widget = on_shop(before=lambda widget: widget.page.clock.install())
    widget.open()
    widget.hold("**/v1/ask")
    widget.ask(RETURN_TIME)
    widget.page.clock.fast_forward(3_100)
    expect(widget.content).to_contain_text("This takes longer than usual…")
    widget.page.clock.fast_forward(17_000)
    expect(widget.content).to_contain_text("We cannot be reached at the moment. Please try again later.")
    expect(widget.button("Try again")).to_be_visible()


def test_feedback_that_cannot_be_sent_is_kept_for_another_try(on_shop: Opened) -> None:
    """What was written stays in the form, beside a sentence; sending again works."""
    widget = on_shop(complaints=True)
    widget.open()
    widget.ask(RETURN_TIME)
    widget.button("No").click()
    widget.panel.get_by_label("Tell us more, if you like").fill("It is 90 days now")
    widget.page.context.set_offline(True)
    widget.button("Send").click()
    expect(widget.content.locator(".told")).to_have_text("This could not be sent. Please try again.")
    expect(widget.panel.get_by_label("Tell us more, if you like")).to_have_value("It is 90 days now")
    widget.page.context.set_offline(False)
    widget.button("Send").click()
    expect(widget.content.locator(".told")).to_have_text("Thank you. We use this to make the answer better.")


def test_a_shop_that_is_not_on_the_list_gets_a_sentence_and_its_developer_a_hint(opened: Opened, shop: Shop, served: str, help_server: HelpServer) -> None:
    """The browser keeps the answers from the page; the console says which setting is missing."""
    assert served != help_server.address
    shop.show(served)
    widget = opened(shop.address, complaints=True)
    widget.launcher.click()
    expect(widget.content.get_by_role("alert")).to_have_text("We cannot be reached at the moment. Please try again later.")
    assert [line for line in widget.complaints if f"Is {shop.address} in its SOPBOT_CORS_ORIGINS" in line]
