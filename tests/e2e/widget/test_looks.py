"""The widget in all its states and looks: axe finds nothing, targets are large enough, small screens are filled."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.axe import violations
from tests.e2e.widget.conftest import Opened
from tests.e2e.widget.widget import RETURN_TIME, UNKNOWN, Widget

_SMALLEST_TARGET = 44


def _answer(widget: Widget) -> None:
    widget.ask(RETURN_TIME)
    widget.content.locator("article").wait_for()


def _why(widget: Widget) -> None:
    _answer(widget)
    widget.content.locator(".helpful button").last.click()


def _thanks(widget: Widget) -> None:
    _why(widget)
    widget.content.locator("form button").click()
    widget.content.locator(".told").wait_for()


def _results(widget: Widget) -> None:
    widget.type("refund")
    expect(widget.heading).to_have_text(re.compile("6"))


def _suggestions(widget: Widget) -> None:
    widget.ask("refund")
    expect(widget.rows).to_have_count(4)


def _not_found(widget: Widget) -> None:
    widget.ask(UNKNOWN)
    widget.content.locator(".contact").wait_for()


def _topic(widget: Widget) -> None:
    widget.rows.first.click()
    expect(widget.rows).to_have_count(9)


def _trouble(widget: Widget) -> None:
    widget.page.context.set_offline(True)
    widget.ask(RETURN_TIME)
    widget.content.locator(".notice button").wait_for()


_STATES: dict[str, Callable[[Widget], None]] = {
    "topics": lambda widget: None,
    "one topic": _topic,
    "results": _results,
    "answer": _answer,
    "reason": _why,
    "thanks": _thanks,
    "suggestions": _suggestions,
    "not found": _not_found,
    "trouble": _trouble,
}
_SMALL = {"viewport": {"width": 360, "height": 640}}
_LOOKS: dict[str, tuple[str, dict[str, Any]]] = {
    "light": ("", {}),
    "dark, as the system": ("", {"color_scheme": "dark"}),
    "dark, as set": ('data-theme="dark" data-accent="#111111"', {}),
    "right to left, a light accent": ('data-lang="ar" data-accent="#ffd400"', {}),
    "phone": ('data-accent="tomato"', _SMALL),
    "forced colours": ("", {"forced_colors": "active"}),
}


def _still(attributes: str, profile: dict[str, Any], on_shop: Opened, **more: Any) -> Widget:
    """The shop's page without motion, so that nothing is looked at half faded in."""
    return on_shop(attributes, reduced_motion="reduce", **{**profile, **more})


@pytest.mark.parametrize("look", _LOOKS)
def test_axe_finds_nothing_in_any_state(on_shop: Opened, look: str) -> None:
    """No rule of axe is broken: closed, and in each state of the panel; contrast with any accent colour included."""
    widget = _still(*_LOOKS[look], on_shop, complaints=True)
    found = {"closed": violations(widget.page)}
    widget.open()
    for state, reach in _STATES.items():
        reach(widget)
        expect(widget.content).not_to_have_attribute("aria-busy", "true")
        found[state] = violations(widget.page)
        widget.page.context.set_offline(False)
        widget.field.fill("")
        expect(widget.rows).to_have_count(9)
    assert {state: broken for state, broken in found.items() if broken} == {}
    assert len(found) == 1 + len(_STATES)


@pytest.mark.parametrize("look", ["light", "right to left, a light accent", "phone"])
def test_everything_to_press_is_large_enough(on_shop: Opened, look: str) -> None:
    """Buttons, links, fields and the labels of choices measure 44 by 44 pixels at least, in every state."""
    widget = _still(*_LOOKS[look], on_shop, complaints=True)
    sizes = """root => [...root.shadowRoot.querySelectorAll("button, a.button, .about a, input[type=search], label.choice, textarea")].filter(one => one.offsetParent || one.classList.contains("launcher")).map(one => {
        const { width, height } = one.getBoundingClientRect();
        return [one.outerHTML.slice(0, 80), width, height];
    })"""
    measured: list[tuple[str, float, float]] = widget.page.locator("sopbot-widget").evaluate(sizes)
    widget.open()
    for reach in _STATES.values():
        reach(widget)
        measured += [size for size in widget.page.locator("sopbot-widget").evaluate(sizes) if size[1:] != [0, 0]]
        widget.page.context.set_offline(False)
        widget.field.fill("")
        expect(widget.rows).to_have_count(9)
    assert len(measured) > 60
    assert [size for size in measured if size[1] < _SMALLEST_TARGET or size[2] < _SMALLEST_TARGET] == []


@pytest.mark.parametrize(("width", "height"), [(360, 640), (320, 256), (640, 400)], ids=["phone", "400 % of 1280 by 1024", "200 % of 1280 by 800"])
def test_a_small_screen_is_filled_and_nothing_sticks_out(on_shop: Opened, width: int, height: int) -> None:
    """The panel covers the screen, its text wraps, and nothing has to be scrolled sideways."""
    widget = _still("", {"viewport": {"width": width, "height": height}}, on_shop, complaints=True)
    widget.open()
    assert widget.panel.bounding_box() == {"x": 0, "y": 0, "width": width, "height": height}
    for state, reach in _STATES.items():
        reach(widget)
        wide = widget.panel.evaluate(
            "panel => [...panel.querySelectorAll('*')].filter(one => one.getBoundingClientRect().right > innerWidth + 0.5).map(one => one.outerHTML)"
        )
        assert (state, wide) == (state, [])
        widget.page.context.set_offline(False)
        widget.field.fill("")
        expect(widget.rows).to_have_count(9)


def test_the_panel_stands_in_the_corner_that_is_set(on_shop: Opened) -> None:
    """Bottom right unless the tag says left; inside the window with the same margin."""
    places = {}
    for position in ("bottom-right", "bottom-left"):
        widget = on_shop(f'data-position="{position}"', reduced_motion="reduce")
        widget.open()
        box = widget.panel.bounding_box()
        assert box is not None
        places[position] = (box["x"], 800 - box["y"] - box["height"])
    assert places == {"bottom-right": (1280 - 20 - 410, 20), "bottom-left": (20, 20)}


@pytest.mark.parametrize(
    ("accent", "on_it", "complaint"),
    [
        ("#0b57a4", "rgb(255, 255, 255)", False),
        ("#ffd400", "rgb(0, 0, 0)", False),
        ("hsl(120 60% 90%)", "rgb(0, 0, 0)", False),
        ("blurple", "rgb(255, 255, 255)", True),
    ],
)
def test_the_buttons_text_can_be_read_on_any_accent(on_shop: Opened, accent: str, on_it: str, complaint: bool) -> None:
    """White on dark colours, black on light ones; a colour that is none is told to the developer and left out."""
    widget = on_shop(f'data-accent="{accent}"', complaints=True)
    assert widget.launcher.evaluate("button => getComputedStyle(button).color") == on_it
    assert bool([line for line in widget.complaints if f'data-accent="{accent}" is not a colour' in line]) is complaint


def test_dark_follows_the_system_while_the_page_is_open(on_shop: Opened) -> None:
    """Without data-theme the panel turns dark and light with the system."""
    widget = on_shop()
    widget.open()
    expect(widget.panel).to_have_css("background-color", "rgb(255, 255, 255)")
    widget.page.emulate_media(color_scheme="dark")
    expect(widget.panel).to_have_css("background-color", "rgb(27, 28, 32)")


def test_nothing_moves_for_those_who_do_not_want_it(on_shop: Opened) -> None:
    """With reduced motion the panel has no animation; without it has one."""
    names = {}
    for motion in ("reduce", "no-preference"):
        widget = on_shop(reduced_motion=motion)
        widget.open()
        names[motion] = widget.panel.evaluate("panel => getComputedStyle(panel).animationName")
    assert names == {"reduce": "none", "no-preference": "rise"}
