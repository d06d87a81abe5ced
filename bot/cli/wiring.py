"""Settings -> the objects that every front end needs."""

from __future__ import annotations

import logging

from bot.answer import Thresholds
from bot.ask import Asker
from bot.database import Database
from bot.errors import LogUnavailable
from bot.gaps.not_ours import NotOurs
from bot.gaps.progress import note_late
from bot.pending import PendingRows
from bot.query_log import QueryLog
from bot.secrets_file import read_or_create_secret
from bot.settings import Settings
from index.current import CurrentIndex

_log = logging.getLogger(__name__)


def open_database(settings: Settings) -> Database:
    """The database with all its tables, made when missing."""
    database = Database(settings.database)
    database.migrate()
    return database


def open_database_if_well(settings: Settings) -> Database:
    """The same; one that cannot be used at the moment is said so, and does not keep questions from being answered."""
    database = Database(settings.database)
    try:
        database.migrate()
    except LogUnavailable as error:
        _log.error("%s Until then questions are answered all the same; what should be stored waits in %s.", error, settings.data_dir / "pending")
    return database


def thresholds_from(settings: Settings) -> Thresholds:
    """Where outcomes begin, as set."""
    return Thresholds(answer=settings.answer_threshold, suggest=settings.suggest_threshold, lead=settings.lead_threshold)


def open_log(settings: Settings, database: Database) -> QueryLog:
    """The log of questions, with the place where they wait for the database."""
    return QueryLog(database, pepper(settings), pending=PendingRows(settings.data_dir / "pending"), told_late=note_late)


def open_asker(settings: Settings, database: Database, index: CurrentIndex) -> tuple[Asker, QueryLog]:
    """The one way to ask, and the log behind it."""
    log = open_log(settings, database)
    asker = Asker(index, log, thresholds_from(settings), past_review=settings.past_review)
    asker.refusal = NotOurs(database)
    return asker, log


def pepper(settings: Settings) -> bytes:
    """Key of the hashes under which people are kept; made on first use."""
    return read_or_create_secret(settings.data_dir / "keys" / "pepper")
