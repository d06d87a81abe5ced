"""`sopbot lint`: what is wrong in the documents, for people, programs and code hosts."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from importlib.metadata import version
from pathlib import Path, PurePath

import click

from bot.cli.build_rules import lint_options
from bot.cli.examples import examples
from bot.cli.places import place_in
from bot.phrases import counted
from bot.settings import Settings, read_settings
from index.corpus import Corpus, read_corpus
from index.lint.annotations import annotation
from index.lint.check import lint as check
from index.lint.finding import Finding
from index.lint.sarif import sarif_log
from index.search import Index, open_index

FORMATS = ("text", "json", "sarif", "github")


@click.command(
    short_help="Check all documents and say what is wrong.",
    epilog=examples("sopbot lint", "sopbot lint knowledge/sops/refund-not-received.md", "sopbot lint --format sarif > findings.sarif"),
)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", help="How findings are printed; text unless said otherwise.")
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--strict", is_flag=True, help="Warnings end with status 1, too.")
@click.option("--index", "with_index", is_flag=True, help="Ask the index each document's own questions, and say which are not found.")
def lint(paths: tuple[Path, ...], form: str, as_json: bool, strict: bool, with_index: bool) -> None:
    """Check all documents and say what is wrong, with file, line and remedy.

    PATHS are files or folders to report about; all documents if left out.

    Ends with status 1 when a document has errors.
    """
    settings = read_settings()
    places = [place_in(settings.knowledge_dir, path) for path in paths]
    index = open_index(settings.data_dir) if with_index else None
    corpus = read_corpus(settings.knowledge_dir)
    findings = [finding for finding in check(corpus, lint_options(settings, date.today()), index) if _wanted(finding.path, places, settings)]  # noqa: DTZ011
    base = _base(settings.knowledge_dir)
    form = "json" if as_json else form
    if form == "sarif":
        click.echo(json.dumps(sarif_log(findings, base, version("sopbot")), indent=2, ensure_ascii=False))
    elif form == "json":
        click.echo(json.dumps(_document(findings, corpus, base), indent=2, ensure_ascii=False))
    elif form == "github":
        for finding in findings:
            click.echo(annotation(finding, base))
    else:
        about = "Of what you named" if paths else f"{counted(corpus.files, 'document')}, {counted(len(corpus.entries), 'entry', 'entries')}"
        _print(findings, [draft for draft in corpus.drafts if _wanted(draft, places, settings)], base, about)
        _print_unseen(corpus, index)
    levels = {finding.level for finding in findings}
    sys.exit(1 if "error" in levels or (strict and levels) else 0)


def _wanted(document: str, places: Sequence[Path], settings: Settings) -> bool:
    found = (settings.knowledge_dir / document).resolve()
    return not places or any(found.is_relative_to(place) for place in places)


def _base(folder: Path) -> str:
    """The knowledge folder as seen from where sopbot was started, which is the repository's root for code hosts."""
    shown = folder if not folder.is_absolute() else Path(os.path.relpath(folder))
    return "" if shown == Path() else PurePath(shown).as_posix()


def _under(base: str, path: str) -> str:
    return f"{base}/{path}" if base else path


def _document(findings: Sequence[Finding], corpus: Corpus, base: str) -> dict[str, object]:
    return {
        "findings": [asdict(finding) | {"path": _under(base, finding.path)} for finding in findings],
        "documents": corpus.files,
        "entries": len(corpus.entries),
        "drafts": list(corpus.drafts),
    }


def _print(findings: Sequence[Finding], drafts: Sequence[str], base: str, about: str) -> None:
    """One line each, which terminals and editors open at a click; colours where they are shown."""
    from rich.console import Console
    from rich.text import Text

    out = Console(highlight=False, soft_wrap=True)
    colours = {"error": "bold red", "warning": "yellow"}
    for finding in findings:
        line = Text(f"{_under(base, finding.path)}:{finding.line}", style="bold")
        line.append(": ", style="not bold").append(finding.level, style=f"not bold {colours[finding.level]}")
        line.append(f": {finding.text} ", style="not bold").append(f"[{finding.rule}]", style="not bold dim")
        out.print(line)
    for draft in drafts:
        out.print(Text(f"{_under(base, draft)}: a draft: nobody is answered from it until it is published.", style="dim"))
    errors = sum(finding.level == "error" for finding in findings)
    out.print(f"{about}: {counted(errors, 'error')}, {counted(len(findings) - errors, 'warning')}.")


def _print_unseen(corpus: Corpus, index: Index | None) -> None:
    """Say how many entries could not be looked for."""
    if index:
        unseen = sum(index.entry(entry.id, "internal") != entry for entry in corpus.entries)
        if unseen:
            click.echo(f"{counted(unseen, 'entry', 'entries')} changed since the index was made; build it anew to have them looked for.")
