"""Everything that is to do about gaps, one piece after the other: in `sopbot serve` every half minute, and before a review.

Nothing of it is on a request's path. Several processes may run this; one has the turn at a time. What a killed process
left is done by the next one, since each piece stores how far it came together with what it did.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Protocol

from bot.answer import PastReview, Thresholds
from bot.database import Database
from bot.errors import LogUnavailable
from bot.gaps.intake import Intake
from bot.gaps.progress import Turn, TurnLost
from bot.gaps.proposals import propose
from bot.gaps.recheck import Recheck, Rechecked
from bot.gaps.records import SearchedIndex
from bot.gaps.regrouping import regroup
from bot.gaps.space import middle_of
from bot.gaps.tally import sweep
from bot.gaps.telling import Tell, tell_followers
from index.errors import GenerationError

_log = logging.getLogger(__name__)
EVERY_SECONDS = 30.0
_LOOK_SECONDS = 0.5
"""How often the thread looks whether another generation serves; it need not wait for the next round to be checked."""


class IndexNow(Protocol):
    """Gives the generation that is current; `index.current.CurrentIndex` is one."""

    def get(self) -> SearchedIndex:
        """Raises GenerationError when there is none."""


@dataclass(frozen=True, slots=True)
class Done:
    """What one round did."""

    taken_in: int = 0
    """Questions that came into gaps."""
    moved: int = 0
    """Questions that grouping moved to another gap."""
    proposed: int = 0
    """Wordings that are proposed anew."""
    rechecked: Rechecked | None = None
    """None when the generation was checked before."""
    told: int = 0
    """People who were told that their question is answered."""


class Upkeep:
    """Does what is to do about gaps.

    Args:
        database: migrated.
        index: gives the generation to ask.
        thresholds: where outcomes begin.
        tell: lets askers know; None when no front end of this process can.
        now: the clock; aware times.
        today: the date against which review dates count.
        past_review: what becomes of entries past their review date.
        replay: stores what waits for the database, so that it is there to be looked after.
    """

    def __init__(
        self,
        database: Database,
        index: IndexNow,
        thresholds: Thresholds,
        tell: Tell | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        today: Callable[[], date] = date.today,
        past_review: PastReview = "warn",
        replay: Callable[[], object] = lambda: None,
    ) -> None:
        self._database = database
        self._index = index
        self._thresholds = thresholds
        self.tell = tell
        """May be set later, when the front end that can tell has started."""
        self._now = now
        self._today = today
        self._past_review: PastReview = past_review
        self._replay = replay
        self._turn = Turn(database, now)
        self._checked = ""
        """The generation that this process saw checked: another process may still hold an older one, and the two must
        not check in turns."""

    @property
    def generation(self) -> str:
        """The one that serves; empty when there is none."""
        try:
            return self._index.get().generation
        except GenerationError:
            return ""

    def run(self, recheck: bool = False) -> Done | None:
        """Do everything once.

        Args:
            recheck: ask the gaps' questions again even when this generation was checked before.

        Returns:
            What was done; None when another process is at it.

        Raises:
            GenerationError: there is no usable index.
            LogUnavailable: the database cannot be used.
        """
        self._replay()
        index = self._index.get()
        if not self._turn.take():
            return None
        try:
            return self._run(index, recheck)
        except TurnLost:
            return None
        finally:
            self._turn.give_back()

    def recheck_gap(self, gap_id: int) -> Rechecked | None:
        """Ask the questions of one gap again now.

        Returns:
            What came of it; None when another process, or another thread, looks after the gaps at the moment.

        Raises:
            GenerationError: there is no usable index.
            LogUnavailable: the database cannot be used.
        """
        index = self._index.get()
        if not self._turn.take():
            return None
        try:
            return self._recheck_of().one(gap_id, index, self._today(), self._now())
        except TurnLost:
            return None
        finally:
            self._turn.give_back()

    def _recheck_of(self) -> Recheck:
        return Recheck(self._database, self._turn, self._thresholds, self._past_review)

    def _run(self, index: SearchedIndex, recheck: bool) -> Done:
        database, turn = self._database, self._turn
        middle = middle_of(database, index)
        taken_in = Intake(database, turn).run(index, middle, self._now())
        moved = regroup(database, turn, index, middle, self._now())
        proposed = propose(database, turn, index, self._now())
        rechecked = self._recheck(index, recheck)
        told = tell_followers(database, turn, self.tell, self._now()) if self.tell else 0
        return Done(taken_in, moved, proposed, rechecked, told)

    def _recheck(self, index: SearchedIndex, always: bool) -> Rechecked | None:
        check = self._recheck_of()
        if not always and (self._checked == index.generation or check.last() == index.generation):
            self._checked = index.generation
            return None
        with self._database.write() as connection:
            self._turn.keep(connection)
            sweep(connection, index.encoder)
        done = check.run(index, self._today(), self._now())
        self._checked = index.generation
        return done


class UpkeepThread:
    """Runs the upkeep in the background until stopped.

    Args:
        upkeep: what to run.
        every: seconds between two rounds; when another generation serves, the next one begins at once.
    """

    def __init__(self, upkeep: Upkeep, every: float = EVERY_SECONDS) -> None:
        self._upkeep = upkeep
        self._every = every
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="gaps", daemon=True)

    def start(self) -> None:
        """Begin; the first round starts at once."""
        self._thread.start()

    def stop(self, within: float = 10.0) -> None:
        """End after the round that runs; a round that takes longer than so many seconds is left to end by itself."""
        self._stop.set()
        self._thread.join(within)

    def _run(self) -> None:
        while not self._stop.is_set():
            served = self._upkeep.generation
            try:
                self._upkeep.run()
            except (GenerationError, LogUnavailable) as error:
                _log.warning("gaps cannot be looked after now (%s)", error)
            except Exception:  # noqa: BLE001  # the next round may go better, and answers go on
                _log.exception("looking after gaps failed")
            self._wait(served)

    def _wait(self, served: str) -> None:
        end = time.monotonic() + self._every
        while (left := end - time.monotonic()) > 0 and not self._stop.wait(min(left, _LOOK_SECONDS)):
            if self._upkeep.generation != served:
                return
