"""`sopbot coverage`: which touchpoints have replies for which channels, and what is asked of them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.examples import examples
from bot.cli.wiring import open_database
from bot.phrases import counted
from bot.settings import read_settings

if TYPE_CHECKING:
    from bot.coverage.matrix import Coverage, Row

_ABBREVIATED = {
    "email": "mail", "web_form": "form", "phone": "tel", "sms": "SMS", "chat": "chat", "social_dm": "DM", "social_comment": "com",
    "social_recommendation": "rec", "social_tag": "tag",
}  # fmt: skip


@click.command(short_help="Show where scripted replies are missing.", epilog=examples("sopbot coverage", "sopbot coverage --days 30 --plot coverage.png"))
@click.option("--days", metavar="DAYS", type=click.IntRange(1, 36_500), default=90, show_default=True, help="Count the questions of so many days.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--plot", type=click.Path(path_type=Path, dir_okay=False), help="Draw it into this PNG file.")
def coverage(days: int, as_json: bool, plot: Path | None) -> None:
    """Show where scripted replies are missing, by touchpoint and channel.

    Beside them stands what is asked most and covered least.

    A question counts for the touchpoint of the entry that is nearest to it, whether or not that entry answered it.
    """
    from bot.coverage.matrix import cover, to_json
    from bot.figures.records import Period
    from bot.figures.store import Figures
    from index.search import open_index

    settings = read_settings()
    today = datetime.now(UTC).date()
    entries = open_index(settings.data_dir).entries("internal")
    found = cover(entries, Figures(open_database(settings)).entries(Period(today - timedelta(days=days - 1), today)), today)
    if plot:
        from bot.coverage.plot import draw_coverage

        draw_coverage(found, plot)
        click.echo(f"Picture: {plot}", err=True)
    if as_json:
        click.echo(json.dumps(to_json(found), indent=2, ensure_ascii=False))
    else:
        _show(found, days)


def _show(found: Coverage, days: int) -> None:
    from rich.table import Table

    from bot.terminal import console

    out = console()
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")  # no lines: twelve columns fit into 80 characters
    table.add_column("touchpoint", overflow="ellipsis", no_wrap=True)
    for heading in ("asked", "missed", "entries", *(_ABBREVIATED[channel] for channel in found.channels)):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in found.rows:
        table.add_row(row.touchpoint, f"{row.asked:,}", f"{row.missed:,}", _late(row.entries, row.past_review), *_cells(row, found.channels))
    out.print(table)
    meanings = [f"asked: questions of {days} days whose nearest entry is of the touchpoint", "missed: of these, those not answered at once"]
    meanings += ["below a channel: entries with a scripted reply for it; 2!1: one of the two is past its review date"]
    out.print("\n" + "; ".join(meanings) + ".", style="dim")
    if found.thinnest:
        out.print(f"\nAsked and answered least: {', '.join(f'{row.touchpoint} ({row.missed:,})' for row in found.thinnest[:5])}.")
    if found.gone:
        out.print(f"{counted(found.gone, 'question was', 'questions were')} nearest to entries that are gone.")


def _cells(row: Row, channels: tuple[str, ...]) -> list[str]:
    return [_late(row.cells[channel].entries, row.cells[channel].past_review) if channel in row.cells else "·" for channel in channels]


def _late(count: int, past_review: int) -> str:
    return f"{count}!{past_review}" if past_review else str(count)
