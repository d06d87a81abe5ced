"""`sopbot review`: questions without a good answer, and what to do about them."""

from __future__ import annotations

import getpass
import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime, time
from typing import Any, get_args

import click

from bot.cli import review_text
from bot.cli.examples import examples
from bot.cli.opening import current_index
from bot.cli.wiring import open_database, open_log, thresholds_from
from bot.database import Database
from bot.errors import GapRefused
from bot.gaps.actions import GapActions
from bot.gaps.nearest import nearest
from bot.gaps.proposals import Proposals
from bot.gaps.reading import GapList
from bot.gaps.records import Proposal, ProposalStatus, Status
from bot.gaps.upkeep import Upkeep
from bot.phrases import counted, day
from bot.settings import Settings, read_settings
from index.errors import GenerationError

_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_NUMBER = click.IntRange(1, 2**31 - 1)  # what a database counts up to
_gap = click.argument("gap", type=_NUMBER, metavar="GAP")


def _as(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--as", "who", metavar="NAME", default="", help="Your name in the gap's history; your name on this machine if left out.")(command)


@click.group(
    invoke_without_command=True,
    short_help="Look through what got no good answer, and settle it.",
    epilog=examples(
        "sopbot review                      the most urgent gaps",
        "sopbot review show 12              its questions word for word, and what came nearest",
        "sopbot review assign 12 Dana       put it into somebody's hands",
        "sopbot review not-ours 14          out of scope: refuse such questions from now on",
    ),
)
@click.pass_context
def review(context: click.Context) -> None:
    """Look through the questions that got no good answer, and settle them.

    Questions that mean the same are put together into a gap with a number. A gap closes by itself: when, after the next
    'sopbot index build', all of its questions are answered.
    """
    if context.invoked_subcommand is None:
        context.invoke(list_gaps)


@review.command(name="list", epilog=examples('sopbot review list --search "gift card"', "sopbot review list --status closed"))
@click.option("--status", type=click.Choice(get_args(Status)), default="open", show_default=True, help="What became of the gaps to list.")
@click.option("--search", default="", metavar="WORDS", help="Only gaps whose title or questions hold these words.")
@click.option("--assignee", default="", metavar="NAME", help="Only gaps in this person's hands.")
@click.option("--limit", metavar="NUMBER", type=click.IntRange(1, 200), default=20, show_default=True, help="Gaps at most.")
@_json
def list_gaps(status: Status, search: str, assignee: str, limit: int, as_json: bool) -> None:
    """List gaps, the most urgent first."""
    settings, database = _open()
    _refresh(settings, database)
    gaps = GapList(database)
    found = gaps.listed(status, limit, search=search, assignee=assignee)
    if as_json:
        click.echo(_dumped([asdict(gap) for gap in found]))
    else:
        review_text.show_list(found, status, gaps.count(status))


@review.command(short_help="Show one gap: its questions, nearest entries and history.", epilog=examples("sopbot review show 12"))
@_gap
@click.option("--limit", metavar="NUMBER", type=click.IntRange(1, 1000), default=30, show_default=True, help="Questions at most.")
@_json
def show(gap: int, limit: int, as_json: bool) -> None:
    """Show one gap: its questions, the nearest entries and its history.

    Questions are shown word for word, and beside each entry stands why it did not do.
    """
    settings, database = _open()
    _refresh(settings, database)
    gaps = GapList(database)
    one, questions, events = gaps.one(gap), gaps.questions(gap, limit), gaps.events(gap)
    try:
        near = nearest(questions, current_index(settings).get(), thresholds_from(settings))
    except GenerationError:
        near = ()
    if as_json:
        held = [asdict(question) for question in questions]
        found = {**asdict(one), "asked": held, "nearest": [asdict(entry) for entry in near], "events": [asdict(event) for event in events]}
        click.echo(_dumped(found))
    else:
        review_text.show_gap(one, questions, near, events)


@review.command(
    short_help="Put a gap into somebody's hands.", epilog=examples("sopbot review assign 12 Dana", "sopbot review assign 12    in nobody's hands again")
)
@_gap
@click.argument("name", default="")
@_as
def assign(gap: int, name: str, who: str) -> None:
    """Put a gap into somebody's hands; without a NAME, take it out of them."""
    _actions().assign(gap, name, _who(who))
    click.echo(f"Gap {gap} is in {name}'s hands." if name else f"Gap {gap} is in nobody's hands.")


@review.command(epilog=examples("sopbot review snooze 12 2027-01-15"))
@_gap
@click.argument("until", metavar="DAY", type=click.DateTime(["%Y-%m-%d"]))
@_as
def snooze(gap: int, until: datetime, who: str) -> None:
    """Put a gap off until a DAY, written year-month-day."""
    _actions().snooze(gap, datetime.combine(until.date(), time(), UTC), _who(who))
    click.echo(f"Gap {gap} comes back on {day(until)}.")


@review.command(name="not-ours", epilog=examples("sopbot review not-ours 14"))
@_gap
@_as
def not_ours(gap: int, who: str) -> None:
    """Put a gap out of scope.

    Such questions, and near ones, are refused from now on and make no gaps.
    """
    _actions().not_ours(gap, _who(who))
    click.echo(f"Gap {gap} is not ours; such questions are refused from now on. Take it back with: sopbot review reopen {gap}")


@review.command(short_help="Settle a gap with nothing to do.", epilog=examples('sopbot review dismiss 16 --reason "the answer is right"'))
@_gap
@click.option("--reason", metavar="TEXT", default="", help="Why, for the history.")
@_as
def dismiss(gap: int, reason: str, who: str) -> None:
    """Settle a gap with nothing to do: what the documents say is right."""
    _actions().dismiss(gap, _who(who), reason)
    click.echo(f"Gap {gap} is settled: there is nothing to do.")


@review.command(epilog=examples("sopbot review reopen 14"))
@_gap
@_as
def reopen(gap: int, who: str) -> None:
    """Work on a gap again, whatever was decided before."""
    _actions().reopen(gap, _who(who))
    click.echo(f"Gap {gap} is open.")


@review.command(short_help="Name the entry that is meant to answer a gap.", epilog=examples("sopbot review intend 12 trade-in"))
@_gap
@click.argument("entry", default="")
@_as
def intend(gap: int, entry: str, who: str) -> None:
    """Name the ENTRY (its id) that is meant to answer a gap; without one, any entry may."""
    settings, database = _open()
    GapActions(database).intend(gap, entry, _who(who))
    if entry and current_index(settings).get().entry(entry, "internal") is None:
        click.echo(f"There is no entry '{entry}' yet; the gap waits until there is one.", err=True)
    click.echo(f"Gap {gap} closes when '{entry}' answers all of its questions." if entry else f"Gap {gap} closes when all of its questions are answered.")


@review.command(epilog=examples("sopbot review merge 12 15"))
@click.argument("into", type=_NUMBER)
@click.argument("others", type=_NUMBER, nargs=-1, required=True)
@_as
def merge(into: int, others: tuple[int, ...], who: str) -> None:
    """Join gaps: INTO gets all questions of the OTHERS."""
    _actions().merge(into, others, _who(who))
    click.echo(f"Gap {into} holds their questions now.")


@review.command(epilog=examples("sopbot review split 12 3f9a 81bc"))
@_gap
@click.argument("questions", nargs=-1, required=True)
@_as
def split(gap: int, questions: tuple[str, ...], who: str) -> None:
    """Take questions out of a gap into a new one.

    QUESTIONS are the beginnings of their ids, as 'sopbot review show' prints them.
    """
    _, database = _open()
    mine = GapList(database).questions(gap, limit=100_000)
    wanted = [question.query_id for question in mine if question.query_id.startswith(questions)]
    missing = [start for start in questions if not any(query_id.startswith(start) for query_id in wanted)]
    if missing:
        raise click.UsageError(f"Gap {gap} has no question whose id begins with '{missing[0]}'. See them with: sopbot review show {gap}")
    new = GapActions(database).split(gap, wanted, _who(who))
    click.echo(f"Gap {new} holds {counted(len(wanted), 'question')} of gap {gap} now.")


@review.command(epilog=examples("sopbot review recheck"))
@_json
def recheck(as_json: bool) -> None:
    """Ask the questions of all gaps again now.

    This also happens by itself after every new index.
    """
    settings, database = _open()
    done = _upkeep(settings, database).run(recheck=True)
    if done is None or done.rechecked is None:
        raise GapRefused("Another sopbot is looking after the gaps at the moment. Try again in a minute.")
    if as_json:
        click.echo(_dumped(asdict(done.rechecked)))
    else:
        review_text.show_recheck(done.rechecked)


@review.command(short_help="List wordings that people used for an entry.", epilog=examples("sopbot review proposals"))
@click.option("--status", type=click.Choice(get_args(ProposalStatus)), default="proposed", show_default=True, help="What became of the wordings to list.")
@_json
def proposals(status: ProposalStatus, as_json: bool) -> None:
    """List wordings that people used for an entry, proposed as more of its questions."""
    settings, database = _open()
    _refresh(settings, database)
    found = Proposals(database).listed(status)
    if as_json:
        click.echo(_dumped([asdict(proposal) for proposal in found]))
    else:
        review_text.show_proposals(found)


@review.command(epilog=examples("sopbot review accept 7"))
@click.argument("proposal", type=_NUMBER)
@_as
def accept(proposal: int, who: str) -> None:
    """Accept a PROPOSAL; you then write it into the entry's document."""
    found = _decided(proposal, True, who)
    click.echo(f"Accepted. Add it to the questions of {found.entry_id}:\n  - {json.dumps(found.text, ensure_ascii=False)}")


@review.command(epilog=examples("sopbot review decline 7"))
@click.argument("proposal", type=_NUMBER)
@_as
def decline(proposal: int, who: str) -> None:
    """Decline a PROPOSAL; it is not proposed again."""
    _decided(proposal, False, who)
    click.echo("Declined.")


def _decided(proposal: int, accepted: bool, who: str) -> Proposal:
    _, database = _open()
    return Proposals(database).decide(proposal, accepted, _who(who))


def _open() -> tuple[Settings, Database]:
    settings = read_settings()
    return settings, open_database(settings)


def _actions() -> GapActions:
    return GapActions(_open()[1])


def _upkeep(settings: Settings, database: Database) -> Upkeep:
    log = open_log(settings, database)
    return Upkeep(database, current_index(settings), thresholds_from(settings), past_review=settings.past_review, replay=log.replay)


_AT_IT = "sopbot: another process is putting new questions into gaps, or was stopped while it did, less than three minutes ago; the newest may be missing here."


def _refresh(settings: Settings, database: Database) -> None:
    """Take in what is new; without an index, what is there is shown."""
    try:
        if _upkeep(settings, database).run() is None:
            click.echo(_AT_IT, err=True)
    except GenerationError as error:
        click.echo(f"sopbot: new questions cannot be put into gaps: {error}", err=True)


def _who(name: str) -> str:
    if name:
        return name
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container without a name for its user
        return "somebody at the terminal"


def _dumped(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, default=_plain)


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
