"""`sopbot slack`: what the set-up of the Slack app lacks."""

from __future__ import annotations

import asyncio
import sys

import click

from bot.cli.examples import examples
from bot.settings import read_settings


@click.group(epilog=examples("sopbot slack check"))
def slack() -> None:
    """Connect sopbot to Slack; 'sopbot guide slack' leads through it."""


@slack.command(epilog=examples("sopbot slack check", "sopbot slack check --http"))
@click.option("--http", is_flag=True, help="Check a set-up that receives events over HTTP instead of Socket Mode.")
def check(http: bool) -> None:
    """Say what is missing in the Slack set-up, asking Slack itself.

    Ends with status 1 when something is missing.
    """
    from bot.cli.slack_wiring import slack_options
    from bot.slack.check import check as find

    findings = asyncio.run(find(slack_options(read_settings()), "http" if http else "socket"))
    for finding in findings:
        click.echo(str(finding))
    sys.exit(0 if all(finding.ok for finding in findings) else 1)
