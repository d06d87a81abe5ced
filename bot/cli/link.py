"""`sopbot link`: a new one-time link to the ask page."""

from __future__ import annotations

import click

from bot.cli.examples import examples
from bot.cli.wiring import open_database
from bot.database import Database
from bot.errors import LogUnavailable, SettingsError
from bot.sessions import PersonScope, SessionStore
from bot.settings import Settings, read_settings

_EVERYWHERE = {"0.0.0.0", "::", ""}  # noqa: S104 - addresses that nobody can open in a browser


@click.command(epilog=examples("sopbot link", "sopbot link --admin"))
@click.option("--admin", is_flag=True, help="For somebody who also reviews what was not answered.")
@click.option("--host", metavar="ADDRESS", help="Address that 'sopbot serve' was given, if any (SOPBOT_HOST).")
@click.option("--port", metavar="PORT", type=click.IntRange(1, 65535), help="Port that 'sopbot serve' was given, if any (SOPBOT_PORT).")
def link(admin: bool, host: str | None, port: int | None) -> None:
    """Print a link that opens the ask page, good once and for an hour.

    It signs in whoever opens it first, for twelve hours; pass it on like a password.
    """
    settings = read_settings()
    if settings.sign_in != "link":
        raise SettingsError(f"SOPBOT_SIGN_IN is '{settings.sign_in}', so nobody signs in with a link. See how they do with: sopbot guide ask-page")
    base = settings.public_url.rstrip("/") if settings.public_url and not (host or port) else base_address(host or settings.host, port or settings.port)
    click.echo(new_link(base, open_database(settings), "admin" if admin else "internal"))


def new_link(base: str, database: Database, scope: PersonScope) -> str:
    """A new link to the ask page.

    Args:
        base: the server's address, without a slash at its end.
        database: migrated.
        scope: what its holder may do.
    """
    return f"{base}/ask?token={SessionStore(database).create_link(scope)}"


def base_address(host: str, port: int) -> str:
    """The address at which this machine's browser reaches a server that listens on a host and port."""
    name = "127.0.0.1" if host in _EVERYWHERE else host
    return f"http://{f'[{name}]' if ':' in name else name}:{port}"


def ask_page_line(settings: Settings, base: str, database: Database) -> str:
    """How to open the ask page, for whoever starts the server; which it does without a database, too."""
    if settings.sign_in == "link":
        try:
            return f"{new_link(base, database, 'admin')}\n                     ask as your team does; the link is good once, and for an hour"
        except LogUnavailable:
            return "no link while the database cannot be used; get one later with: sopbot link --admin"
    if settings.sign_in == "off":
        return "switched off (SOPBOT_SIGN_IN)"
    return f"{settings.public_url.rstrip('/') or base}/ask, signed in through your {'proxy' if settings.sign_in == 'proxy' else 'single sign-on'}"
