"""What Slack's stores keep, on both kinds of database."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import pytest

from bot.answer import Answer
from bot.ask import Asked
from bot.database import Database
from bot.slack.answers import Answers
from bot.slack.channel_settings import ChannelSetting, ChannelSettings
from bot.slack.checklists import Checklists
from bot.slack.handovers import Handovers
from bot.slack.idempotency import DIGEST, Claims, Verdict, message_key
from index.records import Entry
from tests.bot.conftest import NOON

pytestmark = pytest.mark.both_databases
KEY = message_key("C024", "1.2")


@pytest.fixture
def sop(entries: tuple[Entry, ...]) -> Entry:
    """A procedure with steps."""
    return next(entry for entry in entries if entry.id == "handle-refund-complaint")


def test_one_of_many_gets_a_claim(database_url: str | Path) -> None:
    """However many workers ask at once, from connections of their own, one is told that it is new."""
    databases = [Database(database_url) for _ in range(3)]
    verdicts: list[Verdict] = []

    def ask(number: int) -> None:
        verdicts.append(Claims(databases[number % 3], 60.0).claim(KEY, f"owner {number}"))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for database in databases:
        database.close()
    assert sorted(verdicts) == ["new", *["taken"] * 8]


def test_the_newest_digest_is_known_for_ever(database: Database) -> None:
    """It says where the next one begins; of messages, and of a digest that is not posted yet, nothing is known after two weeks."""
    time = [1_000.0]
    claims = Claims(database, 60.0, lambda: time[0])
    assert claims.newest(DIGEST) is None
    for key in (KEY, f"{DIGEST}2026-11-23", f"{DIGEST}2026-11-16"):
        claims.claim(key, "owner")
        claims.finish(key, "answered")
    claims.claim(f"{DIGEST}2026-11-30", "owner")
    time[0] += 15 * 86_400
    claims.forget_old()
    assert (claims.newest(DIGEST), claims.newest("m:"), claims.known(KEY)) == (f"{DIGEST}2026-11-23", None, False)


def test_what_failed_is_forgotten_and_a_waiting_message_is_not(database: Database) -> None:
    """A command that broke leaves a claim that nobody finishes; after two weeks it is gone, the message is still to be answered."""
    time = [1_000.0]
    claims = Claims(database, 60.0, lambda: time[0])
    for key in (KEY, "command:1"):
        claims.claim(key, "owner", {"event": {}})
    time[0] += 15 * 86_400
    claims.forget_old()
    assert (claims.known(KEY), claims.known("command:1")) == (True, False)


def test_one_of_many_takes_a_dead_workers_claim_over(database_url: str | Path) -> None:
    """A lease that has run out goes to one worker, not to all who see it."""
    time = [1_000.0]
    databases = [Database(database_url) for _ in range(3)]
    stores = [Claims(database, 60.0, lambda: time[0]) for database in databases]
    stores[0].claim(KEY, "died", {"event": {"text": "hello"}})
    time[0] = 1_061.0
    assert [(one.key, one.body) for one in stores[0].overdue()] == [(KEY, {"event": {"text": "hello"}})]
    verdicts: list[Verdict] = []
    threads = [threading.Thread(target=lambda number=number: verdicts.append(stores[number % 3].claim(KEY, f"owner {number}"))) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(verdicts) == [*["taken"] * 5, "taken_over"]
    stores[0].finish(KEY, "answered", "a1", "1.3")
    assert (stores[1].answered(KEY), stores[2].overdue()) == ("1.3", [])
    assert (stores[0].note_edit(KEY, "5.0"), stores[0].note_edit(KEY, "4.0")) == (True, False)
    time[0] += timedelta(days=20).total_seconds()
    stores[0].forget_old()
    assert not stores[0].known(KEY)
    for database in databases:
        database.close()


def test_a_checklist_comes_back_as_it_was_walked(database: Database, sop: Entry) -> None:
    """Steps done, skipped with a reason, noted, handed over; it is finished when nothing is open, and open again after."""
    store = Checklists(database, now=lambda: NOON)
    begun = store.start(sop, "C1", "1.1", "U1")
    last = len(begun.steps) - 1
    store.posted(begun.id, "1.9")
    store.skip(begun.id, 0, "the customer hung up", "U1")
    store.note(begun.id, 1, "called twice", "U1")
    store.hand_over(begun.id, "U2", "U1")
    done = store.tick(begun.id, 1, last, range(1, last + 1), "U2")
    assert (done.finished, done.held_by, done.message_ts, store.open_of("U2")) == (True, "U2", "1.9", ())
    assert [(step.state, step.reason, step.note) for step in done.steps[:3]] == [
        ("skipped", "the customer hung up", ""),
        ("done", "", "called twice"),
        ("done", "", ""),
    ]
    again = store.tick(begun.id, last, last, (), "U2")
    assert (again.finished, [one.id for one in store.open_of("U2")], store.open_in("C1", "1.1", sop.id)) == (False, [begun.id], True)


def test_answers_settings_and_handovers_come_back(database: Database, sop: Entry) -> None:
    """What is stored is found by each way in which it is looked for; a setting replaces the one before."""
    answers, settings, handovers = Answers(database, now=lambda: NOON), ChannelSettings(database, now=lambda: NOON), Handovers(database, now=lambda: NOON)
    shown = answers.store(Asked("q1", Answer(sop, 0.9, stale=False), (), "", "000001", 1.0), "C1", "1.1", "U1")
    answers.change(shown.id, message_ts="1.2", page=2)
    latest, first = answers.latest("C1", "1.1", since=NOON), answers.of_query("q1")
    assert latest == first == answers.get(shown.id)
    assert latest
    assert (latest.entry_id, latest.confidence, latest.page, latest.asker) == (sop.id, 0.9, 2, "U1")
    assert answers.latest("C1", "1.1", since=NOON + timedelta(seconds=1)) is None
    settings.set(ChannelSetting("C1", "every", "public", "C9", "U1"))
    settings.set(ChannelSetting("C1", "off", "auto", "", "U2"))
    assert (settings.get("C1"), settings.get("C2")) == (ChannelSetting("C1", "off", "auto", "", "U2"), ChannelSetting("C2"))
    handed = handovers.store("q1", "U1", "C1", "1.1", "C9", "2.2")
    assert (handovers.at("C9", "2.2"), handovers.of_query("q1"), handovers.of_query("q2")) == (handed, handed, None)
