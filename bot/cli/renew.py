"""`sopbot renew`: documents that were read through and are still right get new dates."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from bot.authoring.edit import Edit
from bot.authoring.knowledge_folder import KnowledgeFolder
from bot.authoring.review_dates import renew as renewed
from bot.cli.examples import examples
from bot.cli.places import outside
from bot.errors import EditRefused
from bot.settings import read_settings


@click.command(epilog=examples("sopbot renew knowledge/sops/refund-not-received.md"))
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Save without asking.")
def renew(paths: tuple[Path, ...], yes: bool) -> None:
    """Say that documents are still right: their review dates move on.

    Read each through first. The next review is as far away as the one before was (SOPBOT_REVIEW_MONTHS for documents
    that do not say). The change is shown, and saved when you agree; build the index to have it shown with answers.

    Ends with status 1 when a document was not renewed.
    """
    settings = read_settings()
    folder = KnowledgeFolder(settings.knowledge_dir)
    skipped = 0
    for path in paths:
        name = _name(folder, path)
        try:
            edit = renewed(name, folder.read(name), date.today(), settings.review_months)  # noqa: DTZ011 - the day where the team is
            skipped += not _save(folder, edit, yes)
        except EditRefused as error:
            click.echo(f"sopbot: {error}", err=True)
            skipped += 1
    sys.exit(1 if skipped else 0)


def _save(folder: KnowledgeFolder, edit: Edit, yes: bool) -> bool:
    """Show an edit and save it when it is agreed to."""
    click.echo(edit.diff)
    if not yes and not click.confirm(f"Save {edit.path}?", default=False):
        return False
    folder.apply(edit)
    click.echo(f"{edit.path} is saved.")
    return True


def _name(folder: KnowledgeFolder, path: Path) -> str:
    """The path as the folder knows it, whether it was given from here or from there."""
    here, root = path.absolute(), folder.root.absolute()
    if here.is_file() and not here.is_relative_to(root) and not (root / path).is_file():
        raise EditRefused(outside(folder.root, path))
    return here.relative_to(root).as_posix() if here.is_relative_to(root) and (here.exists() or path.is_absolute()) else path.as_posix()
