"""The commands' own `--help` -> docs/commands.md: `python scripts/write_help.py`. A test fails when the page has drifted."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bot.cli import sopbot

PAGE = Path(__file__).resolve().parent.parent / "docs" / "commands.md"
_WIDTH = 100
_TOP = """\
# Every command

What `sopbot … --help` prints, command by command. This page is written by `scripts/write_help.py`; change the texts where the
commands are, in `bot/cli/`. In a checkout, `sopbot` is `.venv/bin/sopbot`. [operations.md](operations.md) says what a command
ends with, and lists all settings.
"""


def page() -> str:
    """The page's text."""
    return _TOP + "".join(_section(context) for context in contexts(click.Context(sopbot, info_name="sopbot", **_like(sopbot))))


def contexts(context: click.Context) -> Iterator[click.Context]:
    """A command and all below it, in the order in which its help lists them; hidden ones are left out."""
    yield context
    if isinstance(context.command, click.Group):
        for name in context.command.list_commands(context):
            command = context.command.get_command(context, name)
            if command and not command.hidden:
                yield from contexts(click.Context(command, info_name=name, parent=context, **_like(command)))


def _section(context: click.Context) -> str:
    return f"\n## {context.command_path}\n\n```text\n{context.get_help()}\n```\n"


def _like(command: click.Command) -> dict[str, Any]:
    """The context's settings, so that help looks as on a terminal of one width everywhere."""
    return {**command.context_settings, "terminal_width": _WIDTH, "color": False}


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
