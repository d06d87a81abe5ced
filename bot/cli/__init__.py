"""The `sopbot` command: the only place that wires everything together.

Exit status: 0 done; 1 the thing asked about fails (no answer, findings); 2 wrong use or broken set-up.
"""

from __future__ import annotations

import sys

import click

from bot.cli.ask import ask
from bot.cli.backup import backup, restore
from bot.cli.coverage import coverage
from bot.cli.evaluate import evaluate
from bot.cli.examples import examples
from bot.cli.extras import missing_extra
from bot.cli.guide import guide
from bot.cli.index import index
from bot.cli.init import init
from bot.cli.keys import keys
from bot.cli.link import link
from bot.cli.lint import lint
from bot.cli.privacy import privacy
from bot.cli.renew import renew
from bot.cli.review import review
from bot.cli.serve import serve
from bot.cli.slack import slack
from bot.cli.stats import stats
from bot.errors import SopbotError
from index.errors import IndexLibraryError


@click.group(
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


for command in (ask, backup, coverage, evaluate, guide, index, init, keys, link, lint, privacy, renew, restore, review, serve, slack, stats):
    sopbot.add_command(command)


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
