from __future__ import annotations

import sys
import zoneinfo
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from bot.weekly import Weekly

MONDAY = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "now", "last"),
    [
        ("monday 09:00", MONDAY, MONDAY),
        ("Monday 9:00", datetime(2026, 12, 6, 23, 59, tzinfo=UTC), MONDAY),
        ("monday 09:00", datetime(2026, 11, 30, 8, 59, 59, tzinfo=UTC), datetime(2026, 11, 23, 9, 0, tzinfo=UTC)),
        ("sunday 23:30", MONDAY, datetime(2026, 11, 29, 23, 30, tzinfo=UTC)),
        ("monday 09:00 Europe/London", datetime(2026, 7, 6, 8, 0, tzinfo=UTC), datetime(2026, 7, 6, 8, 0, tzinfo=UTC)),
        ("monday 00:30 Asia/Tokyo", datetime(2026, 11, 29, 16, 0, tzinfo=UTC), datetime(2026, 11, 29, 15, 30, tzinfo=UTC)),
        # Clocks go back on Sunday, 25 October: seven days earlier is 169 hours earlier.
        ("monday 09:00 Europe/London", datetime(2026, 10, 26, 8, 59, tzinfo=UTC), datetime(2026, 10, 19, 8, 0, tzinfo=UTC)),
    ],
)
def test_the_last_moment_up_to_now(text: str, now: datetime, last: datetime) -> None:
    """By the clock on the wall there, whatever day it is in UTC."""
    assert Weekly(text).last(now) == last


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("daily", "write it like"),
        ("mon 09:00", "write it like"),
        ("monday 9", "write it like"),
        ("monday 24:00", "no 24:00"),
        ("monday 09:00 Mars/Base", "no time zone 'Mars/Base'"),
        ("monday 09:00 Europe", "no time zone 'Europe'"),
        ("monday 09:00 ../etc", "no time zone '../etc'"),
    ],
)
def test_what_cannot_be_read_is_refused(text: str, says: str) -> None:
    """With how to write it."""
    with pytest.raises(ValueError, match=says):
        Weekly(text)


@pytest.fixture
def no_time_zones(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As in a small container: no database of time zones, neither the system's nor Python's."""
    for module in {"tzdata", *(name for name in sys.modules if name.startswith("tzdata."))}:
        monkeypatch.setitem(sys.modules, module, None)
    zoneinfo.reset_tzpath(to=[])
    zoneinfo.ZoneInfo.clear_cache()
    yield
    zoneinfo.reset_tzpath()


@pytest.mark.usefixtures("no_time_zones")
def test_utc_needs_no_database_of_time_zones() -> None:
    """The default works anywhere; a named zone is refused with how to get them."""
    assert Weekly("monday 09:00").last(MONDAY) == MONDAY
    with pytest.raises(ValueError, match="install tzdata"):
        Weekly("monday 09:00 Europe/London")
