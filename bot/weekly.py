"""A time such as "monday 09:00 Europe/London" -> the last moment at which it was so."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_FORM = re.compile(r"([a-z]+)\s+(\d{1,2}):(\d{2})(?:\s+(\S+))?", re.IGNORECASE)


class Weekly:
    """A moment of every week.

    Args:
        text: weekday, hour and minute, and a time zone of the IANA database unless UTC is meant.

    Raises:
        ValueError: it cannot be read; the text says why.
    """

    def __init__(self, text: str) -> None:
        found = _FORM.fullmatch(text.strip())
        if found is None or found[1].lower() not in _DAYS:
            raise ValueError('write it like "monday 09:00" or "monday 09:00 Europe/London"')
        self._weekday = _DAYS.index(found[1].lower())
        try:
            self._at = time(int(found[2]), int(found[3]))
        except ValueError:
            raise ValueError(f"there is no {found[2]}:{found[3]} on a clock of 24 hours") from None
        try:
            self._zone = ZoneInfo(found[4]) if found[4] else UTC  # a small system may have no database of time zones
        except (KeyError, ValueError, OSError):  # OSError: the name of a folder of the database
            raise ValueError(
                f"this machine knows no time zone '{found[4]}'; write one like Europe/London, or none for UTC; where it knows none at all, install tzdata"
            ) from None

    def last(self, now: datetime) -> datetime:
        """The last such moment up to now.

        Args:
            now: aware.

        Returns:
            In UTC. Where clocks are put forward over it, the moment an hour later; where they are put back, the first of the two.
        """
        today = now.astimezone(self._zone).date()
        day = today - timedelta(days=(today.weekday() - self._weekday) % 7)
        moment = self._on(day)
        return moment if moment <= now else self._on(day - timedelta(days=7))

    def _on(self, day: date) -> datetime:
        return datetime.combine(day, self._at, self._zone).astimezone(UTC)
