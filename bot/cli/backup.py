"""`sopbot backup` and `sopbot restore`: the data folder in one file."""

from __future__ import annotations

from pathlib import Path

import click

from bot.cli.examples import examples
from bot.settings import read_settings


@click.command(epilog=examples("sopbot backup monday.zip"))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup(file: Path) -> None:
    """Copy all state into FILE: indexes, questions, feedback, keys. Servers and builds may go on meanwhile.

    Keep the file as safe as the keys that it holds.
    """
    from bot.backup import back_up

    contents = back_up(read_settings().data_dir, file)
    click.echo(f"{file} holds {len(contents.files)} files ({file.stat().st_size / 1e6:.0f} MB); generation {contents.generation or 'none'} served.")


@click.command(epilog=examples("sopbot restore monday.zip", "sopbot restore --force monday.zip    also where there is something already"))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--force", is_flag=True, help="Replace what is there; it is kept in the data folder under replaced-….")
def restore(file: Path, force: bool) -> None:
    """Put all state back from FILE, after checking every byte of it.

    Start a running server again afterwards, so that it reads the restored keys.
    """
    from bot.backup import restore as put_back

    settings = read_settings()
    contents = put_back(file, settings.data_dir, force=force)
    click.echo(f"{settings.data_dir} is as it was on {contents.created}; generation {contents.generation or 'none'} serves.")
