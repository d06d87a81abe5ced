"""`sopbot privacy`: what is kept about people."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import click

from bot.cli.examples import examples
from bot.cli.keeping import open_keeper
from bot.cli.wiring import open_database, open_log
from bot.errors import SopbotError
from bot.phrases import counted
from bot.privacy.keeper import Keeper
from bot.settings import Settings, read_settings


@click.group(
    short_help="Purge what is old; hand out or erase one person's data.",
    epilog=examples("sopbot privacy purge", "sopbot privacy export U012AB3CD", "sopbot privacy erase U012AB3CD"),
)
def privacy() -> None:
    """Purge what is old; hand out or erase what is kept about one person.

    'sopbot guide privacy' says what that is.

    WHO is somebody as sopbot's front ends know them: a Slack user id such as U012AB3CD, the name of a single sign-on, or
    the id of a key.
    """


@privacy.command(
    short_help="Delete questions that are older than they are kept for.", epilog=examples("sopbot privacy purge", "sopbot privacy purge --days 30")
)
@click.option("--days", metavar="DAYS", type=click.IntRange(1, 36_500), help="Keep this many days; as SOPBOT_KEEP_QUESTIONS_DAYS says if left out.")
def purge(days: int | None) -> None:
    """Delete questions, and all that hangs on them, that are older than they are kept for.

    'sopbot serve' does so by itself every six hours.
    """
    settings = read_settings()
    kept = days or settings.keep_questions_days
    deleted = _keeper(settings).purge(kept)
    what = f"older than {counted(kept, 'day')}" if kept else "that had expired; questions are kept for ever (SOPBOT_KEEP_QUESTIONS_DAYS is 0)"
    click.echo(f"{counted(deleted, 'row')} {what} {'was' if deleted == 1 else 'were'} deleted.")


@privacy.command(epilog=examples("sopbot privacy export U012AB3CD --out ada.json"))
@click.argument("who")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file, which only you may read, instead of printing.")
def export(who: str, out: Path | None) -> None:
    """Print all that is kept about somebody, as JSON.

    Ends with status 1 when nothing is.
    """
    settings = read_settings()
    found = _keeper(settings).export(_checked(who))
    text = json.dumps({"who": who, **found}, indent=2, ensure_ascii=False)
    if out is None:
        click.echo(text)
    else:
        try:
            with open(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:  # noqa: PTH123
                os.fchmod(file.fileno(), 0o600)  # one that was there already, too
                file.write(text + "\n")
        except OSError as error:
            raise SopbotError(f"The file {out} cannot be written ({error.strerror}). Check that its folder is there and that you may write to it.") from error
    count = sum(len(rows) for rows in found.values())
    click.echo(f"{counted(count, 'row is', 'rows are')} kept about {who}." if count else f"Nothing is kept about {who}.", err=True)
    sys.exit(0 if count else 1)


@privacy.command(epilog=examples("sopbot privacy erase U012AB3CD"))
@click.argument("who")
@click.option("--yes", is_flag=True, help="Do not ask whether to go on.")
def erase(who: str, yes: bool) -> None:
    """Erase all that is kept about somebody; it cannot be undone.

    Ends with status 1 when nothing was kept.
    """
    _checked(who)
    if not yes:
        click.confirm(f"Erase all that is kept about {who}? It cannot be undone", abort=True)
    settings = read_settings()
    erased = _keeper(settings).erase(who)
    told = ", ".join(f"{count:,} {kind.replace('_', ' ')}" for kind, count in erased.items() if count)
    click.echo(f"Erased: {told}. Copies of the database that you made yourself still hold it." if told else f"Nothing is kept about {who}.")
    sys.exit(0 if told else 1)


def _keeper(settings: Settings) -> Keeper:
    """Whoever looks after it, once what waited for the database is in it: that is kept, too."""
    database = open_database(settings)
    open_log(settings, database).replay()
    return open_keeper(settings, database)


def _checked(who: str) -> str:
    if not who.strip():
        raise click.UsageError("WHO is empty. Give a Slack user id, the name of a sign-on, or the id of a key.")
    return who
