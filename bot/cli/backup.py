"""`sopbot backup` and `sopbot restore`: the data folder in one file."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from bot.cli.examples import examples
from bot.data_folder import SETTINGS_FILE
from bot.phrases import counted, minute
from bot.settings import read_settings

_REPLACED = "replaced-*"


@click.command(epilog=examples("sopbot backup monday.zip"))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup(file: Path) -> None:
    """Copy all state into FILE: indexes, questions, feedback, keys. Servers and builds may go on meanwhile.

    Keep the file as safe as the keys that it holds.
    """
    from bot.backup import back_up

    settings = read_settings()
    contents = back_up(settings.data_dir, file)
    click.echo(f"{file} holds {counted(len(contents.files), 'file')} ({file.stat().st_size / 1e6:.0f} MB); {_index(contents.generation)} served.")
    elsewhere = " and the questions, feedback and keys in PostgreSQL" if settings.database_url.get_secret_value() else ""
    click.echo(f"Not in it: your documents in {settings.knowledge_dir}, {SETTINGS_FILE}{elsewhere}.")


@click.command(epilog=examples("sopbot restore monday.zip", "sopbot restore --force monday.zip    also where there is something already"))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--force", is_flag=True, help="Replace what is there; it is kept in the data folder under replaced-….")
def restore(file: Path, force: bool) -> None:
    """Put all state back from FILE, after checking every byte of it.

    Start a running server again afterwards, so that it reads the restored keys.
    """
    from bot.backup import restore as put_back

    settings = read_settings()
    before = set(settings.data_dir.glob(_REPLACED))
    contents = put_back(file, settings.data_dir, force=force)
    click.echo(f"{settings.data_dir} is as it was on {minute(datetime.fromisoformat(contents.created))}; {_index(contents.generation)} serves.")
    for kept in sorted(set(settings.data_dir.glob(_REPLACED)) - before):
        click.echo(f"What it replaced is kept in {kept}; remove that when all is well.")


def _index(served: str | None) -> str:
    return f"index {served}" if served else "no index"
