"""`sopbot stats`: what was asked and what came of it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from bot.cli.examples import examples
from bot.cli.opening import current_index
from bot.cli.wiring import open_database
from bot.errors import SopbotError
from bot.settings import Settings, read_settings

if TYPE_CHECKING:
    from bot.database import Database
    from bot.figures.records import By
    from bot.figures.store import Figures

_DAY = click.DateTime(["%Y-%m-%d"])
_DEFAULT_DAYS = {"day": 28, "week": 84, "month": 365}


@click.command(
    short_help="Show what was asked and what came of it.", epilog=examples("sopbot stats", "sopbot stats --since 2026-01-01 --by month --plot figures.png")
)
@click.option("--since", metavar="DATE", type=_DAY, help="First day, for example 2026-10-01; if left out, 4 weeks, 12 weeks or a year ago, as --by says.")
@click.option("--until", metavar="DATE", type=_DAY, help="Last day; today if left out. Days begin at midnight UTC.")
@click.option("--by", type=click.Choice(["day", "week", "month"]), default="week", show_default=True, help="How the time is cut up.")
@click.option("--top", metavar="NUMBER", type=click.IntRange(0, 1_000), default=10, show_default=True, help="How many entries to list.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, with what each figure counts.")
@click.option("--csv", "csv_file", type=click.Path(path_type=Path, dir_okay=False), help="Write all figures to this file, for a spreadsheet.")
@click.option("--plot", type=click.Path(path_type=Path, dir_okay=False), help="Draw them into this PNG file.")
def stats(since: datetime | None, until: datetime | None, by: str, top: int, as_json: bool, csv_file: Path | None, plot: Path | None) -> None:
    """Show what was asked and what came of it, each figure with what it counts."""
    from bot.figures.exchange import to_csv, to_json
    from bot.figures.records import Period

    last = until.date() if until else datetime.now(UTC).date()
    first = since.date() if since else _default_start(last, by)
    try:
        period = Period(first, last)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    settings = read_settings()
    report = open_figures(settings, open_database(settings)).report(period, cast("By", by))
    if csv_file:
        _write(csv_file, to_csv(report))
    if plot:
        from bot.figures.plot import draw_report

        draw_report(report, plot)
        click.echo(f"Picture: {plot}", err=True)
    if as_json:
        click.echo(json.dumps(to_json(report), indent=2, ensure_ascii=False))
    else:
        from bot.cli.stats_tables import show_report
        from bot.terminal import console

        show_report(report, console(), top)


def open_figures(settings: Settings, database: Database) -> Figures:
    """The figures of this installation, with titles from the current index, if there is one."""
    from bot.figures.store import Figures
    from bot.figures.titles import titles_of
    from bot.gaps.figures import GapCounts
    from bot.slack.compliance import Compliance

    return Figures(database, titles_of(current_index(settings)), checklists=Compliance(database), gaps=GapCounts(database))


def _default_start(last: date, by: str) -> date:
    from bot.figures.records import start_of

    return start_of(last - timedelta(days=_DEFAULT_DAYS[by] - 1), cast("By", by))


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise SopbotError(f"The file {path} cannot be written ({error.strerror}). Check that its folder is there and that you may write to it.") from error
    click.echo(f"Figures: {path}", err=True)
