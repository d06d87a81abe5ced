"""Settings -> what a build goes by: what stays, what is checked, and what the new index is asked before it serves."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date

from bot.answer import Answer, NoAnswer, PastReview, Thresholds, decide
from bot.cli.wiring import thresholds_from
from bot.database import Database
from bot.errors import SopbotError
from bot.query_log import recent_questions
from bot.settings import Settings
from index.dataset import GOLDEN_FILE, read_golden
from index.lint.options import LintException, LintOptions
from index.records import Audience, Hit
from index.storage import Keep
from index.trial import Decide, Trial

RECENT_QUESTIONS = 100
"""How many of the questions that people asked are compared."""
_log = logging.getLogger(__name__)


def keep_from(settings: Settings) -> Keep:
    """Which old generations stay, as set."""
    return Keep(settings.keep_generations, settings.keep_days)


def trial_from(settings: Settings) -> Trial | None:
    """What a new index is asked before it serves: the golden questions beside the documents, and what people asked of late.

    Raises:
        DatasetError: golden.jsonl cannot be read.
    """
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


def lint_options(settings: Settings, today: date) -> LintOptions:
    """What the checks of documents go by, as set below [lint]."""
    table = settings.lint
    exceptions = tuple(LintException(one.path, one.rule) for one in table.exceptions)
    return LintOptions(today, table.levels, exceptions, tuple(table.parts), tuple(table.placeholders), table.longest_step)
