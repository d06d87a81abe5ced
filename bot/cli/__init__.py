"""The `sopbot` command: the only place that wires everything together.

Exit status: 0 done; 1 the thing asked about fails (no answer, findings); 2 wrong use or broken set-up.
"""

from __future__ import annotations

import gc
import importlib
import sys

import click

from bot.cli.ending import Ending, end_at_once
from bot.cli.examples import examples
from bot.cli.extras import missing_extra
from bot.errors import SopbotError
from index.errors import IndexLibraryError

_MODULES = {
    **{name: name for name in ("ask", "backup", "coverage", "evaluate", "guide", "index", "init", "keys", "link", "lint", "privacy", "renew")},
    **{name: name for name in ("review", "serve", "slack", "stats")},
    "restore": "backup",
}
"""The module of this package in which each command is, under its own name."""


class Commands(click.Group):
    """Commands that are loaded when they are used, so that asking and serving need not wait for what building takes."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - the same in every context
        """All names."""
        return sorted(_MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of a name, or None when there is none."""
        if cmd_name not in _MODULES:
            return None
        command: click.Command = getattr(importlib.import_module(f"bot.cli.{_MODULES[cmd_name]}"), cmd_name)
        return command


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=examples(
        "sopbot init                                        lay out starter documents in the folder 'knowledge'",
        "sopbot index build                                 read the documents",
        'sopbot ask "how do I handle a refund complaint"    ask in the terminal',
        "sopbot serve                                       answer over HTTP and in Slack",
    ),
)
@click.version_option(package_name="sopbot")
def sopbot() -> None:
    """Answers support questions with your own procedures and scripted replies, word for word."""


def run() -> None:
    """Be the process of one command."""
    try:
        main()
    except SystemExit as done:
        if Ending.at_once and isinstance(done.code, int):
            end_at_once(done.code)
        raise


def main() -> None:
    """Run the command; what goes wrong on purpose is told in one line."""
    try:
        sopbot(standalone_mode=False)
    except click.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (SopbotError, IndexLibraryError) as error:
        click.echo(f"sopbot: {error}", err=True)
        sys.exit(2)
    except ModuleNotFoundError as error:
        told = missing_extra(error)
        if told is None:
            raise
        click.echo(f"sopbot: {told}", err=True)
        sys.exit(2)
    finally:
        gc.freeze()  # the process ends: Python need not take everything apart one by one, for a fifth of a second
