"""`sopbot keys`: who may ask over HTTP, and see what."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime

import click

from bot.cli.examples import examples
from bot.cli.wiring import open_database
from bot.keys import TRUSTED_SECONDS, Key, KeyStore
from bot.phrases import day
from bot.settings import read_settings


@click.group(epilog=examples('sopbot keys create --scope internal --name "our help desk"', "sopbot keys list"))
def keys() -> None:
    """Keys for the HTTP interface. Without a key, only public entries are answered."""


@keys.command(epilog=examples('sopbot keys create --scope internal --name "our help desk"', "sopbot keys create --scope admin --expires 2027-12-31"))
@click.option("--scope", type=click.Choice(["public", "internal", "admin"]), required=True, help="What the key's holder may see and do.")
@click.option("--name", metavar="TEXT", default="", help="Whom it is for, for your own list.")
@click.option("--expires", metavar="DATE", type=click.DateTime(["%Y-%m-%d"]), help="Last day it is valid, for example 2027-12-31.")
def create(scope: str, name: str, expires: datetime | None) -> None:
    """Make a key and show it, this once."""
    if expires and expires.date() < datetime.now(UTC).date():
        raise click.UsageError(f"{day(expires)} is over, so the key would be good for nothing. Name a later day.")
    created = KeyStore(open_database(read_settings())).create(scope, name, expires.date() if expires else None)  # type: ignore[arg-type]
    click.echo(created.key_text)
    click.echo("Keep it now: it is stored in a form from which it cannot be shown again. Send it as 'Authorization: Bearer KEY'.", err=True)


@keys.command(name="list", epilog=examples("sopbot keys list"))
def list_keys() -> None:
    """List all keys, without their secret part."""
    for key in KeyStore(open_database(read_settings())).list():
        used = f"last used {day(key.last_used_on)}" if key.last_used_on else "never used"
        click.echo(f"{key.id}  {key.scope:8}  {_state(key):25}  {used:27}  {key.name}".rstrip())


@keys.command(epilog=examples("sopbot keys revoke 3f9a1c20"))
@click.argument("key_id")
def revoke(key_id: str) -> None:
    """Make a key worthless from now on. KEY_ID is as 'sopbot keys list' shows it."""
    if not KeyStore(open_database(read_settings())).revoke(key_id):
        click.echo(f"sopbot: there is no key '{key_id}'. See them with: sopbot keys list", err=True)
        sys.exit(1)
    time.sleep(TRUSTED_SECONDS)  # running servers may have found it good just before
    click.echo(f"Key {key_id} is revoked.")


def _state(key: Key) -> str:
    if key.revoked_on:
        return "revoked"
    if key.expires_on is None:
        return "valid"
    return f"{'expired' if key.expires_on < datetime.now(UTC).date() else 'valid until'} {day(key.expires_on)}"
