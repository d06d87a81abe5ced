"""`sopbot guide`: the documents about sopbot itself, for whoever has no checkout."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import PurePosixPath

import click

from bot.cli.examples import examples

_DOCUMENTS = "docs"
"""In the package; in a checkout a link to `docs/`."""


@click.command(epilog=examples("sopbot guide", "sopbot guide slack", "sopbot guide operations"))
@click.argument("document", required=False)
def guide(document: str | None) -> None:
    """Show a document about sopbot, or which there are.

    Wherever a document names docs/slack.md, this is DOCUMENT 'slack'.
    """
    documents = _documents()
    if document is None:
        for name, found in documents.items():
            click.echo(f"{name:16} {_title(found)}")
        return
    chosen = documents.get(PurePosixPath(document).stem)
    if chosen is None:
        raise click.UsageError(f"There is no document '{document}'. There are: {', '.join(documents)}.")
    click.echo(chosen.read_text(encoding="utf-8"), nl=False)


def _documents() -> dict[str, Traversable]:
    found = sorted((PurePosixPath(file.name).stem, file) for file in files("bot").joinpath(_DOCUMENTS).iterdir() if file.name.endswith(".md"))
    return dict(found)


def _title(document: Traversable) -> str:
    return document.read_text(encoding="utf-8").splitlines()[0].lstrip("# ")
