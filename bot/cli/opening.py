"""Settings -> the index. Knows no database, so that a command can read the index while it loads what the database needs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from bot.settings import Settings
from index.ahead import Ahead
from index.current import CurrentIndex


def current_index(settings: Settings, ahead: Callable[[], Ahead | None] = lambda: None) -> CurrentIndex:
    """The index that answers, not read yet; with a generation that `index.ahead` has checked, if it has."""
    return CurrentIndex(settings.data_dir, date.today if settings.past_review == "withhold" else None, ahead)
