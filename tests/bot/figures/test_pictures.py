from __future__ import annotations

import builtins
import re
import struct
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from bot.errors import PlotUnavailable
from bot.figures.pictures import questions_picture, shares_picture
from bot.figures.plot import draw_report
from bot.figures.store import Figures
from bot.figures.svg import HEIGHT, Series, bars, lines
from tests.bot.figures.conftest import NOVEMBER

SVG = "{http://www.w3.org/2000/svg}"


def drawn(svg: str) -> ET.Element:
    """The picture, which must be well-formed."""
    return ET.fromstring(svg)  # noqa: S314 - our own


def test_bars_are_as_high_as_what_they_count() -> None:
    """Stacked from the bottom up, with their numbers to read; an empty stretch has none."""
    picture = drawn(bars("Questions", ["w1", "w2", "w3"], [Series("Yes", (3.0, 0.0, 1.0)), Series("No", (1.0, 0.0, 0.0))]))
    found = [rect for rect in picture.iter(f"{SVG}rect") if rect.find(f"{SVG}title") is not None]
    told = [(rect.find(f"{SVG}title").text, rect.get("class")) for rect in found]  # type: ignore[union-attr]
    assert told == [("w1, Yes: 3", "c1"), ("w1, No: 1", "c2"), ("w3, Yes: 1", "c1")]
    heights = [float(rect.get("height", "0")) for rect in found]
    assert heights == pytest.approx([3 * heights[2], heights[2], heights[2]], abs=0.2)
    assert float(found[0].get("y", "0")) == pytest.approx(float(found[1].get("y", "0")) + heights[1], abs=0.2)


def test_a_line_breaks_where_nothing_can_be_said() -> None:
    """None is no 0: two lines, and a point that stands alone."""
    picture = drawn(lines("Helpful", list("abcdef"), [Series("Helpful", (1.0, 0.5, None, 0.0, None, 0.5))]))
    paths = [path.get("d") for path in picture.iter(f"{SVG}path") if path.get("class") == "c1"]
    assert len(paths) == 1
    assert len(list(picture.iter(f"{SVG}circle"))) == 4


def test_pictures_obey_a_strict_policy_and_name_themselves(figures: Figures) -> None:
    """No style attribute, no script, no address to load from; a title for whoever does not see them."""
    report = figures.report(NOVEMBER)
    for svg in (questions_picture(report), shares_picture(report)):
        picture = drawn(svg)
        assert (picture.get("role"), picture.find(f"{SVG}title") is not None) == ("img", True)
        assert not re.search(r"style|script|href|url\(|on\w+=", svg)
        for element in picture.iter():
            assert float(element.get("y", "0")) <= HEIGHT


def test_what_a_picture_shows_is_escaped() -> None:
    """A name cannot become markup."""
    svg = bars("<script>", ['"><b>'], [Series("&x", (1.0,))])
    assert "<script>" not in svg
    assert "<b>" not in svg
    drawn(svg)


def test_a_picture_of_nothing_is_one_too() -> None:
    """Before anybody asked."""
    assert "<svg" in bars("None", [], [Series("Yes", ())])
    assert "<svg" in lines("None", ["a"], [Series("Yes", (None,))])


def test_a_report_is_drawn_into_a_png(figures: Figures, tmp_path: Path) -> None:
    """A picture of 1,400 by 900 points."""
    draw_report(figures.report(NOVEMBER), tmp_path / "figures.png")
    head = (tmp_path / "figures.png").read_bytes()[:24]
    assert (head[:8], struct.unpack(">II", head[16:24])) == (b"\x89PNG\r\n\x1a\n", (1400, 900))


def test_a_picture_that_cannot_be_written_says_so(figures: Figures, tmp_path: Path) -> None:
    """With the place."""
    with pytest.raises(PlotUnavailable, match=r"nowhere/figures\.png cannot be written"):
        draw_report(figures.report(NOVEMBER), tmp_path / "nowhere" / "figures.png")


def test_without_matplotlib_one_sentence_says_how_to_get_it(figures: Figures, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Serving installations do not have it."""
    real = builtins.__import__

    def without(name: str, *arguments: Any, **more: Any) -> Any:
        if name.startswith("matplotlib"):
            raise ImportError(name)
        return real(name, *arguments, **more)

    for name in [name for name in sys.modules if name.startswith("matplotlib")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(PlotUnavailable, match=r"pip install 'sopbot\[evaluate\]'"):
        draw_report(figures.report(NOVEMBER), tmp_path / "figures.png")
