"""`sopbot lint`: what is wrong in the documents."""

from __future__ import annotations

import sys

import click

from bot.settings import read_settings
from index.corpus import read_corpus
from index.errors import KnowledgeError


@click.command()
def lint() -> None:
    """Check all documents and say what is wrong, with file and line.

    Ends with status 1 when a document cannot be used as it is.
    """
    settings = read_settings()
    try:
        corpus = read_corpus(settings.knowledge_dir)
    except KnowledgeError as error:
        click.echo(str(error))
        sys.exit(1)
    for problem in corpus.problems:
        mark = "error" if problem.fatal else "remark"
        click.echo(f"{settings.knowledge_dir}/{problem.path}:{problem.line}: {mark}: {problem.message}")
    errors, remarks = len(corpus.errors), len(corpus.problems) - len(corpus.errors)
    click.echo(f"{corpus.files} documents, {len(corpus.entries)} entries: {errors} errors, {remarks} remarks.")
    sys.exit(1 if errors else 0)
