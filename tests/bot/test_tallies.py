from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from bot import migrations
from bot.database import Database
from bot.log_records import StoredQuestion
from bot.query_log import QueryLog
from bot.tables import choices, entry_days, feedback, question_days, questions
from tests.bot.conftest import NOON, PEPPER

pytestmark = pytest.mark.both_databases
FRIDAY, SATURDAY = date(2026, 11, 20), date(2026, 11, 21)
ENTRIES = ("a", "b", "c")
EVENT = st.one_of(
    st.tuples(
        st.just("ask"), st.sampled_from(["answer", "suggestions", "no_answer"]), st.sampled_from(ENTRIES), st.sampled_from(["http", "slack"]), st.integers(0, 2)
    ),
    st.tuples(st.just("choose"), st.integers(0, 9), st.sampled_from(ENTRIES)),
    st.tuples(st.just("say"), st.integers(-1, 9), st.booleans(), st.sampled_from(["", "2.1"]), st.sampled_from(["", *ENTRIES])),
)


def counted(database: Database, table: Any) -> dict[tuple[Any, ...], dict[str, int]]:
    """Key of each row that is not all zeros -> its counts that are not zero."""
    keys = [column.name for column in table.primary_key.columns]
    with database.read() as connection:
        rows = [dict(row) for row in connection.execute(select(table)).mappings()]
    return {tuple(row[key] for key in keys): found for row in rows if (found := {name: value for name, value in row.items() if name not in keys and value})}


def by_hand(database: Database) -> tuple[dict[tuple[Any, ...], Counter[str]], dict[tuple[Any, ...], Counter[str]]]:  # noqa: C901 - spelled out, since it is what the code is held against
    """The same counts, made from scratch out of all that is stored."""
    with database.read() as connection:
        asked = [dict(row) for row in connection.execute(select(questions)).mappings()]
        picked = [dict(row) for row in connection.execute(select(choices)).mappings()]
        said = [dict(row) for row in connection.execute(select(feedback).order_by(feedback.c.id)).mappings()]
    days: dict[tuple[Any, ...], Counter[str]] = {}
    entries: dict[tuple[Any, ...], Counter[str]] = {}

    def entry(day: date, entry_id: str, audience: str, name: str) -> None:
        entries.setdefault((entry_id, day, audience), Counter())[name] += 1

    for one in asked:
        day, outcome, answer = one["asked_at"].date(), one["outcome"], one["entry_id"]
        here = days.setdefault((day, one["front_end"], one["audience"], one["channel"]), Counter())
        here[{"answer": "answers", "suggestions": "suggestions", "no_answer": "no_answers"}[outcome]] += 1
        if answer:
            entry(day, answer, one["audience"], "answered")
        chosen = {choice["entry_id"] for choice in picked if choice["question_id"] == one["id"]}
        words = [word for word in said if word["question_id"] == one["id"]]
        here["chosen"] += outcome == "suggestions" and bool(chosen)
        for other in chosen - {answer}:
            entry(day, other, one["audience"], "chosen")
        if outcome == "answer" and chosen - {answer}:
            entry(day, answer, one["audience"], "replaced")
            here["first_wrong"] += 1
        elif outcome == "answer" and words and words[-1]["entry_id"] == answer:
            here["first_right" if words[-1]["helpful"] else "first_wrong"] += 1
        if words and outcome != "no_answer":
            here["helpful" if words[-1]["helpful"] else "unhelpful"] += 1
            if words[-1]["entry_id"]:
                entry(day, words[-1]["entry_id"], one["audience"], "helpful" if words[-1]["helpful"] else "unhelpful")
    for word in said:
        about = next((one for one in asked if one["id"] == word["question_id"]), None)
        day, audience = (about["asked_at"].date(), about["audience"]) if about else (word["given_at"].date(), "")
        if word["step"] and word["entry_id"]:
            entry(day, word["entry_id"], audience, "wrong_steps")
        if about is None:
            entry(day, word["entry_id"], "", "helpful" if word["helpful"] else "unhelpful")
    return {key: +counts for key, counts in days.items()}, entries


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=st.lists(EVENT, max_size=14))
def test_counts_are_those_made_from_scratch(database: Database, stored: StoredQuestion, events: list[Any]) -> None:
    """Whatever people ask, choose and say, in whatever order."""
    with database.write() as connection:
        for table in (feedback, choices, questions, question_days, entry_days):
            connection.execute(delete(table))
    clock = [NOON]
    log = QueryLog(database, PEPPER, now=lambda: clock[0])
    ids: list[str] = []
    for event in events:
        if event[0] == "ask":
            _, outcome, entry_id, front_end, days = event
            clock[0] = NOON + timedelta(days=days)
            answer = entry_id if outcome == "answer" else ""
            ids.append(log.store(replace(stored, outcome=outcome, entry_id=answer, front_end=front_end, nearest=answer)))
        elif event[0] == "choose" and event[1] < len(ids):
            log.store_choice(ids[event[1]], event[2])
        elif event[0] == "say" and (event[1] < 0 or event[1] < len(ids)):
            _, number, helpful, step, entry_id = event
            log.store_feedback(ids[number] if number >= 0 else "", helpful, step=step, entry_id=entry_id or ("a" if number < 0 else ""))
    days_by_hand, entries_by_hand = by_hand(database)
    nearest = Counter((key, counts["answered"]) for key, counts in entries_by_hand.items() if counts["answered"])
    wanted = {key: dict(counts) | ({"nearest": counts["answered"]} if (key, counts["answered"]) in nearest else {}) for key, counts in entries_by_hand.items()}
    assert counted(database, question_days) == {key: dict(counts) for key, counts in days_by_hand.items()}
    assert counted(database, entry_days) == wanted


def test_the_migration_counts_what_was_stored_before(database: Database, stored: StoredQuestion) -> None:
    """An older database gets the same counts as one that counted from the beginning."""
    clock = [NOON]
    log = QueryLog(database, PEPPER, now=lambda: clock[0])
    for number in range(60):
        clock[0] = NOON + timedelta(hours=number)
        outcome, entry_id = ("answer", "suggestions", "no_answer")[number % 3], ENTRIES[number % 2] if number % 3 == 0 else ""
        query_id = log.store(replace(stored, outcome=outcome, entry_id=entry_id, front_end=("http", "slack")[number % 2], nearest=entry_id))  # type: ignore[arg-type]
        for other in ENTRIES[: number % 4 if number % 5 else 0]:
            log.store_choice(query_id, other)
        if number % 7 < 4:
            log.store_feedback(query_id, helpful=number % 2 == 0, entry_id="" if number % 3 else "b")
        if number % 7 < 2:
            log.store_feedback(query_id, helpful=number % 4 == 0, step="1")
        if number % 9 == 0:
            log.store_feedback("", helpful=True, entry_id="c", step="2")
    before = counted(database, question_days), counted(database, entry_days)
    with database.write() as connection:
        migrations.downgrade(connection, "0003")
        migrations.upgrade(connection)
    assert (counted(database, question_days), counted(database, entry_days)) == before
    assert len(before[1]) > 9


def test_a_question_counts_on_its_own_day_by_the_last_word(database: Database, stored: StoredQuestion) -> None:
    """Said "no" at noon and "yes" the day after: one helpful answer, of the day on which it was asked."""
    clock = [NOON]
    log = QueryLog(database, PEPPER, now=lambda: clock[0])
    query_id = log.store(replace(stored, nearest="refunds#where"))
    log.store_feedback(query_id, helpful=False, step="2.1")
    clock[0] = NOON + timedelta(days=1)
    log.store_feedback(query_id, helpful=True)
    assert counted(database, question_days) == {(FRIDAY, "http", "public", "chat"): {"answers": 1, "helpful": 1, "first_right": 1}}
    assert counted(database, entry_days) == {("refunds#where", FRIDAY, "public"): {"nearest": 1, "answered": 1, "helpful": 1, "wrong_steps": 1}}


def test_choosing_another_entry_means_that_the_first_was_wrong(database: Database, stored: StoredQuestion) -> None:
    """Whatever is said of the chosen one, the answer that came first was not right; choosing it itself means nothing."""
    log = QueryLog(database, PEPPER, now=lambda: NOON)
    query_id = log.store(stored)
    log.store_choice(query_id, "refunds#where")
    assert counted(database, question_days) == {(FRIDAY, "http", "public", "chat"): {"answers": 1}}
    log.store_choice(query_id, "refund-refused")
    log.store_feedback(query_id, helpful=True, entry_id="refund-refused")
    assert counted(database, question_days) == {(FRIDAY, "http", "public", "chat"): {"answers": 1, "helpful": 1, "first_wrong": 1}}
    assert counted(database, entry_days)["refund-refused", FRIDAY, "public"] == {"chosen": 1, "helpful": 1}


def test_a_word_under_no_answer_is_no_verdict(database: Database, stored: StoredQuestion) -> None:
    """Whoever adds a detail to a question that found nothing has not judged an answer; where it ranked first is counted."""
    log = QueryLog(database, PEPPER, now=lambda: NOON)
    query_id = log.store(replace(stored, outcome="no_answer", entry_id="", offered=(), nearest="refunds#where"))
    log.store_feedback(query_id, helpful=False, reason="detail", comment="for a tandem")
    assert counted(database, question_days) == {(FRIDAY, "http", "public", "chat"): {"no_answers": 1}}
    assert counted(database, entry_days) == {("refunds#where", FRIDAY, "public"): {"nearest": 1}}


def test_a_day_begins_at_midnight_utc(database_url: str | Path, stored: StoredQuestion) -> None:
    """A question asked half an hour after midnight in Berlin counts on the day before."""
    database = Database(database_url)
    clock = [datetime(2026, 11, 21, 0, 30, tzinfo=timezone(timedelta(hours=1))), datetime(2026, 11, 21, 0, 0, tzinfo=UTC)]
    for moment in clock:
        QueryLog(database, PEPPER, now=lambda moment=moment: moment).store(stored)
    assert sorted(key[0] for key in counted(database, question_days)) == [FRIDAY, SATURDAY]
    database.close()
