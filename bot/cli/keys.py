"""`sopbot keys`: who may ask over HTTP, and see what."""

from __future__ import annotations

import sys
import time
from datetime import datetime

import click

from bot.cli.examples import examples
from bot.cli.wiring import open_database
from bot.keys import TRUSTED_SECONDS, KeyStore
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
    created = KeyStore(open_database(read_settings())).create(scope, name, expires.date() if expires else None)  # type: ignore[arg-type]
    click.echo(created.key_text)
    click.echo("Keep it now: it is stored in a form from which it cannot be shown again. Send it as 'Authorization: Bearer KEY'.", err=True)


@keys.command(name="list", epilog=examples("sopbot keys list"))
def list_keys() -> None:
    """List all keys, without their secret part."""
    for key in KeyStore(open_database(read_settings())).list():
        state = "revoked" if key.revoked_on else f"until {key.expires_on}" if key.expires_on else "valid"
        click.echo(f"{key.id}  {key.scope:8}  {state:16}  last used {key.last_used_on or 'never'}  {key.name}")


@keys.command(epilog=examples("sopbot keys revoke 3f9a1c20"))
@click.argument("key_id")
def revoke(key_id: str) -> None:
    """Make a key worthless from now on. KEY_ID is as 'sopbot keys list' shows it."""
    if not KeyStore(open_database(read_settings())).revoke(key_id):
        click.echo(f"sopbot: there is no key '{key_id}'. See them with: sopbot keys list", err=True)
        sys.exit(1)
    time.sleep(TRUSTED_SECONDS)  # running servers may have found it good just before
    click.echo(f"Key {key_id} is revoked.")
