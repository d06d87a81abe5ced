"""`sopbot serve`: HTTP and Slack."""

from __future__ import annotations

import errno
import gc
import logging
import signal
import socket
import sys
from contextlib import ExitStack

import click

from bot.cli.examples import examples
from bot.cli.keeping import open_keeper
from bot.cli.link import ask_page_line, base_address
from bot.cli.opening import current_index
from bot.cli.wiring import open_asker, open_database_if_well, thresholds_from
from bot.database import Database
from bot.errors import SettingsError
from bot.keys import KeyStore
from bot.rebuild import Rebuilder, RebuildState, build_command, pull_command
from bot.settings import Settings, read_settings
from index.errors import GenerationError

_DRAIN_SECONDS = 20
"""How long requests may take to end when the server is told to stop."""


@click.command(
    short_help="Answer over HTTP and in Slack, until stopped with Ctrl+C.",
    epilog=examples("sopbot serve", "sopbot serve --port 8080", "sopbot serve --watch    for authors"),
)
@click.option("--host", metavar="ADDRESS", help="Address to serve on (SOPBOT_HOST); 127.0.0.1 is reachable from this machine only.")
@click.option("--port", metavar="PORT", type=click.IntRange(1, 65535), help="Port to serve on (SOPBOT_PORT).")
@click.option("--watch", is_flag=True, help="For authors: build anew as soon as a document is saved.")
def serve(host: str | None, port: int | None, watch: bool) -> None:
    """Answer over HTTP, and in Slack when its tokens are set, until stopped with Ctrl+C."""
    import uvicorn

    from bot.api.app import create_app
    from bot.cli.slack_wiring import attach_slack
    from bot.gaps.reading import GapList
    from bot.gaps.upkeep import Upkeep, UpkeepThread
    from bot.metrics import Metrics
    from bot.privacy.schedule import purging
    from bot.slack.compliance import Compliance

    settings = read_settings()
    host, port = host or settings.host, port or settings.port
    settings = settings.model_copy(update={"host": host, "port": port})  # the pages open under the name that is printed
    _check_port(host, port)
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for talkative in ("alembic", "watchfiles"):  # the one tells of every start, the other of every change, as we do
        logging.getLogger(talkative).setLevel(logging.WARNING)
    for library in ("slack_bolt", "slack_sdk"):
        logging.getLogger(library).setLevel(max(logging.INFO, logging.getLogger().level))  # below, they log messages whole
    database = open_database_if_well(settings)
    index = current_index(settings)
    asker, log = open_asker(settings, database, index)
    metrics = Metrics(index, GapList(database).count)
    asker.told = metrics.count_question
    try:
        index.get()
    except GenerationError as error:
        click.echo(f"sopbot: {error} Until then every question gets an error.", err=True)
    upkeep = Upkeep(database, index, thresholds_from(settings), past_review=settings.past_review, replay=log.replay)
    rebuilder = Rebuilder(
        build_command("--allow-worse") if watch else build_command(), prepared=watch, told=_tell_rebuilt, pull=pull_command(settings.knowledge_dir)
    )
    app = create_app(asker, index, KeyStore(database), database, log, settings, metrics, rebuilder, Compliance(database))
    slack = attach_slack(app, settings, asker, index, database, log, upkeep)
    looking_after_gaps = UpkeepThread(upkeep)
    click.echo(_welcome(settings, host, port, slack, database))
    with ExitStack() as stack:
        stack.callback(rebuilder.stop)
        stack.enter_context(index.followed())
        looking_after_gaps.start()
        stack.callback(looking_after_gaps.stop)
        stack.enter_context(purging(open_keeper(settings, database), settings.keep_questions_days))
        if watch:
            from bot.watching import watched

            rebuilder.request()  # what was edited while nobody watched
            stack.enter_context(watched(settings.knowledge_dir, rebuilder))
        # uvicorn sends itself the signal anew when the last request is answered; the process is to end then, and not to be ended.
        signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))
        gc.collect()
        gc.freeze()  # what is left stays: looking for garbage among it again and again would make requests wait
        uvicorn.run(
            app,
            host=host,
            port=port,
            ws="none",
            log_level=settings.log_level.lower(),
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=_DRAIN_SECONDS,
        )


def _tell_rebuilt(state: RebuildState) -> None:
    """Say how a rebuild ended, to whoever sits at the terminal."""
    from rich.console import Console

    from bot.cli.changes import show_changes

    if state.state == "failed":
        click.echo(f"{state.reason}\nsopbot: the index that was there goes on answering.", err=True)
    elif state.changes:
        click.echo(f"Index {state.generation} answers from now on.")
        show_changes(state.changes, Console())


def _check_port(host: str, port: int) -> None:
    """Say in one line that the port is taken, instead of failing later.

    Raises:
        SettingsError: it cannot be listened on.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise SettingsError(f"Port {port} on {host} cannot be used ({error.strerror}). {_remedy(error, port)}") from None


def _remedy(error: OSError, port: int) -> str:
    if error.errno == errno.EACCES:
        return "Ports below 1024 are for administrators; choose another: SOPBOT_PORT=8080"
    if error.errno == errno.EADDRINUSE:
        return f"Stop the program that holds it, or choose another: SOPBOT_PORT={port + 1 if port < 65_535 else port - 1}"
    return "Name an address of this machine with SOPBOT_HOST: 127.0.0.1 for this machine only, 0.0.0.0 for all that reach it."


def _welcome(settings: Settings, host: str, port: int, slack: str, database: Database) -> str:
    base = base_address(host, port)
    connected = slack or "not connected; how to, in ten minutes: sopbot guide slack"
    lines = {
        "The ask page": ask_page_line(settings, base, database),
        "For leads": f"{base}/review, /figures and /coverage, once you are signed in",
        "For customers": f"{base}/faq, and as a widget on your own website: {base}/widget/demo",
        "For programs": f"{base}/docs",
        "Slack": connected,
        "All there is": f"{base}/",
    }
    if settings.sign_in == "off":
        del lines["For leads"]
    return "\n".join([f"sopbot serves {base}", *(f"  {name:18} {text}" for name, text in lines.items())])
