"""`sopbot ask`: one question, answered in the terminal."""

from __future__ import annotations

import gc
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, cast

import click

from bot.answer import NoAnswer
from bot.cli.ending import Ending
from bot.cli.examples import examples
from index.channels import channel_id, channel_names

if TYPE_CHECKING:
    from index.current import CurrentIndex


def _channel(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    found = channel_id(value) if value else ""
    if found is None:
        raise click.BadParameter(f"'{value}' is not a channel. Channels are: {channel_names()}.")
    return found


def _search_ms(index: CurrentIndex, text: str, audience: Literal["public", "internal"]) -> float:
    """Open the index and search; the milliseconds that searching took."""
    from index.search import SEARCH_LIMIT

    opened = index.get()
    started = time.perf_counter()
    opened.found(text, audience, SEARCH_LIMIT)
    return (time.perf_counter() - started) * 1000


@click.command(epilog=examples('sopbot ask "how do I handle a refund complaint"', "sopbot ask --channel chat how do I exchange an item"))
@click.argument("question", nargs=-1, required=True)
@click.option("--channel", metavar="CHANNEL", default="", callback=_channel, help='Show the reply for this channel, for example "live chat".')
@click.option("--audience", type=click.Choice(["internal", "public"]), default="internal", help="Answer as for the team (the default) or as for customers.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as the HTTP interface gives it.")
@click.option("--why", is_flag=True, help="Show what was found and what decided.")
def ask(question: tuple[str, ...], channel: str, audience: str, as_json: bool, why: bool) -> None:
    """Ask a question.

    Ends with status 1 when no document answers it.
    """
    gc.disable()  # the process ends before there is garbage
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # numpy's threads would wait for work with the processor busy
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # looking for them reads what every installed package says of itself
    from bot.data_folder import data_folder
    from bot.question_text import QuestionRefused, checked
    from index.ahead import looked_ahead

    try:
        text = checked(" ".join(question))
    except QuestionRefused as error:
        raise click.UsageError(str(error)) from None
    reader = cast(Literal["public", "internal"], audience)
    with ThreadPoolExecutor(1) as beside:
        ahead = beside.submit(looked_ahead, data_folder())
        # Loaded meanwhile: reading the model lets go of the interpreter lock.
        from bot.cli.opening import current_index
        from bot.settings import read_settings

        settings = read_settings()
        index = current_index(settings, ahead.result)
        # What is found is remembered, for asking below; what is wrong with the index is said there.
        searched = beside.submit(_search_ms, index, text, reader)
        from bot.ask import Question
        from bot.cli.wiring import open_asker, open_database_if_well
        from bot.terminal import console, show, show_why

        database = open_database_if_well(settings)
        asker, _ = open_asker(settings, database, index)
    asked = asker.ask(Question(text, reader, "terminal", channel=channel))
    asked = replace(asked, took_ms=asked.took_ms + searched.result())
    if as_json:
        from bot.schemas import response_from

        click.echo(response_from(asked).model_dump_json(indent=2))
    else:
        out = console()
        show(asked, out)
        if why:
            show_why(asked, out)
    database.close()
    Ending.at_once = True
    sys.exit(1 if isinstance(asked.outcome, NoAnswer) else 0)
