"""One answer for each question: redelivery, edits, unfurls, and claims of dead workers."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.database import Database
from bot.slack.idempotency import MAX_ATTEMPTS, Claims, claim_by_file, forget_files, message_key
from bot.slack.inbox import answer_overdue
from tests.bot.slack.support import REFUND, World, edit_event, message_event, text_of
from tests.slack_stand_in.server import BOT_USER

EARLIER, LATER = "1790000100.000100", "1790000160.000100"
KEY = message_key("C0TEAM", EARLIER)


@pytest.fixture
def database(tmp_path: Path) -> Database:
    """An empty database."""
    made = Database(tmp_path / "claims.db")
    made.migrate()
    return made


async def test_four_deliveries_at_once_give_one_post(world: World) -> None:
    """The same event four times at the same moment is answered once, and acknowledged four times."""
    event = message_event(f"<@{BOT_USER}> {REFUND}", mention=True)
    responses = await asyncio.gather(*(world.dispatch(event) for _ in range(4)))
    await world.settle()
    assert [response.status for response in responses] == [200] * 4
    assert len(world.slack.posts) == 1


async def test_an_edit_within_minutes_changes_the_answer_in_place(world: World) -> None:
    """The words of a question change a minute later: its answer changes, and no second one is posted."""
    sent = await world.ask(REFUND, ts=EARLIER)
    changed = edit_event(sent, f"<@{BOT_USER}> Take a complaint by phone", LATER)
    await asyncio.gather(*(world.dispatch(changed) for _ in range(4)))
    await world.settle()
    (post,) = world.slack.posts
    assert "Pick up *within 60 seconds*" in text_of(post)
    assert len(world.slack.updates) == 1


async def test_an_older_edit_that_arrives_late_changes_nothing(world: World) -> None:
    """Edits can arrive in the wrong order; the newest wins."""
    sent = await world.ask(REFUND, ts=EARLIER)
    await world.deliver(edit_event(sent, f"<@{BOT_USER}> Take a complaint by phone", LATER))
    await world.deliver(edit_event(sent, f"<@{BOT_USER}> Onboard a new customer", "1790000130.000100"))
    assert "Pick up *within 60 seconds*" in text_of(world.last())


async def test_an_edit_after_many_minutes_changes_nothing(world: World) -> None:
    """What was answered long ago stays as it was read."""
    sent = await world.ask(REFUND, ts=EARLIER)
    await world.deliver(edit_event(sent, f"<@{BOT_USER}> Take a complaint by phone", "1790000500.000100"))
    assert world.slack.updates == []


async def test_unfurls_and_thread_counts_change_nothing(world: World) -> None:
    """Ten changes of metadata, some by Slack, some by other apps, lead to no post and no update."""
    sent = await world.ask(REFUND, ts=EARLIER)
    for number in range(10):
        await world.deliver(edit_event(sent, sent["text"], LATER if number % 2 else "", reply_count=number, attachments=[{"id": 1}]))
    assert len(world.slack.posts) == 1
    assert world.slack.updates == []


async def test_a_mention_added_by_an_edit_is_answered(world: World) -> None:
    """Somebody forgets the mention and adds it: the question is answered, once."""
    first = message_event(REFUND, ts=EARLIER)
    await world.deliver(first)
    assert world.slack.posts == []
    await world.deliver(edit_event(first["event"], f"<@{BOT_USER}> {REFUND}", LATER))
    await world.deliver(message_event(f"<@{BOT_USER}> {REFUND}", mention=True, ts=EARLIER))
    assert len(world.slack.posts) == 1


async def test_a_claim_that_nobody_finished_is_answered_later(world: World) -> None:
    """A worker died after storing the event: when the lease has run out, another answers, once."""
    event = message_event(f"<@{BOT_USER}> {REFUND}", mention=True)
    world.front.claims.claim(f"m:C0TEAM:{event['event']['ts']}", "dead", {"event": event["event"]})
    assert await answer_overdue(world.front) == 0
    world.front.claims.release(f"m:C0TEAM:{event['event']['ts']}", "dead")
    assert await answer_overdue(world.front) == 1
    assert await answer_overdue(world.front) == 0
    assert len(world.slack.posts) == 1


def test_a_claim_belongs_to_one_owner_until_its_lease_runs_out(database: Database) -> None:
    """Two owners never hold a claim at the same time, and an answered one is nobody's again."""
    now = [1000.0]
    claims = Claims(database, 20.0, lambda: now[0])
    assert claims.claim("k", "a", {"x": 1}) == "new"
    assert claims.claim("k", "a") == "new"
    assert claims.claim("k", "b") == "taken"
    now[0] += 15
    claims.renew("k", "a")
    now[0] += 15
    assert claims.claim("k", "b") == "taken"
    now[0] += 10
    assert claims.claim("k", "b") == "taken_over"
    assert claims.claim("k", "a") == "taken"
    claims.finish("k", "answered", "answer", "1.1")
    now[0] += 100
    assert claims.claim("k", "c") == "taken"


def test_what_fails_again_and_again_is_given_up(database: Database) -> None:
    """A payload that kills every worker does not do so for ever."""
    now = [1000.0]
    claims = Claims(database, 1.0, lambda: now[0])
    for attempt in range(MAX_ATTEMPTS):
        claims.claim(KEY, f"w{attempt}", {"x": 1})
        now[0] += 5
    assert claims.overdue() == []
    assert claims.claim(KEY, "one more") == "taken"


def test_the_payload_is_forgotten_once_answered(database: Database) -> None:
    """What people wrote is kept no longer than it takes to answer."""
    claims = Claims(database, 0.0, lambda: 1000.0)
    claims.claim(KEY, "a", {"text": "secret"})
    assert claims.overdue()[0].body == {"text": "secret"}
    claims.finish(KEY, "answered")
    with database.read() as connection:
        assert "secret" not in str(connection.exec_driver_sql("SELECT * FROM slack_claims").all())


def test_commands_of_dead_workers_keep_no_message_waiting(database: Database) -> None:
    """Only messages can be answered later; however many others lie there, they come to their turn."""
    claims = Claims(database, 0.0, lambda: 1000.0)
    for number in range(30):
        claims.claim(f"command:{number}", "dead")
    claims.claim(KEY, "dead", {"text": "hello"})
    assert [one.key for one in claims.overdue()] == [KEY]


def test_the_last_resort_lets_one_process_speak(tmp_path: Path) -> None:
    """While the database is locked, a file decides who tells the asker."""
    assert [claim_by_file(tmp_path / "claims", "k") for _ in range(3)] == [True, False, False]
    assert claim_by_file(tmp_path / "claims", "other")
    forget_files(tmp_path / "claims", 3600.0)
    assert not claim_by_file(tmp_path / "claims", "k")
    forget_files(tmp_path / "claims", -1.0)
    assert claim_by_file(tmp_path / "claims", "k")
