"""`sopbot index`: build, status, diff, rollback."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime

import click
import msgspec
from rich.console import Console

from bot.cli.build_rules import keep_from, lint_options, trial_from
from bot.cli.changes import show_changes
from bot.cli.examples import examples
from bot.phrases import counted, minute
from bot.rebuild import Stopped, StopReason
from bot.settings import Settings, read_settings
from index.build import BuildReport, BuildRules, Progress, build_index
from index.changes import read_changes
from index.errors import BuildRefused, GenerationError, KnowledgeError
from index.gate import come_out_well
from index.prepared import Prepared
from index.served import generations_compared
from index.storage import Generations
from index.trial import read_trial

_NEEDED = ("scipy.sparse", "scipy.optimize", "rich.progress")
"""What a build imports on its way."""


@click.group(
    short_help="Build the index from your documents; go back to an older one.",
    epilog=examples("sopbot index build", "sopbot index status", "sopbot index rollback"),
)
def index() -> None:
    """Build the index from your documents, look at it, go back to an older one."""


@index.command(epilog=examples("sopbot index build", "sopbot index build --skip-invalid"))
@click.option("--skip-invalid", is_flag=True, help="Leave out documents with errors instead of stopping.")
@click.option("--allow-worse", is_flag=True, help="Switch even if golden questions lose their answers, or most entries are gone.")
@click.option("--force", is_flag=True, help="Both of these: switch whatever speaks against it. What was overridden is said and stored.")
@click.option("--wait", is_flag=True, help="Wait for a build that is running instead of stopping.")
@click.option("--json", "as_json", is_flag=True, help="Print what changed as JSON.")
@click.option("--on-demand", is_flag=True, hidden=True, help="Get everything ready, then wait for a line on standard input; nothing is done without one.")
def build(skip_invalid: bool, allow_worse: bool, force: bool, wait: bool, as_json: bool, on_demand: bool) -> None:
    """Read all documents and make a new index.

    What did not change is not computed again. If a document has an error, a golden question (golden.jsonl beside the
    documents) loses its answer, or anything else goes wrong, the index that was there goes on answering.
    """
    settings = read_settings()
    prepared = _demanded(settings) if on_demand else None
    if on_demand and prepared is None:
        return
    rules = BuildRules(
        skip_invalid=skip_invalid or force,
        allow_worse=allow_worse or force,
        wait=wait,
        keep=keep_from(settings),
        trial=trial_from(settings),
        lint=lint_options(settings, date.today()),  # noqa: DTZ011 - the day where the documents are looked after
    )
    try:
        report = run_build(settings, rules, prepared)
    except KnowledgeError as error:
        for problem in error.problems:
            inside = not problem.path.startswith(str(settings.knowledge_dir))  # the folder itself may be what is wrong
            click.echo(f"{settings.knowledge_dir}/{problem}" if inside else str(problem), err=True)
        count = len(error.problems)
        _tell_stopped(as_json, "documents", [str(problem) for problem in error.problems])
        click.echo(
            f"sopbot: {counted(count, 'error')}, so nothing was changed. Mend {'it' if count == 1 else 'them'}, or leave such documents out with --skip-invalid.",
            err=True,
        )
        sys.exit(1)
    except BuildRefused as error:
        for reason in error.reasons:
            click.echo(reason, err=True)
        _tell_stopped(as_json, "worse", error.reasons)
        click.echo(
            "sopbot: the new index would be worse, so nothing was changed. Mend the documents or golden.jsonl, or switch all the same with --allow-worse.",
            err=True,
        )
        sys.exit(1)
    if as_json:
        click.echo(msgspec.json.encode({"generation": report.manifest.id, "changed": report.changed, "changes": report.changes}).decode())
        return
    click.echo(describe(report))
    if report.changes and report.changes.since:
        show_changes(report.changes, Console())


@index.command(epilog=examples("sopbot index diff", "sopbot index diff 000002 000005"))
@click.argument("older", required=False)
@click.argument("newer", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def diff(older: str | None, newer: str | None, as_json: bool) -> None:
    """Show what changed from one index to another.

    Without arguments, what the build of the serving index changed; with OLDER alone, what changed since that one.
    """
    generations = Generations(read_settings().data_dir)
    current = newer or generations.current()
    if current is None:
        raise GenerationError(f"There is no index in {generations.data} yet. Make one with: sopbot index build")
    changes = generations_compared(generations, older, current) if older else read_changes(generations.path(current))
    if changes is None:
        raise GenerationError(f"Index {current} does not say what it changed. Compare it with another: sopbot index diff OLDER {current}")
    if as_json:
        click.echo(msgspec.json.encode(changes).decode())
    else:
        show_changes(changes, Console(), listed=1_000)


@index.command(epilog=examples("sopbot index status"))
def status() -> None:
    """Show which index serves, and which older ones there are."""
    generations = Generations(read_settings().data_dir)
    current = generations.current()
    if current is None:
        click.echo(f"There is no index in {generations.data} yet. Make one with: sopbot index build")
        sys.exit(1)
    for generation in reversed(generations.ids()):
        mark = "*" if generation == current else " "
        try:
            manifest = generations.verify(generation)
        except GenerationError as error:
            click.echo(f"{mark} {generation}  DAMAGED: {error}")
            continue
        public = f"{manifest.public_entries} public"
        click.echo(
            f"{mark} {generation}  {minute(datetime.fromisoformat(manifest.created)):28}  {counted(manifest.entries, 'entry', 'entries')} ({public})  {manifest.model}"
        )
    _tell_golden(generations, current)
    if current not in generations.ids():
        click.echo(f"sopbot: the index {current} that should serve is gone. Choose another with: sopbot index rollback", err=True)
        sys.exit(1)


@index.command(epilog=examples("sopbot index rollback", "sopbot index rollback --to 000004"))
@click.option("--to", "generation", metavar="ID", help="Which one; see 'sopbot index status'. The one before the current if left out.")
def rollback(generation: str | None) -> None:
    """Go back to an older index; a running server follows at once."""
    click.echo(f"Index {Generations(read_settings().data_dir).rollback(generation)} serves now.")


def _tell_golden(generations: Generations, current: str) -> None:
    """How the golden questions come out in the index that serves, and which of them did better once."""
    held = read_trial(generations.path(current)).held
    if not held:
        return
    click.echo(f"Golden questions: {come_out_well(held.values())} of {len(held)} come out as golden.jsonl expects.")
    changes = read_changes(generations.path(current))
    for drift in changes.drifted if changes else ():
        click.echo(f"  Tolerated: {drift}")


def run_build(settings: Settings, rules: BuildRules, prepared: Prepared | None = None) -> BuildReport:
    """Build with a progress bar."""
    with progress_bar() as progress:
        return build_index(settings.knowledge_dir, settings.data_dir, settings.model, rules, progress, prepared)


def _tell_stopped(as_json: bool, why: StopReason, reasons: Sequence[str]) -> None:
    """For programs: what stopped a build, each reason by itself."""
    if as_json:
        click.echo(msgspec.json.encode({"stopped": Stopped(why, tuple(reasons))}).decode())


def _demanded(settings: Settings) -> Prepared | None:
    """Load what a build needs, and wait for whoever started this process to ask for one; None when it is not wanted any more."""
    for name in _NEEDED:
        importlib.import_module(name)
    prepared = Prepared(settings.data_dir)
    prepared.load(settings.knowledge_dir, settings.model)
    return prepared if sys.stdin.readline() else None


def describe(report: BuildReport) -> str:
    """What a build did, in one or two lines."""
    manifest = report.manifest
    counts = f"{counted(report.files, 'document')}, {counted(manifest.entries, 'entry', 'entries')} ({manifest.public_entries:,} public)"
    if report.changed:
        lines = [f"Index {manifest.id} serves now: {counts}; {counted(report.embedded, 'text was', 'texts were')} embedded."]
    else:
        lines = [f"Nothing has changed; index {manifest.id} goes on serving: {counts}."]
    if report.problems:
        lines.append(f"{counted(len(report.problems), 'remark')} about documents; see {'it' if len(report.problems) == 1 else 'them'} with: sopbot lint")
    return "\n".join(lines)


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """A progress bar on a terminal; elsewhere one line for each thing that is begun."""
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
