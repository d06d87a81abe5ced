from __future__ import annotations

import json
import logging
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from bot.answer import NoAnswer
from bot.ask import Asked
from bot.database import Database
from bot.errors import LogUnavailable
from bot.log_records import StoredQuestion
from bot.privacy.holders import QuestionData, SignInData
from bot.privacy.keeper import Keeper, names_of
from bot.privacy.schedule import purging
from bot.query_log import QueryLog, hashed_asker
from bot.slack.answers import Answers
from bot.slack.channel_settings import ChannelSetting, ChannelSettings
from bot.slack.checklists import Checklists
from bot.slack.handovers import Handovers
from bot.slack.idempotency import Claims
from bot.slack.personal_data import SlackData
from bot.slack.tables import answers, checklists, claims, handovers
from bot.tables import choices, feedback, login_links, metadata, question_days, questions, sessions
from index.records import Entry, Lines, Step
from tests.bot.conftest import NOON, PEPPER

pytestmark = pytest.mark.both_databases
HOLDERS = (QuestionData(), SlackData(), SignInData())
STEPS = (Step("1", 1, "Ring them", "", Lines(1, 1)), Step("2", 1, "Write it down", "", Lines(2, 2)))
SOP = Entry("sop", "sop", "Do it", "internal", "sops/sop.md", "Do it", Lines(1, 9), "v1", steps=STEPS)


def keeper(database: Database) -> Keeper:
    """With all holders, at noon."""
    return Keeper(database, HOLDERS, PEPPER, now=lambda: NOON)


def counts(database: Database) -> dict[str, int]:
    """Rows of each table that has any, without daily counts and Alembic's own."""
    with database.read() as connection:
        found = {name: connection.execute(select(func.count()).select_from(table)).scalar_one() for name, table in metadata.tables.items()}
    return {name: count for name, count in found.items() if count and not name.endswith("_days")}


def fill(database: Database, stored: StoredQuestion, user: str, at: datetime) -> str:
    """A question of a Slack user at a moment, with all that can hang on it."""
    log = QueryLog(database, PEPPER, now=lambda: at)
    query_id = log.store(replace(stored, front_end="slack", asker=f"T1:{user}"))
    log.store_choice(query_id, "b")
    log.store_feedback(query_id, helpful=True, asker=f"T1:{user}")
    log.store_feedback("", helpful=True, asker=f"T1:{user}", entry_id="b")
    Answers(database, now=lambda: at).store(Asked(query_id, NoAnswer(0.1), (), "", "1", 1.0), f"C{user}", "1.1", user, customer="UCUSTOMER")
    Handovers(database, now=lambda: at).store(query_id, user, f"C{user}", "1.1", "C9", "2.2")
    walk = Checklists(database, now=lambda: at)
    walk.tick(walk.start(SOP, f"C{user}", "1.1", user).id, 0, 0, (0,), user)
    return query_id


def test_what_is_old_goes_with_all_that_hangs_on_it(database: Database, stored: StoredQuestion) -> None:
    """A year and a day ago goes, a year ago less a day stays, and daily counts stay with both."""
    fill(database, stored, "U1", NOON - timedelta(days=366))
    kept = fill(database, stored, "U2", NOON - timedelta(days=364))
    assert keeper(database).purge(365) == 5
    with database.read() as connection:
        assert connection.execute(select(questions.c.id)).scalars().all() == [kept]
        assert connection.execute(select(func.sum(question_days.c.answers))).scalar_one() == 2
    assert counts(database) == {
        "questions": 1, "choices": 1, "feedback": 2, "slack_answers": 1, "slack_handovers": 1, "slack_checklists": 1, "slack_checklist_steps": 2,
        "slack_checklist_events": 2,
    }  # fmt: skip
    assert keeper(database).purge(365) == 0


def test_for_ever_purges_only_what_has_expired(database: Database, stored: StoredQuestion) -> None:
    """Sessions and links that nobody can use any more go whatever is set."""
    fill(database, stored, "U1", NOON - timedelta(days=9_000))
    past, future = datetime.now(UTC) - timedelta(hours=1), datetime.now(UTC) + timedelta(hours=1)
    with database.write() as connection:
        for token, expires_at in (("a", past), ("b", future)):
            connection.execute(insert(login_links), {"token_sha256": token, "scope": "internal", "expires_at": expires_at})
            connection.execute(insert(sessions), {"token_sha256": token, "person": "ada", "scope": "internal", "created_at": past, "expires_at": expires_at})
    before = counts(database)
    assert keeper(database).purge(0) == 2
    assert counts(database) == before | {"login_links": 1, "sessions": 1}


def test_many_may_purge_at_once(database_url: str | Path, stored: StoredQuestion) -> None:
    """Processes that purge together delete each row once, and none fails."""
    databases = [Database(database_url, busy_seconds=60.0) for _ in range(3)]
    log = QueryLog(databases[0], PEPPER, now=lambda: NOON - timedelta(days=400))
    for _ in range(450):
        log.store(stored)
    deleted: list[int] = []
    threads = [threading.Thread(target=lambda database=database: deleted.append(keeper(database).purge(365))) for database in databases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sum(deleted), len(deleted), counts(databases[0])) == (450, 3, {})
    for database in databases:
        database.close()


def test_purging_goes_on_while_the_server_runs(database: Database, stored: StoredQuestion, caplog: pytest.LogCaptureFixture) -> None:
    """At once, and again after a while; when the block ends the thread does too."""
    caplog.set_level(logging.INFO)
    log = QueryLog(database, PEPPER, now=lambda: NOON - timedelta(days=400))
    log.store(stored)
    with purging(keeper(database), 365, every_seconds=0.01):
        waiting = threading.Event()
        while counts(database):
            waiting.wait(0.01)
        log.store(stored)
        while counts(database):
            waiting.wait(0.01)
    assert not [thread for thread in threading.enumerate() if thread.name == "purging"]
    assert "purged 1 rows" in caplog.text


def test_purging_goes_on_after_a_round_that_failed(database: Database, stored: StoredQuestion, caplog: pytest.LogCaptureFixture) -> None:
    """Whether the database was away or something nobody thought of happened: it is logged, and the next round purges."""
    QueryLog(database, PEPPER, now=lambda: NOON - timedelta(days=400)).store(stored)
    troubles: list[Exception] = [LogUnavailable("it is locked"), ZeroDivisionError("of another kind")]

    class Troubled(Keeper):
        def purge(self, days: int) -> int:
            if troubles:
                raise troubles.pop(0)
            return super().purge(days)

    troubled = Troubled(database, HOLDERS, PEPPER, now=lambda: NOON)
    with purging(troubled, 365, every_seconds=0.01):
        waiting = threading.Event()
        while counts(database):
            waiting.wait(0.01)
    assert "could not be purged now; it is tried again (it is locked)" in caplog.text
    assert "of another kind" in caplog.text


def test_somebody_gets_all_that_is_kept_about_them_and_nothing_of_others(database: Database, stored: StoredQuestion) -> None:
    """By the Slack user id alone: the team is found by what was shown to them; the file is JSON."""
    mine, theirs = fill(database, stored, "U1", NOON), fill(database, stored, "U2", NOON)
    ChannelSettings(database).set(ChannelSetting("C5", "every", "auto", "", "U1"))
    for user in ("U1", "U2"):
        Claims(database, 60.0).claim(f"m:C{user}:1", "owner", {"event": {"user": user, "text": "hello"}})
    found = keeper(database).export("U1")
    text = json.dumps(found)
    assert (mine in text, theirs in text, "CU2" in text) == (True, False, False)
    assert {kind: len(rows) for kind, rows in found.items()} == {
        "questions": 1, "choices": 1, "feedback": 2, "slack_answers": 1, "slack_handovers": 1, "slack_checklists": 1, "slack_checklist_events": 2,
        "slack_checklist_steps": 1, "slack_waiting": 1, "slack_channels": 1, "sessions": 0,
    }  # fmt: skip
    assert found["questions"][0]["text"] == "where is my refund?"
    assert keeper(database).export("T1:U1")["questions"] == found["questions"]
    assert not any(keeper(database).export("U3").values())


def test_somebody_is_erased_and_others_are_not(database: Database, stored: StoredQuestion) -> None:
    """Questions, answers and handovers go; the checklists they walked through stay without a name; counts stay."""
    fill(database, stored, "U1", NOON)
    ChannelSettings(database).set(ChannelSetting("C5", "every", "auto", "", "U1"))
    Claims(database, 60.0).claim("m:C1:1", "owner", {"event": {"user": "U1", "text": "hello"}})
    theirs = fill(database, stored, "U2", NOON)
    others = keeper(database).export("U2")
    erased = keeper(database).erase("U1")
    assert erased["questions"] == erased["slack_answers"] == erased["slack_handovers"] == erased["slack_waiting"] == 1
    assert not any(keeper(database).export("U1").values())
    assert keeper(database).export("U2") == others
    with database.read() as connection:
        assert connection.execute(select(questions.c.id)).scalars().all() == [theirs]
        assert sorted(connection.execute(select(checklists.c.started_by)).scalars()) == ["", "U2"]
        assert connection.execute(select(func.sum(question_days.c.answers))).scalar_one() == 2
        everything = str([connection.execute(select(table)).all() for table in metadata.tables.values()])
    assert "'U1'" not in everything
    assert hashed_asker(PEPPER, "T1:U1") not in everything
    assert keeper(database).erase("U1") == dict.fromkeys(erased, 0)


def test_a_customer_whose_message_was_looked_up_is_known_too(database: Database, stored: StoredQuestion) -> None:
    """They asked nothing themselves, yet what was shown about their message is theirs."""
    fill(database, stored, "U1", NOON)
    assert len(keeper(database).export("UCUSTOMER")["slack_answers"]) == 1
    assert keeper(database).erase("UCUSTOMER")["slack_answers"] == 1


@pytest.mark.parametrize("who", ["ada@example.org", "page:ada@example.org"])
def test_whoever_asks_on_the_page_is_found_by_their_name(database: Database, stored: StoredQuestion, who: str) -> None:
    """With their sessions; erasing signs them out."""
    log = QueryLog(database, PEPPER, now=lambda: NOON)
    log.store(replace(stored, front_end="page", asker="page:ada@example.org"))
    with database.write() as connection:
        row = {"token_sha256": "a" * 64, "person": "ada@example.org", "scope": "admin", "created_at": NOON, "expires_at": NOON + timedelta(hours=12)}
        connection.execute(insert(sessions), row)
    found = keeper(database).export(who)
    assert (len(found["questions"]), len(found["sessions"])) == (1, 1)
    assert "a" * 64 not in str(found)
    assert keeper(database).erase(who)["sessions"] == 1


def test_nobody_is_not_somebody(database: Database, stored: StoredQuestion) -> None:
    """Questions whose asker is not known are given to nobody."""
    QueryLog(database, PEPPER, now=lambda: NOON).store(replace(stored, asker=""))
    assert not any(keeper(database).export("").values())
    assert keeper(database).erase(" ") == dict.fromkeys(keeper(database).erase("x"), 0)
    with database.read() as connection:
        assert [connection.execute(select(func.count()).select_from(table)).scalar_one() for table in (questions, choices, feedback)] == [1, 0, 0]
        assert [connection.execute(select(func.count()).select_from(table)).scalar_one() for table in (answers, handovers, claims)] == [0, 0, 0]


def test_names_that_front_ends_use() -> None:
    """With and without what they put before a name; a colon in another name is part of it."""
    assert names_of(" T1:U1 ") == {"T1:U1", "page:T1:U1", "key:T1:U1", "U1"}
    assert names_of("key:k1") == {"k1", "page:k1", "key:k1"}
    assert names_of("urn:ada") == {"urn:ada", "page:urn:ada", "key:urn:ada"}
