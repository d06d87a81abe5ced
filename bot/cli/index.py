"""`sopbot index`: build, status, rollback."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from bot.settings import Settings, read_settings
from index.build import BuildReport, BuildRules, Progress, build_index
from index.errors import GenerationError, KnowledgeError
from index.storage import Generations


@click.group()
def index() -> None:
    """Build the index from your documents, look at it, go back to an older one."""


@index.command()
@click.option("--skip-invalid", is_flag=True, help="Leave out documents with errors instead of stopping.")
def build(skip_invalid: bool) -> None:
    """Read all documents and make a new index.

    What did not change is not computed again. If a document has an error, or anything else goes wrong, the index that
    was there goes on answering.
    """
    settings = read_settings()
    try:
        report = run_build(settings, skip_invalid)
    except KnowledgeError as error:
        for problem in error.problems:
            inside = not problem.path.startswith(str(settings.knowledge_dir))  # the folder itself may be what is wrong
            click.echo(f"{settings.knowledge_dir}/{problem}" if inside else str(problem), err=True)
        count = len(error.problems)
        click.echo(
            f"sopbot: {count} {'error' if count == 1 else 'errors'}, so nothing was changed. Mend them, or leave those documents out with --skip-invalid.",
            err=True,
        )
        sys.exit(1)
    click.echo(describe(report))


@index.command()
def status() -> None:
    """Show which index serves, and which older ones there are."""
    generations = Generations(read_settings().data_dir)
    current = generations.current()
    if current is None:
        click.echo("There is no index yet. Make one with: sopbot index build")
        sys.exit(1)
    for generation in reversed(generations.ids()):
        mark = "*" if generation == current else " "
        try:
            manifest = generations.verify(generation)
        except GenerationError as error:
            click.echo(f"{mark} {generation}  DAMAGED: {error}")
            continue
        public = f"{manifest.public_entries} public"
        click.echo(f"{mark} {generation}  {manifest.created}  {manifest.entries} entries ({public}), {manifest.chunks} chunks  {manifest.model}")
    if current not in generations.ids():
        click.echo(f"sopbot: the index {current} that should serve is gone. Choose another with: sopbot index rollback", err=True)
        sys.exit(1)


@index.command()
@click.option("--to", "generation", metavar="ID", help="Which one; see 'sopbot index status'. The one before the current if left out.")
def rollback(generation: str | None) -> None:
    """Go back to an older index; a running server follows at once."""
    click.echo(f"Generation {Generations(read_settings().data_dir).rollback(generation)} serves now.")


def run_build(settings: Settings, skip_invalid: bool = False) -> BuildReport:
    """Build with a progress bar."""
    with progress_bar() as progress:
        return build_index(settings.knowledge_dir, settings.data_dir, settings.model, BuildRules(skip_invalid=skip_invalid), progress)


def describe(report: BuildReport) -> str:
    """What a build did, in one or two lines."""
    manifest = report.manifest
    counts = f"{report.files} documents, {manifest.entries} entries ({manifest.public_entries} public), {manifest.chunks} chunks"
    if report.changed:
        lines = [f"Generation {manifest.id} serves now: {counts}; {report.embedded} texts were embedded."]
    else:
        lines = [f"Nothing has changed; generation {manifest.id} goes on serving: {counts}."]
    if report.problems:
        lines.append(f"{len(report.problems)} remarks about documents; see them with: sopbot lint")
    return "\n".join(lines)


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """A progress bar on a terminal; elsewhere one line for each thing that is begun."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    console = Console(stderr=True)
    said: set[str] = set()
    with Bar(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as bar:
        task = bar.add_task("", total=None)

        def report(what: str, done: int, total: int) -> None:
            bar.update(task, description=what, completed=done, total=total or None)
            if not console.is_terminal and what not in said:
                said.add(what)
                click.echo(f"{what} …", err=True)

        yield report
