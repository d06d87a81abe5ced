"""`sopbot review` as people run it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result
from sqlalchemy import insert

from bot.cli import sopbot
from bot.database import Database
from bot.errors import GapRefused, SopbotError, UnknownGap
from bot.gaps.progress import Turn
from bot.gaps.reading import GapList
from bot.gaps.tables import question_proposals
from bot.log_records import StoredQuestion
from bot.query_log import QueryLog
from tests.bot.conftest import PEPPER

Review = Callable[..., Result]
SCOOTER = ("do you repair electric scooters", "can I get my e-scooter repaired", "is electric scooter repair something you offer")
CAPITAL = "what is the capital of France"


@pytest.fixture
def data(tmp_path: Path, starter_data: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with the starter index, in which four questions were asked."""
    folder = tmp_path / "data"
    folder.mkdir()
    for name in ("generations", "CURRENT"):
        (folder / name).symlink_to(starter_data / name)
    database = Database(folder / "sopbot.db")
    database.migrate()
    log = QueryLog(database, PEPPER)
    for number, text in enumerate((*SCOOTER, CAPITAL)):
        log.store(StoredQuestion(text, "no_answer", "", (), 0.1, "000001", "slack", "internal", "chat", f"person {number}"))
    database.close()
    monkeypatch.setenv("SOPBOT_DATA_DIR", str(folder))
    monkeypatch.chdir(tmp_path)
    return folder


@pytest.fixture
def review(data: Path) -> Review:  # noqa: ARG001  # made first
    """Runs the command; what goes wrong on purpose is raised."""

    def review(*arguments: str) -> Result:
        result = CliRunner().invoke(sopbot, ["review", *arguments], catch_exceptions=False)
        assert "Traceback" not in result.output
        return result

    return review


def _listed(review: Review, *arguments: str) -> list[dict[str, Any]]:
    return list(json.loads(review("list", "--json", *arguments).stdout))


def test_the_list_shows_gaps_at_eighty_columns(review: Review) -> None:
    """New questions are grouped first; the most urgent gap stands first."""
    lines = review().stdout.splitlines()
    assert max(len(line) for line in lines) <= 80
    assert any(re.match(r"\s+\d+  (do you repair|can I get|is electric).*\b3\b\s+\b3\b", line) for line in lines)
    assert [gap["questions"] for gap in _listed(review)] == [3, 1]
    assert [gap["title"] for gap in _listed(review, "--search", "capital france")] == [CAPITAL]


def test_it_is_said_when_new_questions_may_be_missing(review: Review, data: Path) -> None:
    """While another process has the turn to put them into gaps, nobody is told that there are none without a word about it."""
    database = Database(data / "sopbot.db")
    assert Turn(database).take()
    database.close()
    assert "the newest may be missing here" in review().stderr


def test_one_gap_is_shown_with_its_questions_and_what_came_near(review: Review) -> None:
    """Word for word, with reasons and history; as JSON too."""
    gap = str(_listed(review)[0]["id"])
    text = " ".join(review("show", gap).stdout.split())
    for piece in (*SCOOTER, "no document covered it 3", "Asked 3 times by 3 people", "Live chat 3", "% likely", "sopbot – opened"):
        assert piece in text
    found = json.loads(review("show", gap, "--json").stdout)
    assert sorted(question["text"] for question in found["asked"]) == sorted(SCOOTER)
    assert all(0 <= entry["confidence"] < 0.6 for entry in found["nearest"])


def test_what_people_decide_is_stored_under_their_name(review: Review) -> None:
    """Assign, put off, name the entry, settle, take up again: each says what it did, and stands in the history."""
    gap = str(_listed(review)[0]["id"])
    assert review("assign", gap, "Dana", "--as", "lee").stdout == f"Gap {gap} is in Dana's hands.\n"
    assert [one["assignee"] for one in _listed(review, "--assignee", "Dana")] == ["Dana"]
    assert "comes back on 15 January 2099" in review("snooze", gap, "2099-01-15", "--as", "lee").stdout
    assert [one["id"] for one in _listed(review, "--status", "snoozed")] == [int(gap)]
    assert "There is no entry 'scooter-repair' yet" in review("intend", gap, "scooter-repair").stderr
    assert "nothing to do" in review("dismiss", gap, "--reason", "said in the shop").stdout
    assert "is not ours" in review("not-ours", gap).stdout
    review("reopen", gap)
    events = json.loads(review("show", gap, "--json").stdout)["events"]
    assert [event["action"] for event in events] == ["opened", "assigned", "snoozed", "intended", "dismissed", "not_ours", "reopened"]
    assert events[1]["who"] == "lee"


def test_gaps_are_joined_and_split(review: Review) -> None:
    """By numbers, and by the beginnings of the questions' ids as they are shown."""
    first, second = (str(gap["id"]) for gap in _listed(review))
    review("merge", first, second)
    (joined,) = _listed(review)
    assert joined["questions"] == 4
    shown = review("show", first).stdout
    start = next(line.split()[0] for line in shown.splitlines() if CAPITAL in line and re.match(r"\s+[0-9a-f]{8} ", line))
    assert "holds 1 question of gap" in review("split", first, start).stdout
    assert sorted(gap["questions"] for gap in _listed(review)) == [1, 3]
    assert "has no question whose id begins with 'zzz'" in CliRunner().invoke(sopbot, ["review", "split", first, "zzz"]).stderr


def test_asking_again_says_what_came_of_it(review: Review) -> None:
    """Nothing changed in the documents, so all stay open."""
    gaps = {gap["id"] for gap in _listed(review)}
    assert set(json.loads(review("recheck", "--json").stdout)["still_open"]) == gaps
    assert "4 questions were asked again of index 000001." in review("recheck").stdout


def test_proposals_are_listed_and_settled(review: Review, data: Path) -> None:
    """Without any, that is said; a number that is not there is named."""
    assert review("proposals").stdout == "There are no such proposals.\n"
    with pytest.raises(UnknownGap, match="There is no proposal 7"):
        review("accept", "7")
    assert GapList(Database(data / "sopbot.db")).count() == 2


def test_a_wording_that_is_accepted_is_shown_as_a_document_takes_it(review: Review, data: Path) -> None:
    """Quotation marks and backslashes in it would end the line too early."""
    said = 'how do I "swap" a C:\\drive'
    database = Database(data / "sopbot.db")
    row = {"entry_id": "e", "wording": "w", "text": said, "audience": "internal", "chosen": 1, "helpful": 0}
    row |= {"status": "proposed", "proposed_at": datetime.now(UTC), "decided_by": "", "decided_at": None}
    with database.write() as connection:
        connection.execute(insert(question_proposals), row)
    database.close()
    line = review("accept", "1").stdout.splitlines()[-1]
    assert yaml.safe_load(line) == [said]


def test_what_a_database_cannot_count_is_no_number_of_a_gap(review: Review) -> None:
    """It is refused with the numbers there may be, not with a traceback."""
    assert "is not in the range" in review("show", str(2**31)).stderr


def test_asking_again_while_another_process_is_at_it_is_refused_in_a_sentence(review: Review, data: Path) -> None:
    """As anything else that goes wrong on purpose."""
    database = Database(data / "sopbot.db")
    assert Turn(database).take()
    database.close()
    with pytest.raises(GapRefused, match="Try again in a minute"):
        review("recheck")


@pytest.mark.parametrize(("arguments", "says"), [(("show", "99"), "There is no gap 99"), (("snooze", "1", "2001-01-01"), "is not in the future")])
def test_wrong_use_says_what_to_do(review: Review, arguments: tuple[str, ...], says: str) -> None:
    """One sentence for each."""
    review()
    with pytest.raises((UnknownGap, GapRefused), match=says) as told:
        review(*arguments)
    assert isinstance(told.value, SopbotError)


def test_without_an_index_the_list_is_shown_all_the_same(review: Review, data: Path) -> None:
    """What is known is listed, and how to make an index is said."""
    (data / "CURRENT").unlink()
    (data / "generations").unlink()  # a link
    done = review()
    assert (done.exit_code, "Make one with: sopbot index build" in done.stderr) == (0, True)
