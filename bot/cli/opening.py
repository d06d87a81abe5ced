"""Settings -> the index. Knows no database, so that a command can read the index while it loads what the database needs."""

from __future__ import annotations

from datetime import date

from bot.settings import Settings
from index.current import CurrentIndex


def current_index(settings: Settings) -> CurrentIndex:
    """The index that answers, not read yet."""
    return CurrentIndex(settings.data_dir, withheld_from=date.today if settings.past_review == "withhold" else None)
