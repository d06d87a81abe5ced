"""Figures over time -> small SVG pictures to stand inside a page.

They carry no style of their own: shapes have the classes `c1`, `c2` … and `axis`, `grid` and `label`, which the page's style
sheet colours, and presentation attributes for where there is none. A strict Content-Security-Policy lets them through.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from bot.phrases import percent

WIDTH, HEIGHT = 640, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 8, 22, 24
_MOST_LABELS = 8
COLOURS = ("#1f5fa8", "#8db8e0", "#b3431f", "#6b6b6b")
"""Told apart by people who see red and green alike, and on paper without colours."""


@dataclass(frozen=True, slots=True)
class Series:
    """One line, or one layer of the bars."""

    name: str
    values: tuple[float | None, ...]
    """One for each label; None where nothing can be said."""


def bars(title: str, labels: Sequence[str], series: Sequence[Series]) -> str:
    """Counts as stacked bars.

    Args:
        title: what is shown; read out to whoever does not see the picture.
        labels: of the stretches of time.
        series: from the bottom up; values of 0 and more.

    Returns:
        An `<svg>` element.
    """
    tops = [sum(one.values[place] or 0 for one in series) for place in range(len(labels))]
    highest = _round_up(max(tops, default=0))
    step = (WIDTH - _LEFT - _RIGHT) / max(1, len(labels))
    parts = [_grid(highest, lambda value: f"{value:,.0f}")]
    for place, label in enumerate(labels):
        below = 0.0
        for number, one in enumerate(series):
            value = one.values[place] or 0
            if value:
                top, bottom = _y(below + value, highest), _y(below, highest)
                shape = f'x="{_LEFT + place * step + step * 0.1:.1f}" y="{top:.1f}" width="{step * 0.8:.1f}" height="{bottom - top:.1f}"'
                parts.append(
                    f'<rect class="c{number + 1}" fill="{_colour(number)}" {shape}><title>{_text(f"{label}, {one.name}: {value:,.0f}")}</title></rect>'
                )
            below += value
    return _picture(title, [*parts, *_labels(labels, step), _legend(series)])


def lines(title: str, labels: Sequence[str], series: Sequence[Series]) -> str:
    """Shares as lines that break where nothing can be said.

    Args:
        title: what is shown; read out to whoever does not see the picture.
        labels: of the stretches of time.
        series: values from 0 to 1.

    Returns:
        An `<svg>` element.
    """
    step = (WIDTH - _LEFT - _RIGHT) / max(1, len(labels))
    parts = [_grid(1.0, percent)]
    for number, one in enumerate(series):
        colour, run = _colour(number), list[str]()
        for place, value in enumerate((*one.values, None)):
            if value is not None:
                at = f"{_LEFT + (place + 0.5) * step:.1f} {_y(value, 1.0):.1f}"
                run.append(at)
                x, y = at.split()
                point = f'<circle class="c{number + 1}" fill="{colour}" cx="{x}" cy="{y}" r="2.5">'
                parts.append(f"{point}<title>{_text(f'{labels[place]}, {one.name}: {percent(value)}')}</title></circle>")
                continue
            if len(run) > 1:
                parts.append(f'<path class="c{number + 1}" fill="none" stroke="{colour}" stroke-width="2" d="M{" L".join(run)}"/>')
            run = []
    return _picture(title, [*parts, *_labels(labels, step), _legend(series)])


def _picture(title: str, parts: Sequence[str]) -> str:
    head = f'<svg class="figure" xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
    return f'{head} font-size="11" font-family="sans-serif"><title>{_text(title)}</title>{"".join(parts)}</svg>'


def _grid(highest: float, shown: Callable[[float], str]) -> str:
    drawn = []
    for share in (0.0, 0.5, 1.0):
        y = _y(share * highest, highest)
        drawn.append(f'<path class="grid" stroke="#cccccc" d="M{_LEFT} {y:.1f} H{WIDTH - _RIGHT}"/>')
        value = shown(share * highest)
        drawn.append(f'<text class="label" x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{_text(value)}</text>')
    return "".join(drawn)


def _labels(labels: Sequence[str], step: float) -> list[str]:
    every = -(-len(labels) // _MOST_LABELS) or 1
    return [
        f'<text class="label" x="{_LEFT + (place + 0.5) * step:.1f}" y="{HEIGHT - 8}" text-anchor="middle">{_text(label)}</text>'
        for place, label in enumerate(labels)
        if place % every == 0
    ]


def _legend(series: Sequence[Series]) -> str:
    parts, x = [], float(_LEFT)
    for number, one in enumerate(series):
        parts.append(f'<rect class="c{number + 1}" fill="{_colour(number)}" x="{x:.0f}" y="5" width="10" height="10"/>')
        parts.append(f'<text class="label" x="{x + 14:.0f}" y="14">{_text(one.name)}</text>')
        x += 30 + 6.5 * len(one.name)
    return "".join(parts)


def _y(value: float, highest: float) -> float:
    return HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * (value / highest if highest else 0)


def _round_up(value: float) -> float:
    """The next round number that is even, since half of it stands at the middle line."""
    if value <= 2:
        return 2.0
    power = 10.0 ** (len(str(int(value))) - 1)
    return next(step * power for step in (1, 2, 4, 6, 8, 10) if step * power >= value)


def _colour(number: int) -> str:
    return COLOURS[number % len(COLOURS)]


def _text(text: str) -> str:
    return escape(text, quote=True)
