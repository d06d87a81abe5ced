"""Settings -> the objects that every front end needs."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import date

from bot.answer import Answer, NoAnswer, PastReview, Thresholds, decide
from bot.ask import Asker
from bot.database import Database
from bot.errors import LogUnavailable, SopbotError
from bot.gaps.not_ours import NotOurs
from bot.gaps.personal_data import GapData
from bot.pending import PendingRows
from bot.privacy.holders import QuestionData, SignInData
from bot.privacy.keeper import Keeper
from bot.query_log import QueryLog, recent_questions
from bot.secrets_file import read_or_create_secret
from bot.settings import Settings
from bot.slack.personal_data import SlackData
from index.current import CurrentIndex
from index.errors import IndexLibraryError
from index.lint.finding import LintException, LintOptions
from index.records import Audience, Hit
from index.storage import Keep
from index.trial import Decide, Trial

GOLDEN_FILE = "golden.jsonl"
RECENT_QUESTIONS = 100
"""How many of the questions that people asked are compared."""
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


def keep_from(settings: Settings) -> Keep:
    """Which old generations stay, as set."""
    return Keep(settings.keep_generations, settings.keep_days)


def trial_from(settings: Settings) -> Trial | None:
    """What a new index is asked before it serves: the golden questions beside the documents, and what people asked of late.

    Raises:
        DatasetError: golden.jsonl cannot be read.
    """
    from index.dataset import read_golden

    golden = settings.knowledge_dir / GOLDEN_FILE
    questions = read_golden(golden).questions if golden.is_file() else ()
    recent = _recent(settings)
    thresholds, past_review, today = thresholds_from(settings), settings.past_review, date.today()  # noqa: DTZ011 - as for people who ask
    # With "warn", review dates change what is said of an answer, not which it is: then what was shown on another day compares.
    rules = repr((thresholds, past_review, None if past_review == "warn" else today.isoformat()))
    return Trial(questions, recent, deciding_by(thresholds, past_review, today), rules) if questions or recent else None


def deciding_by(thresholds: Thresholds, past_review: PastReview, today: date) -> Decide:
    """How hits become what is shown, for those who only compare ids."""

    def decided(hits: Sequence[Hit]) -> tuple[str, tuple[str, ...]]:
        outcome = decide(hits, thresholds, today, past_review)
        if isinstance(outcome, Answer):
            return outcome.name, (outcome.entry.id, *(also.entry_id for also in outcome.also))
        return outcome.name, () if isinstance(outcome, NoAnswer) else tuple(one.entry_id for one in outcome.suggestions)

    return decided


def _recent(settings: Settings) -> tuple[tuple[str, Audience], ...]:
    """Questions asked of late; none when there is no database, or it cannot be read: a build does not need it."""
    if not settings.database_url.get_secret_value() and not settings.database_path.is_file():
        return ()
    database = Database(settings.database)
    try:
        return recent_questions(database, RECENT_QUESTIONS)
    except SopbotError as error:
        _log.warning("recent questions are not compared: %s", error)
        return ()
    finally:
        database.close()


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
    log = QueryLog(database, _pepper(settings), pending=PendingRows(settings.data_dir / "pending"))
    index = CurrentIndex(settings.data_dir, withheld_from=date.today if settings.past_review == "withhold" else None)
    asker = Asker(index, log, thresholds_from(settings), past_review=settings.past_review)
    asker.refusal = NotOurs(database)
    return asker, index, log


def titles_in(index: CurrentIndex) -> Callable[[str], str | None]:
    """The title of an entry in the current index; None when there is none any more, or no index."""

    def title(entry_id: str) -> str | None:
        try:
            entry = index.get().entry(entry_id, "internal")
        except IndexLibraryError:
            return None
        return entry.title if entry else None

    return title


def open_keeper(settings: Settings, database: Database) -> Keeper:
    """Whoever purges, exports and erases: knows every part that keeps something about people."""
    return Keeper(database, (GapData(), QuestionData(), SlackData(), SignInData()), _pepper(settings))


def _pepper(settings: Settings) -> bytes:
    return read_or_create_secret(settings.data_dir / "keys" / "pepper")
