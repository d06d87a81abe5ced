"""Settings -> the objects that every front end needs."""

from __future__ import annotations

from datetime import date

from bot.answer import Thresholds
from bot.ask import Asker
from bot.database import Database
from bot.gaps.not_ours import NotOurs
from bot.privacy.holders import QuestionData, SignInData
from bot.privacy.keeper import Keeper
from bot.query_log import QueryLog
from bot.secrets_file import read_or_create_secret
from bot.settings import Settings
from bot.slack.personal_data import SlackData
from index.lint.finding import LintException, LintOptions
from index.search import CurrentIndex


def open_database(settings: Settings) -> Database:
    """The database with all its tables, made when missing."""
    database = Database(settings.database)
    database.migrate()
    return database


def thresholds_from(settings: Settings) -> Thresholds:
    """Where outcomes begin, as set."""
    return Thresholds(answer=settings.answer_threshold, suggest=settings.suggest_threshold, lead=settings.lead_threshold)


def lint_options(settings: Settings, today: date) -> LintOptions:
    """What the checks of documents go by, as set below [lint]."""
    table = settings.lint
    exceptions = tuple(LintException(one.path, one.rule) for one in table.exceptions)
    return LintOptions(today, table.levels, exceptions, tuple(table.parts), tuple(table.placeholders), table.longest_step)


def open_asker(settings: Settings, database: Database) -> tuple[Asker, CurrentIndex, QueryLog]:
    """The one way to ask, with the index and the log behind it."""
    log = QueryLog(database, _pepper(settings))
    index = CurrentIndex(settings.data_dir, withheld_from=date.today if settings.past_review == "withhold" else None)
    asker = Asker(index, log, thresholds_from(settings), past_review=settings.past_review)
    asker.refusal = NotOurs(database)
    return asker, index, log


def open_keeper(settings: Settings, database: Database) -> Keeper:
    """Whoever purges, exports and erases: knows every part that keeps something about people."""
    return Keeper(database, (QuestionData(), SlackData(), SignInData()), _pepper(settings))


def _pepper(settings: Settings) -> bytes:
    return read_or_create_secret(settings.data_dir / "keys" / "pepper")
